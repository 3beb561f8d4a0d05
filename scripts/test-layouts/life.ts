/** The life of each project: both adapters, drift, a change that only a transform ignores, and destroy. */
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { isDeepStrictEqual } from "node:util";
import { type SimulatedDevice, startSimulator } from "../../simulator";
import { runCommand, runOrThrow } from "../command";
import { createWorkspace, UNEXPECTED_CHANGES, type Workspace } from "../engine/workspace";
import { type Layout, makeProject } from "./layouts";

export interface Case {
  readonly layout: Layout;
  /** Version of @pulumi/pulumi. */
  readonly pulumi: string;
  /** The folders of the `node` to use, and of the engine. */
  readonly bin: readonly string[];
  /** The packed package. */
  readonly tarball: string;
}

/** Versions that work with Pulumi, for which the newest TypeScript is too new. */
const others = { "@types/node": "20.19.43", typescript: "5.9.3" };

/** @throws if anything is not as expected. */
export async function live({ layout, pulumi, bin, tarball }: Case): Promise<void> {
  const device = await startSimulator({ speed: 50 });
  const PATH = [...bin, process.env["PATH"] ?? ""].join(path.delimiter);
  const { url, username, password } = device;
  const login = { DLI_URL: url, DLI_USERNAME: username, DLI_PASSWORD: password };
  let workspace: Workspace | undefined;
  try {
    workspace = await createWorkspace({ program: "", env: { PATH, ...login, OUTLET_NAME: "web" } });
    const { project, env } = workspace;
    const packages = { "pulumi-dli": `file:${tarball}`, "@pulumi/pulumi": pulumi, ...others };
    await makeProject(layout, { project, packages, env });
    await throughDynamicResources(workspace, device);
    await throughThePlugin(workspace, device);
    await workspace.destroy({ expectExit: 0 });
    expect("accounts after destroy", device.tree.auth.users.length, 1);
    if (layout.file.endsWith(".ts")) {
      await checkTypes(workspace);
    }
  } finally {
    workspace?.dispose();
    await device.close();
  }
}

async function throughDynamicResources(workspace: Workspace, device: SimulatedDevice): Promise<void> {
  const outlet = device.tree.relay.outlets[2]!;
  await workspace.up({ expectExit: 0 });
  expect("outputs", await workspace.outputs(), { powered: true, names: "web" });
  await workspace.preview({ expectNoChanges: true, expectExit: 0 });

  // The first update finds the difference and stores it in the state; in the second, it still has to be ignored.
  outlet.critical = false;
  for (const name of ["web-1", "web-2"]) {
    device.journal.clear();
    const { all } = await workspace.up({ expectExit: 0, env: { OUTLET_NAME: name } });
    expect("differences of an update", /web updating .*\[diff: ([^\]]*)\]/.exec(all)?.[1], "~name");
    expect("writes", device.journal.writes().length, 1);
  }
  expect("what a transform ignores", outlet, { ...outlet, name: "web-2", critical: false });
  outlet.name = "by hand";
  const drift = await workspace.preview({ refresh: true, expectNoChanges: true, env: { OUTLET_NAME: "web-2" } });
  expect("a change by hand", drift.exitCode, UNEXPECTED_CHANGES);
  await workspace.up({ refresh: true, expectExit: 0 });
  expect("the repaired name", outlet.name, "web");
}

async function throughThePlugin(workspace: Workspace, device: SimulatedDevice): Promise<void> {
  const folder = path.dirname(
    (await node(workspace, 'console.log(require.resolve("pulumi-dli/package.json"))')).trim(),
  );
  const plugin = JSON.stringify(path.join(folder, "dist", "plugin"));
  const file = path.join(workspace.project, "Pulumi.yaml");
  writeFileSync(file, `${readFileSync(file, "utf8")}plugins: { providers: [{ name: dli, path: ${plugin} }] }\n`);
  await workspace.setConfig({ "dli:plugin": "true" });
  device.journal.clear();
  await workspace.up({ expectExit: 0 });
  expect("writes of taking over", device.journal.writes().length, 0);
  await workspace.up({ expectExit: 0, env: { OUTLET_NAME: "native" } });
  expect("the name", device.tree.relay.outlets[2]?.name, "native");
}

/** Checks that every entry point has types under every kind of module resolution. */
async function checkTypes(workspace: Workspace): Promise<void> {
  const entries = ["", "/client", "/dynamic/v1", "/functions/v1", "/simulator"];
  const lines = entries.map((entry, index) => `import * as one${index} from "pulumi-dli${entry}"; void one${index};`);
  writeFileSync(path.join(workspace.project, "entries.ts"), lines.join("\n"));
  const tsc = (await node(workspace, 'console.log(require.resolve("typescript/bin/tsc"))')).trim();
  for (const [resolution, module] of Object.entries({
    node10: "commonjs",
    node16: "node16",
    nodenext: "nodenext",
    bundler: "esnext",
  })) {
    const options = ["--noEmit", "--strict", "--skipLibCheck", "--target", "es2022", "--types", "node"];
    const found = ["--moduleResolution", resolution, "--module", module, "entries.ts"];
    const result = await runCommand(process.execPath, [tsc, ...options, ...found], {
      cwd: workspace.project,
      timeoutMs: 120_000,
    });
    expect(`types with moduleResolution ${resolution}`, [result.all, result.exitCode], ["", 0]);
  }
}

async function node({ project, env }: Workspace, script: string): Promise<string> {
  return (await runOrThrow("node", ["-e", script], { cwd: project, env, timeoutMs: 60_000 })).stdout;
}

function expect(what: string, found: unknown, wanted: unknown): void {
  if (!isDeepStrictEqual(found, wanted)) {
    throw new Error(`${what}: ${JSON.stringify(found)} instead of ${JSON.stringify(wanted)}`);
  }
}
