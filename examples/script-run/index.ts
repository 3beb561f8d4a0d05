/** Runs a function of the device's script once, and again whenever the script changes. */
import * as dli from "pulumi-dli";

const script = new dli.Script("script", {
  source: `
function greet(name, times)
  for i = 1, times do
    log.notice("hello, " .. name)
  end
end
`,
});

export const threadId = new dli.ScriptRun("greet", {
  function: script.functions.apply(() => "greet"),
  arguments: ["rack 7", 3],
  waitSeconds: 60,
  triggers: [script.sourceSha256],
}).threadId;
