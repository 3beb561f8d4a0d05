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
    device.tree.relay.outlets[0]!.state = true;
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

  test(`${adapter}: a protected outlet keeps its power when an action that would take it is the only target`, () =>
    expectRefused(
      [kept, { type: "SwitchOutlets", inputs: { states: { 1: false, 2: true } } }],
      ["--target", "**SwitchOutlets"],
    ));
});
