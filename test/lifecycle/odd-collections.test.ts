/**
 * A valid container with an odd collection in it: a thing that a list or map of references, empty places or other forms
 * does not show is read by itself before it counts as gone. Odd elements of somebody else cause no error.
 */
import { isDliError, type Json } from "../../provider/client";
import type { SimulatedDevice } from "../../simulator";
import { onDevice, writes } from "../support/on-device";

const user = { type: "User", inputs: { name: "fred", password: "freds password" } };
const client = { type: "ApiClient", inputs: { name: "ci", scopes: ["/cred/"] } };
const snippet = { type: "ScriptSnippet", inputs: { name: "hello", source: "x=1" } };
const item = { type: "AutoPingItem", inputs: { addresses: ["10.0.0.1"], outlets: [1] } };

type Row = readonly [wanted: typeof user | typeof client | typeof snippet | typeof item, path: string, answer: object];

const inAuth = (clients: unknown) => [client, "auth/", { realm: "x", cookie_timeout: 1800, clients }] as Row;
const inScript = (snippets: unknown) => [snippet, "script/", { source: "", step_delay: 1, snippets }] as Row;
const inAutoPing = (items: unknown) => [item, "autoping/", { enabled: true, ping_interval: 60, items }] as Row;
const admin = { name: "admin", is_admin: true };

const rows: readonly Row[] = [
  inAuth({ $ref: "clients/" }),
  inAuth({ error: "busy" }),
  inAuth({ other: 1 }),
  inAuth({ ci: null }),
  inAuth({ ci: {} }),
  inAuth({ ci: { $ref: "ci/" } }),
  inAuth({ ops: { scopes: {} }, ci: { $ref: "ci/" } }),
  inAuth({ ops: { scopes: {} }, more: { $ref: "more/" } }),
  inScript({ $ref: "snippets/" }),
  inScript({ hello: {} }),
  inScript({ hello: { $ref: "hello/" } }),
  inScript({ other: { source: 3 } }),
  inScript({ other: { source: "y=2" }, more: null }),
  inAutoPing([null]),
  inAutoPing([{}]),
  inAutoPing([[]]),
  inAutoPing([{ $ref: "0/" }]),
  inAutoPing([{ addresses: "10.0.0.1" }]),
  inAutoPing({ "1": null }),
  inAutoPing({ "2": { addresses: ["10.0.0.7"] } }),
  inAutoPing({ "99999999999": { addresses: ["10.0.0.7"] } }),
  inAutoPing([{ error: "busy" }]),
  [user, "auth/users/", [admin, null]],
  [user, "auth/users/", [admin, { $ref: "1/" }]],
  [user, "auth/users/", { "0": admin, "2": { name: "ann" } }],
];
const titled = rows.map(
  ([wanted, path, answer]) => [wanted.type, JSON.stringify(answer), wanted, path, answer] as const,
);

const answering = (device: SimulatedDevice, path: string, answer: object) =>
  device.faults.add({ kind: "oddAnswer", method: "GET", path, times: "always", body: JSON.stringify(answer) });

describe.each(titled)("%s, in %s", (type, _title, { inputs }, path, answer) => {
  test("is not gone, not removed in silence, and not made over what is there", () =>
    onDevice({}, async ({ device, engine }) => {
      const held = await engine.create(type, inputs);
      const before = structuredClone(device.tree);
      device.journal.clear();
      answering(device, path, answer);
      const known = structuredClone(held);
      const outcomes = [
        await engine.refresh(held).catch((error: unknown) => error),
        await engine.destroy(held).catch((error: unknown) => error),
        await engine.create(type, inputs).catch((error: unknown) => error),
      ];
      expect(outcomes.map(isDliError)).toEqual([true, true, true]);
      expect(outcomes.map(String).join()).toMatch(/nothing can be concluded/);
      expect(held).toEqual(known);
      expect(device.tree).toEqual(before);
      expect(writes(device)).toEqual([]);
    }));
});

