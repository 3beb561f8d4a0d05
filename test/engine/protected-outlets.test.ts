/** Protected outlets on the real engine, through both adapters: whatever a program asks for, they keep their power. */
import type { Workspace } from "../../scripts/engine/workspace";
import { type SimulatedDevice, startSimulator } from "../../simulator";
import { adapters, configurationOf } from "./plugin-workspace";
import { type Declared, programOf } from "./programs";

jest.setTimeout(300_000);

const outlet = (inputs: object): Declared => ({ type: "Outlet", name: "web", inputs: { number: 1, ...inputs } });

describe.each(adapters)("%s", (adapter, create) => {
  let device: SimulatedDevice;
  let workspace: Workspace;

  beforeAll(async () => {
    device = await startSimulator({ speed: 50 });
    device.tree.relay.outlets[0]!.state = true;
    workspace = await create({
      program: programOf(outlet({ name: "web" })),
      config: { ...configurationOf(device), "dli:protectedOutlets": "1,3" },
    });
    await workspace.up({ expectExit: 0 });
  });

  afterAll(async () => {
    workspace?.dispose();
    await device?.close();
  });

  /** Whatever the engine is told to look at, nothing is written and the outlet stays on. */
  async function expectRefused(resource: Declared, args: string[] = []): Promise<void> {
    const before = device.journal.writes().length;
    const kept = resource.name === "web" ? [] : [outlet({ name: "web" })];
    workspace.setProgram(programOf(...kept, resource));
    const result = await workspace.up({ args });
    expect(result.exitCode).not.toBe(0);
    expect(result.all).toMatch(/is protected|belongs to/);
    expect(device.journal.writes()).toHaveLength(before);
    expect(device.tree.relay.outlets[0]).toMatchObject({ state: true, transient_state: true });
  }

  test.each<[what: string, resource: Declared]>([
    ["its own Outlet", outlet({ name: "web", state: false })],
    ["an item of AutoPing", { type: "AutoPingItem", inputs: { addresses: ["192.0.2.1"], outlets: [3] } }],
    ["a Setting of everything", { type: "Setting", inputs: { path: "/", value: { relay: { outlets: {} } } } }],
  ])(`${adapter}: a protected outlet keeps its power when %s would take it`, (_what, resource) =>
    expectRefused(resource),
  );

  test(`${adapter}: a protected outlet keeps its power when an action that would take it is the only target`, () =>
    expectRefused({ type: "SwitchOutlets", inputs: { states: { 1: false, 2: true } } }, [
      "--target",
      "**SwitchOutlets",
    ]));
});
