/** Ctrl-C, and a plugin that is killed, in the middle of a create, an update and a delete: the next `up` ends right. */
import { spawnSync } from "node:child_process";
import path from "node:path";
import { follow, startCommand } from "../../scripts/command";
import { ensureEngine } from "../../scripts/engine/ensure";
import { executable } from "../../scripts/engine/pins";
import type { Workspace } from "../../scripts/engine/workspace";
import { type SimulatedDevice, startSimulator } from "../../simulator";
import { configurationOf, createPluginWorkspace, ownResources } from "./plugin-workspace";
import { programOf } from "./programs";

jest.setTimeout(300_000);

/** How long the answer to the write takes, in the middle of which everything happens. */
const delayMilliseconds = 1_500;

const outlet = (name: string) => ({ type: "Outlet", inputs: { number: 2, name, state: true } });
const user = (access: number[]) => ({
  type: "User",
  inputs: { name: "fred", password: "passw0rd", outletAccess: access },
});

let device: SimulatedDevice;
let workspace: Workspace;

beforeEach(async () => {
  device = await startSimulator({ speed: 50 });
  workspace = await createPluginWorkspace({ program: "", config: configurationOf(device) });
});

afterEach(async () => {
  workspace?.dispose();
  await device?.close();
});

type Interruption = "Ctrl-C" | "kill -9" | "kill -9 of the engine";

/** Runs `pulumi` and interrupts it while the unit takes its time to answer the first such write. */
async function interrupted(how: Interruption, method: string): Promise<void> {
  const engine = await ensureEngine();
  const struck = device.faults.struck;
  device.faults.add({ kind: "delay", milliseconds: delayMilliseconds, method });
  const args = ["--non-interactive", "up", "--yes", "--skip-preview"];
  const child = startCommand(path.join(engine, executable("pulumi")), args, {
    cwd: workspace.project,
    env: workspace.env as NodeJS.ProcessEnv,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const { output, ended } = follow(child);
  while (device.faults.struck === struck) {
    if (child.exitCode !== null) throw new Error(`pulumi ended before it wrote:\n${output()}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
  const plugin = pluginOf(child.pid!);
  if (how === "Ctrl-C") child.kill("SIGINT");
  else if (how === "kill -9") process.kill(plugin, "SIGKILL");
  else child.kill("SIGKILL");
  await ended;
  // Whatever becomes of the engine, no plugin stays behind.
  while (isRunning(plugin)) await new Promise((resolve) => setImmediate(resolve));
  device.faults.clear();
}

/** The plugin's process, which is a child of the engine's. */
function pluginOf(engine: number): number {
  const listed = spawnSync("ps", ["-e", "-o", "pid=,ppid=,args="], { encoding: "utf8" }).stdout;
  const line = listed.split("\n").find((text) => {
    const [, parent] = text.trim().split(/\s+/);
    return Number(parent) === engine && text.includes("pulumi-resource-dli");
  });
  if (!line) throw new Error(`no plugin among\n${listed}`);
  return Number(line.trim().split(/\s+/)[0]);
}

function isRunning(process_: number): boolean {
  const { stdout } = spawnSync("ps", ["-o", "stat=", "-p", String(process_)], { encoding: "utf8" });
  return stdout.trim() !== "" && !stdout.includes("Z");
}

/** The next run does what is left, and then there is nothing left. */
async function endsRight(): Promise<void> {
  await workspace.up({ expectExit: 0 });
  await workspace.preview({ expectNoChanges: true, expectExit: 0 });
  await workspace.refresh({ previewOnly: true, expectNoChanges: true, expectExit: 0 });
}

describe.each<Interruption>(["Ctrl-C", "kill -9"])("%s", (how) => {
  test("in the middle of a create", async () => {
    workspace.setProgram(programOf(outlet("web")));
    await interrupted(how, "PUT");
    await endsRight();
    expect(device.tree.relay.outlets[1]).toMatchObject({ name: "web", state: true });
    expect((await ownResources(workspace)).map(({ id }) => id)).toEqual(["default/outlets/2"]);
  });

  test("in the middle of an update", async () => {
    workspace.setProgram(programOf(user([1])));
    await workspace.up({ expectExit: 0 });
    workspace.setProgram(programOf(user([1, 2])));
    await interrupted(how, "PUT");
    await endsRight();
    expect(device.tree.auth.users.at(-1)?.outlet_access.slice(0, 3)).toEqual([true, true, false]);
  });

  test("in the middle of a delete", async () => {
    workspace.setProgram(programOf(user([1])));
    await workspace.up({ expectExit: 0 });
    workspace.setProgram("export {};");
    await interrupted(how, "DELETE");
    await endsRight();
    expect(device.tree.auth.users.map(({ name }) => name)).toEqual(["admin"]);
    expect(await ownResources(workspace)).toEqual([]);
  });
});

test("kill -9 of a create whose answer is lost: the error names the ways out, and `adopt` is one", async () => {
  workspace.setProgram(programOf(user([1])));
  await interrupted("kill -9", "POST");
  const again = await workspace.up();
  expect(again.exitCode).not.toBe(0);
  expect(again.all).toContain(
    "default/users/fred exists already on the unit. Set `adopt: true` to take it over, or import it",
  );
  const { inputs } = user([1]);
  workspace.setProgram(programOf({ type: "User", inputs: { ...inputs, adopt: true } }));
  await endsRight();
  expect(device.tree.auth.users.map(({ name }) => name)).toEqual(["admin", "fred"]);
});

test("kill -9 of the engine: the plugin ends by itself, and the engine explains its pending operation", async () => {
  workspace.setProgram(programOf(outlet("web")));
  await interrupted("kill -9 of the engine", "PUT");
  await workspace.pulumi(["cancel", "--yes"], { expectExit: 0 });
  const { deployment } = await workspace.exportState();
  expect(deployment["pending_operations"]).toMatchObject([{ type: "creating" }]);
  const next = await workspace.up({ expectExit: 0 });
  expect(next.all).toMatch(/pending operations? from previous deployment/);
  await workspace.refresh({ args: ["--clear-pending-creates"], expectExit: 0 });
  await endsRight();
  expect((await ownResources(workspace)).map(({ id }) => id)).toEqual(["default/outlets/2"]);
});
