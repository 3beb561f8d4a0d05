/** The plan is the limit: for every resource, an update of one input leaves other differences on the device alone. */
import fc from "fast-check";
import { IgnoredChanges } from "../../provider/lifecycle/diff/ignore-changes";
import { PlanLimit } from "../../provider/lifecycle/diff/plan-limit";
import { definitionOf } from "../../provider/registry";
import type { AnyThing } from "../../provider/schema/definition";
import { Properties } from "../../provider/schema/properties";
import type { SimulatedDevice } from "../../simulator";
import { onDevice, writes } from "../support/on-device";
import { until } from "../until";
import { cases } from "./resource-cases";

const setting = definitionOf("Setting") as AnyThing;
const values = (value: unknown) => Properties.of(setting, { path: "x", value: value as never, managed: ["value"] });

const json = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom(1, 2, "a", null, true),
    fc.dictionary(fc.constantFrom("a", "b", "c"), tie("value"), { maxKeys: 3 }),
  ),
})).value;

/** Every leaf of a value with its path. */
function leavesOf(value: unknown, path = ""): Map<string, string> {
  if (typeof value !== "object" || value === null || Object.keys(value).length === 0) {
    return new Map([[path, JSON.stringify(value)]]);
  }
  return new Map(Object.entries(value).flatMap(([name, member]) => [...leavesOf(member, `${path}/${name}`)]));
}

test("of any declared object, only members that differ from the state get another value than the device's", () => {
  fc.assert(
    fc.property(json, json, json, (before, declared, actual) => {
      const planned = new PlanLimit(values(declared), values(before), new IgnoredChanges());
      const desired = leavesOf(planned.desired(values(declared), values(actual)).get("value"));
      const [old, wanted, present] = [before, declared, actual].map((value) => leavesOf(value));
      for (const [path, value] of desired) {
        if (present!.get(path) === value) {
          continue;
        }
        // A changed value is the declared one, and the state has another value or the device has none.
        expect(wanted!.get(path)).toBe(value);
        const isHere = [...present!.keys()].some((other) => other === path || other.startsWith(`${path}/`));
        expect(old!.get(path) !== value || !isHere).toBe(true);
      }
    }),
    { numRuns: 5_000 },
  );
});

test("what somebody changes beside the plan, even during the last attempt, is no failure of the update", () =>
  onDevice({ dialects: { jsonPatch: "ignored" } }, async ({ device, engine }) => {
    const inputs = (interval: number) => ({
      path: "autoping",
      value: { ping_interval: interval, ping_timeout: 200 + interval, post_reboot_delay: 5 },
    });
    const held = await engine.create("Setting", inputs(60));
    const { struck } = device.faults;
    device.faults.add({ kind: "hold", method: "PUT", path: "autoping/", onlyAuthenticated: true });
    const update = engine.up(held, inputs(61));
    await until(() => device.faults.struck > struck);
    device.faults.clear();
    device.changeByHand("autoping/post_reboot_delay", 77);
    await update;
    expect(device.tree.autoping).toMatchObject({ ping_interval: 61, ping_timeout: 261, post_reboot_delay: 77 });
    expect(engine.warnings).toEqual([expect.stringContaining("value on the device is not as declared")]);
  }));

test("what an update does not plan is left as it is on the device, and said", () =>
  onDevice({}, async ({ device, engine }) => {
    const inputs = { number: 1, name: "web", critical: true };
    const held = await engine.create("Outlet", inputs);
    device.tree.relay.outlets[0]!.critical = false;
    await engine.up(held, { ...inputs, name: "nas" });
    expect(device.tree.relay.outlets[0]).toMatchObject({ name: "nas", critical: false });
    expect(engine.warnings).toEqual([
      expect.stringContaining("default/outlets/1: critical on the device is not as declared."),
    ]);
    expect((await engine.preview(held, { ...inputs, name: "nas" })).map(({ property }) => property)).toEqual([
      "critical",
    ]);
    await engine.up(held, { ...inputs, name: "nas" });
    expect(device.tree.relay.outlets[0]).toMatchObject({ critical: true });
    expect(engine.warnings).toHaveLength(1);
  }));

test("an element that is written as a whole keeps what somebody changed in it by hand", () =>
  onDevice({}, async ({ device, engine }) => {
    const item = { addresses: ["192.0.2.1"], outlets: [2], enabled: true };
    const heldItem = await engine.create("AutoPingItem", item);
    device.tree.autoping.items[0]!.outlets = [6];
    await engine.up(heldItem, { ...item, enabled: false });
    expect(device.tree.autoping.items[0]).toMatchObject({ enabled: false, outlets: [6] });

    const client = { name: "ops", scopes: ["/relay/?access=get"], token: "Zmlyc3QgdG9rZW4gb2YgY2xpZW50" };
    const heldClient = await engine.create("ApiClient", client);
    device.tree.auth.clients["ops"]!.scopes = { "/config/?access=get": true };
    await engine.up(heldClient, { ...client, token: "c2Vjb25kIHRva2VuIG9mIGNsaWVudA" });
    expect(device.tree.auth.clients["ops"]!.scopes).toEqual({ "/config/?access=get": true });
  }));

test.each(cases.map((life) => [life.type, life] as const))(
  "an update of %s without a difference writes nothing, whatever has changed by hand",
  (type, life) =>
    onDevice({}, async ({ device, engine }) => {
      life.prepare?.(device);
      const held = await engine.create(type, life.inputs);
      life.drift(device);
      device.journal.clear();
      // If our login's password was changed by hand, nothing can be read either.
      await engine.up(held, life.inputs, { isForced: true }).catch(({ message }: Error) => {
        expect(message).toContain("the device refuses the password");
      });
      expect(device.journal.writes()).toEqual([]);
    }),
);

const gone: readonly (readonly [string, object, object, (device: SimulatedDevice) => void])[] = [
  [
    "ApiClient",
    { name: "ci", scopes: ["/relay/?access=get"] },
    { name: "ci", scopes: ["/script/?access=get"] },
    ({ tree }) => void delete tree.auth.clients["ci"],
  ],
  [
    "User",
    { name: "fred", password: "first password" },
    { name: "fred", password: "second password" },
    ({ tree }) => void tree.auth.users.pop(),
  ],
  [
    "ScriptSnippet",
    { name: "hello", source: "x = 1" },
    { name: "hello", source: "x = 2" },
    ({ tree }) => void delete tree.script.snippets["hello"],
  ],
  [
    "AutoPingItem",
    { addresses: ["192.0.2.1"], outlets: [1] },
    { addresses: ["192.0.2.1"], outlets: [2] },
    ({ tree }) => void tree.autoping.items.pop(),
  ],
];

test.each(gone)("%s that was removed by hand is not made by an update, although all of its inputs change", (...life) =>
  onDevice({}, async ({ device, engine }) => {
    const [type, inputs, changed, removeByHand] = life;
    const held = await engine.create(type, { ...inputs });
    removeByHand(device);
    device.journal.clear();
    await expect(engine.up(held, { ...changed })).rejects.toThrow(/not on the device any more.*--refresh/);
    expect(writes(device)).toEqual([]);
  }),
);
