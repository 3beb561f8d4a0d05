/** What the gate permits as a restoration: earlier AutoPing items, and nothing that cycles more than they did. */
import * as fc from "fast-check";
import { all, type Json, type Segment } from "../../provider/client";
import type { WriteRequest } from "../../provider/runtime/gate/effect";
import { restoresItem } from "../../provider/runtime/gate/restoration";
import { gateWith } from "./gate-with";
import { apply, insert, type Tree } from "./request-tree";

interface Item {
  addresses: string[];
  outlets: Json;
  script: string;
  enabled: boolean;
}

const anyItem: fc.Arbitrary<Item> = fc.record({
  addresses: fc.constantFrom(["a"], ["b"], ["c"]),
  outlets: fc.constantFrom<Json>([0], [0, 1], [1], []),
  script: fc.constantFrom("", "", "restart"),
  enabled: fc.constantFrom(true, true, false),
});
const anyItems = fc.uniqueArray(anyItem, { maxLength: 3, selector: ({ addresses }) => addresses[0] });
const anyMember = fc.constantFrom<[string, Json]>(
  ["outlets", [0]],
  ["outlets", [0, 1]],
  ["outlets", [1]],
  ["script", ""],
  ["script", "restart"],
  ["enabled", true],
  ["enabled", false],
  ["addresses", ["a"]],
  ["Outlets", [0]],
);
const anyIndex = fc.constantFrom<Segment>("0", "1", "2", "00", all, "0/outlets");
const replacing = anyMember.map(([name, value]) => ({ op: "replace", path: `/${name}`, value }));
const patched = fc.oneof(
  replacing,
  replacing,
  fc.constantFrom(
    { op: "test", path: "/addresses", value: ["a"] },
    { op: "remove", path: "/script" },
    { op: "add", path: "/outlets/-", value: 0 },
    { op: "copy", path: "/outlets", from: "/outlets" },
  ),
);

/** Requests about items, most of which are or were on the device. */
const anyRequest = (items: readonly Item[]): fc.Arbitrary<WriteRequest> => {
  const item = fc.oneof(anyItem, ...items.map((one) => fc.constant(one))) as unknown as fc.Arbitrary<Json>;
  const place = (...segments: Segment[]): Segment[] => ["autoping", "items", ...segments];
  return fc.oneof(
    item.map((value): WriteRequest => ({ method: "POST", segments: place(), value })),
    fc.tuple(anyIndex, item).map(([at, value]): WriteRequest => ({ method: "PUT", segments: place(at), value })),
    fc
      .tuple(anyIndex, anyMember)
      .map(([at, [name, value]]): WriteRequest => ({ method: "PUT", segments: place(at, name), value })),
    fc
      .tuple(anyIndex, fc.array(patched, { minLength: 1, maxLength: 3 }))
      .map(([at, value]): WriteRequest => ({ method: "PATCH", segments: place(at), value: value as Json })),
    fc.constantFrom<WriteRequest>(
      { method: "PUT", segments: ["autoping", "enabled"], value: true },
      { method: "PUT", segments: ["autoping"], value: { enabled: true } },
      { method: "DELETE", segments: place("0") },
      { method: "PUT", segments: place(), value: [] },
    ),
  );
};

/** Addresses and outlets of the items that cycle outlets. */
function cycled(items: readonly Item[]): string[] {
  const acting = items.filter(({ script, enabled }) => script === "" && enabled);
  return acting.flatMap(({ addresses, outlets }) => (outlets as number[]).map((outlet) => `${addresses[0]} ${outlet}`));
}

