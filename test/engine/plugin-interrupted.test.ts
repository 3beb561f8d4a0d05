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

/** Runs `pulumi` and interrupts it before the response to the first such write. */
async function interrupted(how: Interruption, method: string): Promise<void> {
  const { engine, output, release, ended } = await startHeldUp(workspace, device, method);
  const plugin = pluginOf(engine.pid);
  const others = descendants(engine.pid).filter(({ pid }) => pid !== plugin);
  if (how === "Ctrl-C") {
    engine.kill("SIGINT");
    await until(() => output().includes("^C received"));
    // The engine waits for what is under way, so the response must come.
    release();
  } else {
    killAtOnce(how === "kill -9" ? plugin : engine.pid);
  }
  await ended;
  // Pulumi's own host of the language outlives an engine that is killed.
  for (const { pid } of how === "kill -9 of the engine" ? others : []) {
    killAtOnce(pid);
  }
  // However the engine ended, no plugin stays behind.
  await until(() => !isRunning(plugin), 200);
  release();
}

/** The plugin's process, which is a child of the engine's. */
function pluginOf(engine: number): number {
  const children = descendants(engine);
  const plugin = children.find(({ parent, command }) => parent === engine && command.includes("pulumi-resource-dli"));
  if (!plugin) {
    throw new Error(`no plugin among\n${children.map(({ command }) => command).join("\n")}`);
  }
  return plugin.pid;
}

/** The next run does what is left, and then there is nothing left. */
async function endsRight(): Promise<void> {
  await workspace.up({ expectExit: 0 });
  await workspace.preview({ refresh: true, expectNoChanges: true, expectExit: 0 });
}

test.each<Interruption>(["Ctrl-C", "kill -9"])(
  "after %s in the middle of a create, of an update and of a delete, the next up succeeds",
  async (how) => {
    workspace.setProgram(programOf(outlet("web")));
    await interrupted(how, "PUT");
    await endsRight();
    expect(device.tree.relay.outlets[1]).toMatchObject({ name: "web", state: true });
    expect((await ownResources(workspace)).map(({ id }) => id)).toEqual(["default/outlets/2"]);

    workspace.setProgram(programOf(user([1])));
    await workspace.up({ expectExit: 0 });
    workspace.setProgram(programOf(user([1, 2])));
    await interrupted(how, "PUT");
    await endsRight();
    expect(device.tree.auth.users.at(-1)?.outlet_access.slice(0, 3)).toEqual([true, true, false]);

    workspace.setProgram("export {};");
    await interrupted(how, "DELETE");
    await endsRight();
    expect(device.tree.auth.users.map(({ name }) => name)).toEqual(["admin"]);
    expect(await ownResources(workspace)).toEqual([]);
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
