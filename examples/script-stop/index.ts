import * as dli from "pulumi-dli";

const script = new dli.Script("script", {
  source: `
function watch()
  while true do
    delay(10)
  end
end
`,
});

const watch = new dli.ScriptRun("watch", { function: "watch" }, { dependsOn: script });

/** Stops that one thread; `all` in place of its id stops whatever runs. */
export const stopped = new dli.ScriptStop("end-watch", { thread: watch.threadId }).stopped;