test.each([
  ["ApiClient", client.inputs, "auth/clients", { other: 1, more: { $ref: "more/" } }],
  ["ScriptSnippet", snippet.inputs, "script/snippets", { other: null, more: { source: 3 } }],
])("odd elements of somebody else do not keep a %s from being made, read and removed", (type, inputs, path, odd) =>
  onDevice({}, async ({ device, engine }) => {
    device.behaviours.register({
      name: "show odd elements too",
      path,
      read: (_context, next) => ({ ...(next() as object), ...odd }) as never,
    });
    const held = await engine.create(type, inputs);
    expect(await engine.refresh(held)).toEqual([]);
    await engine.destroy(held);
    await engine.destroy(held);
    expect(await engine.refresh(held)).toBeUndefined();
  }),
);

test("an odd item of somebody else that the device shows twice in the same way is not ours", () =>
  onDevice({}, async ({ device, engine }) => {
    const odd = { label: "of another firmware" };
    device.tree.autoping.items.push(odd as never);
    device.behaviours.register({ name: "as it is", path: "autoping/items/0", read: () => odd });
    const held = await engine.create("AutoPingItem", item.inputs);
    expect(await engine.refresh(held)).toEqual([]);
    await engine.destroy(held);
    expect(await engine.refresh(held)).toBeUndefined();
    expect(device.tree.autoping.items).toHaveLength(1);
  }));

describe.each([
  ["an object of numbered elements", (list: Json) => ({ ...(list as Json[]) }), true],
  ["one text", (list: Json) => String(list), false],
  ["objects", (list: Json) => (list as Json[]).map((host) => ({ host })), false],
] as const)("where the device always writes lists in items as %s", (_form, written, isUnderstood) => {
  const hosts = { addresses: ["10.0.0.2", "10.0.0.1"], outlets: [1, 4] };

  test("an item is not gone, not created twice, and managed if that is understood", () =>
    onDevice({}, async ({ device, engine }) => {
      for (const member of isUnderstood ? ["addresses", "outlets"] : ["addresses"]) {
        device.behaviours.register({
          name: `odd ${member}`,
          path: `autoping/items/*/${member}`,
          read: (_context, next) => written(next() as Json) as Json,
        });
      }
      const held = await engine.create("AutoPingItem", hosts).catch((error) => error);
      expect(device.tree.autoping.items).toHaveLength(1);
      if (isUnderstood) {
        expect(await engine.refresh(held)).toEqual([]);
        await engine.up(held, { ...hosts, outlets: [2] });
        await engine.destroy(held);
        expect(device.tree.autoping.items).toEqual([]);
        return;
      }
      const state = await engine.import("AutoPingItem", "default/autoping/10.0.0.1,10.0.0.2").catch((error) => error);
      expect(isDliError(state)).toBe(true);
      expect(state.message).toMatch(/from which nothing can be concluded/);
    }));
});

test("an item of somebody else whose addresses are in an odd form hinders nobody", () =>
  onDevice({}, async ({ device, engine }) => {
    device.tree.autoping.items.push({ addresses: { host: "10.0.0.9" } } as never);
    const held = await engine.create("AutoPingItem", item.inputs);
    expect(await engine.refresh(held)).toEqual([]);
    await engine.destroy(held);
    expect(device.tree.autoping.items).toHaveLength(1);
  }));

test("a user whose outlets are an object of numbered elements is managed", () =>
  onDevice({}, async ({ device, engine }) => {
    device.behaviours.register({
      name: "odd access",
      path: "auth/users/*/outlet_access",
      read: (_context, next) => ({ ...(next() as Json[]) }),
    });
    const held = await engine.create("User", { ...user.inputs, outletAccess: [2, 5] });
    expect(await engine.refresh(held)).toEqual([]);
    await engine.up(held, { ...user.inputs, outletAccess: [3] });
    expect(device.tree.auth.users[1]?.outlet_access.indexOf(true)).toBe(2);
  }));
