import * as dli from "pulumi-dli";

/** A named piece of Lua text that the device keeps beside its script. */
new dli.ScriptSnippet("greet", {
  name: "greet",
  source: `
log.notice("hello from pulumi")
`,
});
