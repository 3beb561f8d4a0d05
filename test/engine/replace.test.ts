/**
 * On the real engine, through both adapters: what Pulumi is forced to replace stays on the device. No outlet loses
 * power, nothing is created twice, and baselines and generated values are still known afterwards.
 */
import type { Workspace } from "../../scripts/engine/workspace";
import { type SimulatedDevice, startSimulator } from "../../simulator";
import { adapters, configurationOf, ownResources } from "./plugin-workspace";
import { countsIn } from "./printed";
import { type Declared, programOf } from "./programs";

jest.setTimeout(300_000);

const program: readonly Declared[] = [
  { type: "Outlet", name: "web", inputs: { number: 1, state: true, name: "web", onDestroy: "restore" } },
  { type: "User", name: "fred", inputs: { name: "fred", password: "first password" } },
  { type: "ApiClient", name: "ops", inputs: { name: "ops", scopes: ["/relay/?access=get"] } },
  { type: "AutoPingItem", name: "item", inputs: { addresses: ["192.0.2.1"], outlets: [2] } },
];

/** All other resources take their device's name from an output of the outlet, unknown to a plan that replaces it. */
const chain = (number: number) => `
import * as dli from "pulumi-dli";
const web = new dli.Outlet("web", { number: ${number}, name: "web" });
const device = web.device;
const db = new dli.Outlet("db", { device, number: 3, state: true, onDestroy: "restore" });
new dli.User("fred", { device, name: "fred", password: "first password" });
new dli.ApiClient("ops", { device, name: "ops", scopes: ["/relay/?access=get"] });
new dli.OutletCycle("once", { device, outlets: [3] }, { dependsOn: db });
`;

test.each(adapters)(
  "%s: the replacement of a resource leaves everything that knows its device by it where it is",
  async (_adapter, create) => {
    const device = await startSimulator({ speed: 50 });
    const workspace = await create({ program: chain(1), config: configurationOf(device) });
    try {
      device.switchOutlet(3, false);
      await workspace.up({ expectExit: 0 });
      device.journal.clear();
      workspace.setProgram(chain(2));
      const planned = await workspace.preview({ expectExit: 0 });
      expect(planned.all).not.toMatch(/loses power: [^n]|cycles: [^n]/);
      const done = await workspace.up({ expectExit: 0 });
      expect(countsIn(done)).toEqual({ replaced: 1, unchanged: 5 });
      expect(device.journal.writes().map(({ path }) => path)).toEqual(["/restapi/relay/outlets/1/name/"]);
      expect(device.tree.relay.outlets[2]).toMatchObject({ state: true });
    } finally {
      workspace.dispose();
      await device.close();
    }
  },
);

test.each(adapters)(
  "%s: what a replacement that comes before the deletion forgets is said, with the option",
  async (adapter, create) => {
    const device = await startSimulator({ speed: 50 });
    const program = `
import * as dli from "pulumi-dli";
new dli.Outlet("web", { number: 1, name: "web", onDestroy: "restore" }, { deleteBeforeReplace: false });
`;
    const workspace = await create({ program, config: configurationOf(device) });
    try {
      await workspace.up({ expectExit: 0 });
      const [web] = await ownResources(workspace);
      const { all: printed } = await workspace.up({ args: ["--replace", web?.urn as string], expectExit: 0 });
      await workspace.destroy({ expectExit: 0 });
      // The engine reads for the plugin; dynamic resources are told nothing about the state.
      const isForgotten = adapter === "dynamic";
      expect(/forgotten.*leaving out `deleteBeforeReplace: false`/.test(printed)).toBe(isForgotten);
      expect(device.tree.relay.outlets[0]).toMatchObject({ name: isForgotten ? "web" : "Outlet 1" });
    } finally {
      workspace.dispose();
      await device.close();
    }
  },
);

