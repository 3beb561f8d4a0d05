/** Runs Pulumi's own installer through its Automation API: node run-installer.mjs FOLDER VERSION */
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const { PulumiCommand } = require("@pulumi/pulumi/automation");
// The Automation API expects an object of its own copy of semver.
const { SemVer } = createRequire(require.resolve("@pulumi/pulumi/package.json"))("semver");

const [root, version] = process.argv.slice(2);
try {
  await PulumiCommand.install({ root, version: new SemVer(version) });
} catch (error) {
  console.error(String(error.message ?? error));
  process.exitCode = 1;
}