test("what passes cycles nothing that was not cycled before, and leaves every other item as it is", () => {
  let passed = 0;
  const chosen = fc
    .tuple(anyItems, anyItems)
    .chain(([before, now]) => fc.tuple(fc.constant(before), fc.constant(now), anyRequest([...before, ...now])));
  fc.assert(
    fc.property(chosen, ([before, now, sent]) => {
      const treeOf = (items: readonly Item[]) => structuredClone({ autoping: { items } }) as unknown as Tree;
      if (!restoresItem(sent, treeOf(before)["autoping"], treeOf(now)["autoping"])) {
        return;
      }
      passed += 1;
      const changed =
        sent.method === "POST"
          ? insert(treeOf(now), [...sent.segments, "-"], sent.value as Json)
          : apply(treeOf(now), sent);
      const after = (changed["autoping"] as unknown as { items: Item[] }).items;
      const allowed = [...cycled(before), ...cycled(now)];
      expect(cycled(after).filter((one) => !allowed.includes(one))).toEqual([]);
      const others = after.filter((item, at) => JSON.stringify(item) !== JSON.stringify(now[at]));
      expect(others.length).toBeLessThanOrEqual(1);
      expect(new Set(after.map(({ addresses }) => addresses[0])).size).toBe(after.length);
    }),
    { numRuns: 40_000 },
  );
  expect(passed).toBeGreaterThan(400);
});

const item = (address: string, more: Partial<Item> = {}): Item => ({
  addresses: [address],
  outlets: [0],
  script: "",
  enabled: true,
  ...more,
});
const request = (method: WriteRequest["method"], place: Segment[], value: unknown): WriteRequest => ({
  method,
  segments: ["autoping", "items", ...place],
  value: value as Json,
});

test.each<[what: string, request: WriteRequest, now: unknown[], isRestored: boolean]>([
  ["the item, appended to a list without it", request("POST", [], item("a")), [item("b")], true],
  ["the item, appended to a list that has it", request("POST", [], item("a")), [item("a")], false],
  ["the item in place of something that is none", request("PUT", ["0"], item("a")), [{}], true],
  ["the item in place of another one", request("PUT", ["0"], item("a")), [item("b")], false],
  ["the item in place of something, beside itself", request("PUT", ["0"], item("a")), [{}, item("a")], false],
  ["the item at an index without an element", request("PUT", ["3"], item("a")), [{}], false],
  ["the item, given to a call", request("POST", ["0"], item("a")), [{}], false],
  ["a member of the item", request("PUT", ["0", "outlets"], [0]), [item("a", { outlets: [] })], true],
  ["a member of the item that is off", request("PUT", ["0", "outlets"], [0]), [item("a", { enabled: false })], true],
  [
    "the state of the item that calls a function",
    request("PUT", ["0", "enabled"], true),
    [item("a", { script: "restart", enabled: false })],
    true,
  ],
  [
    "the state of the item that has another outlet",
    request("PUT", ["0", "enabled"], true),
    [item("a", { outlets: [1], enabled: false })],
    false,
  ],
  ["a member of another item", request("PUT", ["0", "outlets"], [0]), [item("b", { outlets: [] })], false],
  ["an outlet that the item did not have", request("PUT", ["0", "outlets"], [0, 1]), [item("a")], false],
])("%s", (_what, sent, now, isRestored) => {
  expect(restoresItem(sent, { items: [item("a")] } as unknown as Json, { items: now } as Json)).toBe(isRestored);
});

describe("a gate of a device whose outlet 1 is protected", () => {
  const gone = request("POST", [], item("a"));
  const read = (items: unknown[]) => () => Promise.resolve({ enabled: true, items } as unknown as Json);

  test("lets an item be put back as it was when the operation began", async () => {
    const gate = gateWith({ type: "AutoPingItem", protectedOutlets: () => [1] });
    await gate.admit({ method: "DELETE", segments: ["autoping", "items", "0"] }, read([item("a"), item("b")]));
    await expect(gate.admit(gone, read([item("b")]), true)).resolves.toBeUndefined();
  });

  test.each<[string, WriteRequest, boolean]>([
    ["another item than was there", request("POST", [], item("c")), true],
    ["the item with another outlet", request("POST", [], item("a", { outlets: [0, 1] })), true],
    ["the item, if that is no restoration", gone, false],
  ])("refuses %s", async (_what, sent, isRestoration) => {
    const gate = gateWith({ type: "AutoPingItem", protectedOutlets: () => [1] });
    await gate.admit({ method: "DELETE", segments: ["autoping", "items", "0"] }, read([item("a"), item("b")]));
    await expect(gate.admit(sent, read([item("b")]), isRestoration)).rejects.toThrow(/let AutoPing cycle it/);
  });
});
