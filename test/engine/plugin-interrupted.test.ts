/** Ctrl-C, and a plugin that is killed, in the middle of a create, an update and a delete: the next `up` succeeds. */
import type { Workspace } from "../../scripts/engine/workspace";
import { type SimulatedDevice, startSimulator } from "../../simulator";
import { until } from "../until";
import { startHeldUp } from "./held-up";
import { configurationOf, createPluginWorkspace, ownResources } from "./plugin-workspace";
import { descendants, isRunning, killAtOnce } from "./processes";
import { programOf } from "./programs";

jest.setTimeout(300_000);

const outlet = (name: string) => ({ type: "Outlet", inputs: { number: 2, name, state: true } });
const user = (access: number[], device = "default") => ({
  type: "User",
  name: `user-of-${device}`,
  inputs: { device, name: "fred", password: "passw0rd", outletAccess: access },
});

/** Three devices, so that what is interrupted on one does not wait for another. */
let devices: [SimulatedDevice, SimulatedDevice, SimulatedDevice];
let device: SimulatedDevice;
let workspace: Workspace;

beforeEach(async () => {
  const start = (serial: string) => startSimulator({ speed: 50, serial });
  devices = await Promise.all([start("RACK-1"), start("RACK-2"), start("RACK-3")]);
  [device] = devices;
  const [, two, three] = devices.map(({ url, password }) => ({ url, password }));
  const config = { ...configurationOf(device), "dli:devices": { secret: JSON.stringify({ two, three }) } };
  workspace = await createPluginWorkspace({ program: "", config });
});

afterEach(async () => {
  workspace?.dispose();
  await Promise.all((devices ?? []).map((one) => one.close()));
});

type Interruption = "Ctrl-C" | "kill -9" | "kill -9 of the engine";

/** Runs `pulumi` and interrupts it before the response to the first such write to each of these devices. */
async function interrupted(
  how: Interruption,
  method: string,
  on: readonly SimulatedDevice[] = [device],
): Promise<void> {
  const { engine, output, release, ended } = await startHeldUp(workspace, on, method);
  const plugin = pluginOf(engine.pid);
  const others = descendants(engine.pid).filter(({ pid }) => pid !== plugin);
  if (how === "Ctrl-C") {
    engine.kill("SIGINT");
    await until(() => output().includes("^C received"));
    // The engine waits for running operations, so the response must come.
    release();
  } else {
    killAtOnce(how === "kill -9" ? plugin : engine.pid);
  }
  await ended;
  // Pulumi's language host outlives an engine that is killed.
  for (const { pid } of how === "kill -9 of the engine" ? others : []) {
    killAtOnce(pid);
  }
  // However the engine ended, the plugin ends too: it waits for nothing but the response.
  release();
  await until(() => !isRunning(plugin), 200);
}

/** The plugin's process, a child of the engine's. */
function pluginOf(engine: number): number {
  const children = descendants(engine);
  const plugin = children.find(({ parent, command }) => parent === engine && command.includes("pulumi-resource-dli"));
  if (!plugin) {
    throw new Error(`no plugin among\n${children.map(({ command }) => command).join("\n")}`);
  }
  return plugin.pid;
}

/** Expects that the next run does what is left, and that there is nothing to do after it. */
async function endsRight(): Promise<void> {
  await workspace.up({ expectExit: 0 });
  await workspace.refresh({ previewOnly: true, expectNoChanges: true, expectExit: 0 });
}

test.each<Interruption>(["Ctrl-C", "kill -9"])(
  "after %s in the middle of a create, of an update and of a delete, the next up succeeds",
  async (how) => {
    const [one, two, three] = devices;
    workspace.setProgram(programOf(user([1], "two"), user([3], "three")));
    await workspace.up({ expectExit: 0 });
    workspace.setProgram(programOf(outlet("web"), user([1, 2], "two"), user([3], "three")));
    await interrupted(how, "PUT", [one, two]);

    // The engine deletes last, so by then this run has done what the interrupted one left.
    workspace.setProgram(programOf(outlet("web"), user([1, 2], "two")));
    await interrupted(how, "DELETE", [three]);
    expect(one.tree.relay.outlets[1]).toMatchObject({ name: "web", state: true });
    expect(two.tree.auth.users.at(-1)?.outlet_access.slice(0, 3)).toEqual([true, true, false]);

    await endsRight();
    expect(devices.map(({ tree }) => tree.auth.users.length)).toEqual([1, 2, 1]);
    expect((await ownResources(workspace)).map(({ id }) => id).sort()).toEqual(["default/outlets/2", "two/users/fred"]);
  },
);

test("what a create has made whose response was lost is taken over as declared; otherwise the error names the ways out", async () => {
  workspace.setProgram(programOf(user([1])));
  await interrupted("kill -9", "POST");
  workspace.setProgram(programOf(user([2])));
  const other = await workspace.up();
  expect(other.exitCode).not.toBe(0);
  expect(other.all).toContain("default/users/fred already exists on the device. Set `adopt: true` to take it over");
  workspace.setProgram(programOf(user([1])));
  await endsRight();
  expect(device.tree.auth.users.map(({ name }) => name)).toEqual(["admin", "fred"]);
});

test("after kill -9 of the engine the plugin ends by itself, and the engine explains its pending operation", async () => {
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
