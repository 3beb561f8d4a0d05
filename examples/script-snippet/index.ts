/** A named piece of Lua that the device keeps next to its script. */
import * as dli from "pulumi-dli";

new dli.ScriptSnippet("greet", {
  name: "greet",
  source: `
log.notice("hello from pulumi")
`,
});
