/** Starts a function of the device's script and lists what is running. */
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

/** Names of the functions that are running, read after `watch` was started. */
export const running = dli
  .getThreadsOutput({}, { dependsOn: [watch] })
  .threads.apply((threads) => threads.map((thread) => thread.function));