describe.each(adapters)("%s", (adapter, create) => {
  let device: SimulatedDevice;
  let workspace: Workspace;
  const switched: boolean[] = [];

  beforeAll(async () => {
    device = await startSimulator({ speed: 50 });
    device.tree.relay.outlets[0]!.name = "before";
    device.behaviours.register({
      name: "power of outlet 1",
      path: "relay/outlets/0/state",
      write: (_context, value, next) => {
        switched.push(value as boolean);
        next(value);
      },
    });
    workspace = await create({ program: programOf(...program), config: configurationOf(device) });
    await workspace.up({ expectExit: 0 });
  });

  afterAll(async () => {
    workspace?.dispose();
    await device?.close();
  });

  /** The client's login from the state. */
  async function bearer(): Promise<string | undefined> {
    const resources = await ownResources(workspace);
    const client = resources.find(({ type }) => type.endsWith(":ApiClient"));
    return (client?.outputs?.["bearer"] as { plaintext?: string } | undefined)?.plaintext;
  }

  const counts = () => ({
    users: device.tree.auth.users.length,
    clients: Object.keys(device.tree.auth.clients),
    items: device.tree.autoping.items.length,
  });

  // A provider cannot tell these apart, so each adapter taints the half that the other replaces.
  test(`${adapter}: state taint and --replace replace every resource and leave the device as it is`, async () => {
    const [before, token] = [counts(), await bearer()];
    switched.length = 0;
    const isTainted = (type: string) => /:(Outlet|User)$/.test(type) === (adapter === "native");
    const urns = (tainted: boolean) => held.filter(({ type }) => isTainted(type) === tainted).map(({ urn }) => urn);
    const held = await ownResources(workspace);
    await workspace.pulumi(["state", "taint", ...urns(true), "--yes"], { expectExit: 0 });
    const replaced = await workspace.up({ args: urns(false).flatMap((urn) => ["--replace", urn]), expectExit: 0 });
    expect(countsIn(replaced)).toEqual({ replaced: 4, unchanged: 1 });
    expect(counts()).toEqual(before);
    expect(switched).not.toContain(false);
    expect(device.tree.relay.outlets[0]).toMatchObject({ state: true, name: "web" });
    expect(token).toEqual(expect.any(String));
    expect(await bearer()).toBe(token);
  });

  test(`${adapter}: replaceOnChanges replaces, and leaves the device as it is but for the change`, async () => {
    const before = counts();
    switched.length = 0;
    const changed = program.map((one) =>
      one.name === "fred"
        ? { ...one, inputs: { ...one.inputs, isAllowed: false }, replaceOnChanges: ["isAllowed"] }
        : one,
    );
    workspace.setProgram(programOf(...changed));
    // Everything that was replaced before is as declared.
    expect(countsIn(await workspace.up({ expectExit: 0 }))).toEqual({ replaced: 1, unchanged: 4 });
    expect(counts()).toEqual(before);
    expect(device.tree.auth.users[1]).toMatchObject({ name: "fred", is_allowed: false });
    expect(switched).toEqual([]);
  });

  test(`${adapter}: what was there before is still known after --target-replace`, async () => {
    const only = { type: "Outlet", name: "only", inputs: { number: 4, name: "db", onDestroy: "restore" } };
    const others = program.map((one) =>
      one.name === "fred" ? { ...one, inputs: { ...one.inputs, isAllowed: false } } : one,
    );
    workspace.setProgram(programOf(...others, only));
    await workspace.up({ expectExit: 0 });
    const urn = (await ownResources(workspace)).find(({ id }) => id === "default/outlets/4")?.urn as string;
    device.journal.clear();
    expect(countsIn(await workspace.up({ args: ["--target-replace", urn], expectExit: 0 }))).toMatchObject({
      replaced: 1,
    });
    expect(device.journal.writes()).toEqual([]);
    await workspace.destroy({ target: [urn], expectExit: 0 });
    expect(device.tree.relay.outlets[3]).toMatchObject({ name: "Outlet 4" });
  });

  test(`${adapter}: a rename without an alias keeps the thing; what is forgotten by that is said, and nothing else is`, async () => {
    workspace.setProgram(programOf({ ...(program[0] as Declared), name: "renamed" }, ...program.slice(2)));
    device.journal.clear();
    const { all: printed } = await workspace.up({ expectExit: 0 });
    // The account was deleted with its declaration.
    expect(device.journal.writes().map(({ path }) => path)).toEqual([expect.stringContaining("auth/users/")]);
    expect(device.tree.relay.outlets[0]).toMatchObject({ state: true, name: "web" });
    // The engine reads the state's resources before a native plan, so the plugin knows what they remember.
    const isRemembered = adapter === "native";
    expect(printed.includes("what was there before, or was generated, is forgotten")).toBe(!isRemembered);
    await workspace.destroy({ expectExit: 0 });
    expect(device.tree.relay.outlets[0]).toMatchObject({ name: isRemembered ? "before" : "web" });
    expect(counts()).toEqual({ users: 1, clients: [], items: 0 });
  });
});
