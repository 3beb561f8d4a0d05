/** Protected outlets on the real engine, through both adapters: they keep their power under any program. */
import type { Workspace } from "../../scripts/engine/workspace";
import { type SimulatedDevice, startSimulator } from "../../simulator";
import { adapters, configurationOf } from "./plugin-workspace";
import { errorsIn } from "./printed";
import { type Declared, programOf } from "./programs";

jest.setTimeout(300_000);

const outlet = (inputs: object): Declared => ({ type: "Outlet", name: "web", inputs: { number: 1, ...inputs } });
const kept = outlet({ name: "web" });

describe.each(adapters)("%s", (adapter, create) => {
  let device: SimulatedDevice;
  let workspace: Workspace;

  beforeAll(async () => {
    device = await startSimulator({ speed: 50 });
    for (const index of [0, 1, 2]) {
      device.tree.relay.outlets[index]!.state = true;
    }
    workspace = await create({
      program: programOf(kept),
      config: { ...configurationOf(device), "dli:protectedOutlets": "1,3" },
    });
    await workspace.up({ expectExit: 0 });
  });

  afterAll(async () => {
    workspace?.dispose();
    await device?.close();
  });

  /** Expects an error for each added resource, no writes, and that the outlets stay on. */
  async function expectRefused(resources: readonly Declared[], args: string[]): Promise<void> {
    const before = device.journal.writes().length;
    workspace.setProgram(programOf(...resources));
    const result = await workspace.up({ args });
    expect(result.exitCode).not.toBe(0);
    const refused = errorsIn(result).filter(({ text }) => /is protected|belongs to/.test(text));
    const names = resources.filter(({ inputs }) => inputs !== kept.inputs).map(({ name, type }) => name ?? type);
    expect([...new Set(refused.map(({ resource }) => resource))].sort()).toEqual(names.sort());
    expect(device.journal.writes()).toHaveLength(before);
    for (const index of [0, 2]) {
      expect(device.tree.relay.outlets[index]).toMatchObject({ state: true, transient_state: true });
    }
  }

  test(`${adapter}: a protected outlet keeps its power, whichever of the resources would take it`, () =>
    expectRefused(
      [
        outlet({ name: "web", state: false }),
        { type: "AutoPingItem", inputs: { addresses: ["192.0.2.1"], outlets: [3] } },
      ],
      ["--continue-on-error"],
    ));

  // By itself, because the engine stops at a resource that is refused before its plan.
  test(`${adapter}: a protected outlet keeps its power when a setting of everything would take it`, () =>
    expectRefused([kept, { type: "Setting", inputs: { path: "/", value: { relay: { outlets: {} } } } }], []));

  test(`${adapter}: a protected outlet keeps its power when a component's watch would have AutoPing cycle it`, async () => {
    const rack = { outlets: { nas: 3 }, watch: { nas: { addresses: ["192.0.2.1"] } } };
    workspace.setProgram(programOf(kept, { type: "PowerController", name: "rack", inputs: rack }));
    const refused = errorsIn(await workspace.up({ expectExit: 1 }));
    expect(refused).toContainEqual({
      resource: "rack-watch-nas",
      text: expect.stringContaining("outlet 3 is protected"),
    });
    expect(device.tree.autoping.items).toEqual([]);
  });

  // The engine runs the action before the program declares what depends on it, so only a plan can know.
  test(`${adapter}: a plan refuses an action on an outlet that the program protects only behind it`, async () => {
    workspace.setProgram(
      programOf(
        kept,
        { type: "SwitchOutlets", name: "off", inputs: { states: { 2: false } } },
        { type: "Outlet", name: "late", inputs: { number: 2, protectFromOff: true }, dependsOn: ["off"] },
      ),
    );
    const { all } = await workspace.preview({ expectExit: 1 });
    expect(all).toContain("outlet 2 is protected by protectFromOff or dli:protectedOutlets, so it must not lose power");
  });

  test(`${adapter}: a protected outlet keeps its power when an action that would take it is the only target`, () =>
    expectRefused(
      [kept, { type: "SwitchOutlets", inputs: { states: { 1: false, 2: true } } }],
      ["--target", "**SwitchOutlets"],
    ));
});
