/** A device swapped for another one behind its address, on the real engine through both adapters. */
import { createWorkspace, type Workspace } from "../../scripts/engine/workspace";
import { type SimulatedDevice, startSimulator } from "../../simulator";
import { configurationOf, createPluginWorkspace, ownResources } from "./plugin-workspace";
import { programOf } from "./programs";

jest.setTimeout(300_000);

const program = programOf(
  { type: "Outlet", name: "web", inputs: { number: 1, name: "web", state: false } },
  { type: "User", name: "fred", inputs: { name: "fred", password: "passw0rd" } },
  { type: "SwitchOutlets", name: "off", inputs: { states: { 2: false } } },
);

describe.each([
  ["dynamic", createWorkspace],
  ["native", createPluginWorkspace],
] as const)("%s", (adapter, create) => {
  let device: SimulatedDevice;
  let workspace: Workspace;

  beforeAll(async () => {
    device = await startSimulator({ speed: 50, serial: "RACK-1" });
    workspace = await create({ program, config: configurationOf(device) });
    await workspace.up({ expectExit: 0 });
  });

  afterAll(async () => {
    workspace?.dispose();
    await device?.close();
  });

  test("explore", async () => {
    const port = Number(new URL(device.url).port);
    await device.close();
    device = await startSimulator({ speed: 50, serial: "RACK-2", port });
    const show = async (what: string, run: Promise<{ exitCode: number; all: string }>) => {
      const { exitCode, all } = await run;
      console.log(what, exitCode, all.split("\n").filter((line) => /^ +(error|warning|\d+ )/.test(line) || /diff:/.test(line)).join("\n"), device.journal.writes().map(({ method, path }) => `${method} ${path}`));
    };
    await workspace.setConfig({ "dli:serial": "RACK-2" });
    await show("accepted up", workspace.up());
    await show("accepted up --refresh", workspace.up({ refresh: true }));
    await show("accepted up --refresh --run-program", workspace.up({ refresh: true, runProgram: true }));
    console.log(adapter, JSON.stringify(await ownResources(workspace)));
  });
});
