/** Lets the engine run policy packs, for which the Node host that can be built from Go modules is too old. */
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Workspace } from "../../scripts/engine/workspace";

/** A runtime without a language host, for which the engine starts `pulumi-analyzer-policy-NAME`. */
const runtime = "node-pack";

/**
 * Changes a policy pack of the project so that the engine runs it without its Node host, with the program of Pulumi's
 * own package that the host would run. Returns the environment for commands with `--policy-pack`.
 */
export function preparePolicyPack(workspace: Workspace, folder: string): Record<string, string> {
  const file = path.join(workspace.project, folder, "PulumiPolicy.yaml");
  writeFileSync(file, readFileSync(file, "utf8").replace("runtime: nodejs", `runtime: ${runtime}`));
  const bin = path.join(workspace.project, ".policy-bin");
  mkdirSync(bin);
  const launcher = path.join(bin, `pulumi-analyzer-policy-${runtime}`);
  const main = require.resolve("@pulumi/pulumi/cmd/run-policy-pack");
  writeFileSync(launcher, `#!/bin/sh\nexec node ${JSON.stringify(main)} "$@"\n`);
  chmodSync(launcher, 0o755);
  return { PATH: [bin, workspace.env["PATH"]].join(path.delimiter) };
}
