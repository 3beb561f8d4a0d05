/**
 * Imported ids in another spelling than the provider's, and an alias with another type: what the engine keeps, and what
 * happens to the things on the device when their resources are renamed.
 */
import { manualClock, type SimulatedDevice, startSimulator } from "../../simulator";
import { MiniEngine } from "../lifecycle/mini-engine";
import { adapters, configurationOf, createPluginWorkspace, ownResources } from "./plugin-workspace";
import { countsIn } from "./printed";

jest.setTimeout(300_000);

let device: SimulatedDevice;

beforeEach(async () => {
  device = await startSimulator({ clock: manualClock() });
});

afterEach(() => device.close());

const user = { name: "Jo Müller", outletAccess: [2] };
const item = { addresses: ["192.0.2.2", "192.0.2.1"], outlets: [1] };
const program = (lines: readonly string[]) => ['import * as dli from "pulumi-dli";', ...lines, ""].join("\n");
const options = (id: string | undefined) => (id === undefined ? "" : `, { import: ${JSON.stringify(id)} }`);
const both = (names: readonly [string, string], ids: readonly string[] = []) =>
  program([
    `new dli.User("${names[0]}", ${JSON.stringify(user)}${options(ids[0])});`,
    `new dli.AutoPingItem("${names[1]}", ${JSON.stringify(item)}${options(ids[1])});`,
  ]);

test("what was imported by another spelling stays on the device under every name in the program", async () => {
  const engine = new MiniEngine({ device });
  const made = [
    await engine.create("AutoPingItem", item),
    await engine.create("User", { ...user, password: "pw of jo" }),
  ];
  const ids = made.map(({ id }) => id);
  const there = () => [device.tree.auth.users.map(({ name }) => name), device.tree.autoping.items.length];
  expect(there()).toEqual([["admin", "Jo Müller"], 1]);
  device.journal.clear();
  const importing = both(["jo", "it"], ["default/users/Jo Müller", "default/autoping/192.0.2.2,192.0.2.1"]);
  const workspace = await createPluginWorkspace({ program: importing, config: configurationOf(device) });
  try {
    expect(countsIn(await workspace.up({ expectExit: 0 }))).toMatchObject({ imported: 2 });
    expect((await ownResources(workspace)).map(({ id }) => id).sort()).toEqual(ids);
    // The `import` option may stay in the program.
    expect(countsIn(await workspace.up({ expectExit: 0 }))).toEqual({ unchanged: 3 });
    workspace.setProgram(both(["jo", "it"]));
    await workspace.up({ expectExit: 0 });
    await workspace.refresh({ expectExit: 0, expectNoChanges: true });
    workspace.setProgram(both(["joe", "item"]));
    expect(countsIn(await workspace.up({ expectExit: 0 }))).toMatchObject({ created: 2, deleted: 2 });
    expect(there()).toEqual([["admin", "Jo Müller"], 1]);
    expect(device.journal.writes()).toEqual([]);
  } finally {
    workspace.dispose();
  }
});

test.each(adapters)("a state that spells an id otherwise, and a look at it by that id: %s", async (_, create) => {
  const { addresses } = item;
  const items = (name: string, ...more: string[]) =>
    program([`new dli.AutoPingItem("${name}", ${JSON.stringify(item)});`, ...more]);
  const workspace = await create({ program: items("a"), config: configurationOf(device) });
  try {
    await workspace.up({ expectExit: 0 });
    const [made] = await ownResources(workspace);
    const spelt = `default/autoping/${addresses.join()}`;
    expect(made?.id).not.toBe(spelt);
    const respell = async () => {
      const state = await workspace.exportState({ showSecrets: true });
      const input = JSON.stringify(state).replaceAll(`"id":"${made?.id}"`, `"id":"${spelt}"`);
      await workspace.pulumi(["stack", "import"], { input, expectExit: 0 });
      expect((await ownResources(workspace)).map(({ id }) => id)).toEqual([spelt]);
    };
    await respell();
    device.journal.clear();
    await workspace.refresh({ expectExit: 0 });
    expect((await ownResources(workspace)).map(({ id }) => id)).toEqual([made?.id]);
    await respell();
    workspace.setProgram(items("b", `export const { status } = dli.AutoPingItem.get("c", "${spelt}");`));
    await workspace.up({ expectExit: 0 });
    expect(device.tree.autoping.items).toMatchObject([{ addresses }]);
    expect(device.journal.writes()).toEqual([]);
  } finally {
    workspace.dispose();
  }
});

test.each(adapters)("an alias with another type is refused: %s", async (_, create) => {
  const fred = program(['new dli.User("u", { name: "fred", password: "pw of fred" });']);
  const workspace = await create({ program: fred, config: configurationOf(device) });
  try {
    await workspace.up({ expectExit: 0 });
    const [one] = (await ownResources(workspace)).filter(({ urn }) => urn.includes("User"));
    device.journal.clear();
    const aliases = JSON.stringify([{ name: "u", type: one?.type }]);
    workspace.setProgram(program([`new dli.Relay("r", { name: "Rack 1" }, { aliases: ${aliases} });`]));
    const result = await workspace.pulumi(["up", "--yes"], { expectExit: 1 });
    expect(result.all).toContain("is no id of Relay: the state is about a resource of another type");
    expect(device.journal.writes()).toEqual([]);
  } finally {
    workspace.dispose();
  }
});
