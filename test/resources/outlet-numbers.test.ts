/** Numbers of outlets that the device lacks: refused in the plan and before any write, in every input. */
import type { Json } from "../../simulator";
import { onDevice, writes } from "../support/on-device";

const fred = { name: "fred", password: "freds password" };
const item = { addresses: ["10.0.0.1"] };

describe.each<[type: string, inputs: Record<string, unknown>]>([
  ["Outlet", { number: 12, name: "web" }],
  ["Outlets", { outlets: { 1: { name: "a" }, 12: { name: "b" } } }],
  ["User", { ...fred, outletAccess: [3, 12] }],
  ["AutoPingItem", { ...item, outlets: [3, 12] }],
  ["OutletCycle", { outlets: [3, 12] }],
  ["SwitchOutlets", { states: { 3: false, 12: false } }],
])("%s %j", (type, inputs) => {
  const sentence = /outlet 12\b.*(has|it has) 8.*Outlets are numbered from 1, as printed on the case/;

  test("is refused in the plan and in the update, with what the device has", () =>
    onDevice({ model: "LPC9" }, async ({ device, engine }) => {
      const [look] = await engine.plan([{ type, inputs }]);
      expect(String(look?.failure)).toMatch(sentence);
      await expect(engine.create(type, inputs)).rejects.toThrow(sentence);
      expect(writes(device)).toEqual([]);
    }));
});

test.each([
  ["User", fred, "outletAccess"],
  ["AutoPingItem", item, "outlets"],
])("a change of %s to an outlet that is not there is refused as well", (type, inputs, property) =>
  onDevice({ model: "LPC9" }, async ({ device, engine }) => {
    const held = await engine.create(type, { ...inputs, [property]: [8] });
    device.journal.clear();
    await expect(engine.up(held, { ...inputs, [property]: [9] })).rejects.toThrow(/outlet 9\b.*has 8/);
    expect(writes(device)).toEqual([]);
  }),
);

test("to a token that sees no outlets the number is the device's matter", () =>
  onDevice({ model: "LPC9" }, async ({ device, engine }) => {
    const scopes = ["/cred/?access=get", "/auth/clients/ci/?access=get", "/autoping/"];
    const { state } = await engine.create("ApiClient", { name: "ci", scopes });
    const token = engine.as({ "dli:token": String(state["bearer"]), "dli:username": "", "dli:password": "" });
    await token.create("AutoPingItem", { ...item, outlets: [8] });
    expect(device.tree.autoping.items[0]?.outlets).toEqual([7]);
    await expect(token.create("AutoPingItem", { addresses: ["10.0.0.2"], outlets: [9] })).rejects.toThrow(/\(409\)/);
  }));

test("a token that sees the accounts and no outlets is refused what no account has access to", () =>
  onDevice({ model: "LPC9" }, async ({ device, engine }) => {
    const scopes = ["/cred/?access=get", "/auth/"];
    const { state } = await engine.create("ApiClient", { name: "ci", scopes });
    const token = engine.as({ "dli:token": String(state["bearer"]), "dli:username": "", "dli:password": "" });
    await expect(token.create("User", { ...fred, outletAccess: [12] })).rejects.toThrow(/names outlet 12\b.*has 8/);
    expect(device.tree.auth.users).toHaveLength(1);
  }));

test.each([
  ["Outlet", { number: 3, name: "web" }],
  ["Outlets", { outlets: { 3: { name: "web" } } }],
  ["SwitchOutlets", { states: { 3: false } }],
])("a device that counts its outlets from another number than 0 is not written to by %s", (type, inputs) =>
  onDevice({}, async ({ device, engine }) => {
    device.behaviours.register({
      name: "counts from 1",
      path: "relay/outlets",
      read: (_context, next) =>
        Object.fromEntries((next() as Json[]).map((outlet, index) => [String(index + 1), outlet])),
    });
    await expect(engine.create(type, inputs)).rejects.toThrow(
      "the device answered a list of outlets without the first one, from which nothing can be concluded",
    );
    expect(writes(device)).toEqual([]);
  }),
);
