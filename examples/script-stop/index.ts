/** Stops one thread of the device's script; `all` in place of its id stops every thread. */
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

export const stopped = new dli.ScriptStop("end-watch", { thread: watch.threadId }).stopped;
