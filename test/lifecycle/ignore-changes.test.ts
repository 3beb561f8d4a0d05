/** What `ignoreChanges` leaves of a declared value: the parts that it names, and only these, are as on the device. */
import fc from "fast-check";
import type { Json } from "../../provider/client";
import { IgnoredChanges } from "../../provider/lifecycle/diff/ignore-changes";
import { definitionOf } from "../../provider/registry";
import { Properties } from "../../provider/schema/properties";
import { onDevice, writes } from "../support/on-device";

/** The value of a Setting with these paths ignored. */
function left(ignored: readonly string[], declared: Json, actual: Json): Json | undefined {
  const setting = definitionOf("Setting")!;
  const propertiesOf = (value: Json) => Properties.of(setting, { device: "default", path: "x", value });
  return new IgnoredChanges(ignored).applyTo(propertiesOf(declared), propertiesOf(actual)).get("value");
}

const both = [
  { name: "a", port: 1 },
  { name: "b", port: 2 },
];
const found = [
  { name: "c", port: 3 },
  { name: "d", port: 4 },
];

test.each<[ignored: string, declared: Json, actual: Json, expected: Json]>([
  ["value", 1, 2, 2],
  ["state", 1, 2, 1],
  ["value.name", { name: "a", port: 1 }, { name: "b", port: 2 }, { name: "b", port: 1 }],
  ["value[1].name", both, found, [both[0]!, { name: "d", port: 2 }]],
  [
    "value[*].name",
    both,
    found,
    [
      { name: "c", port: 1 },
      { name: "d", port: 2 },
    ],
  ],
  // If the device lacks a member, ignoring something inside it has no effect.
  ["value.inner.name", { inner: { name: "a" } }, { other: 1 }, { inner: { name: "a" } }],
  // An ignored member that the device lacks is not sent.
  ["value.name", { name: "a", port: 1 }, { port: 2 }, { port: 1 }],
  // An inherited property is not something that the device has.
  ["value.constructor", { constructor: "a", port: 1 }, { port: 2 }, { port: 1 }],
  // In a list, an index means the same element on both sides, as it does to the engine.
  ["value[0].name", both, [found[0]!], [{ name: "c", port: 1 }, both[1]!]],
  ["value[0]", ["a", "b", "c"], ["x", "y"], ["x", "b", "c"]],
  ["value[0]", ["a"], ["x", "y"], ["x"]],
  ["value[*].name", [both[0]!], found, [{ name: "c", port: 1 }]],
  // An ignored element that only one side has stays as it is on the device, and so do those beside it.
  ["value[1]", ["a", "b"], ["x"], ["x"]],
  ["value[1]", ["a"], ["x", "y"], ["x", "y"]],
  ["value[*]", ["a", "b", "c"], ["x", "y"], ["x", "y"]],
  // Values of different types cannot be matched part by part.
  ["value.name", { name: "a" }, ["b"], ["b"]],
])("%s", (ignored, declared, actual, expected) => {
  expect(left([ignored], declared, actual)).toStrictEqual(expected);
});

describe("in a list whose order means nothing to the device, which may show it in another one", () => {
  const scopes = ["/relay/?access=get", "/config/?access=get", "/cred/?access=get", "/meter/?access=get"];
  const lists = fc
    .subarray(scopes, { minLength: 1 })
    .chain((list) => fc.shuffledSubarray(list, { minLength: list.length }));

  /** The scopes of a token with one of them ignored. */
  function scopesLeft(index: number | "*", declared: readonly string[], actual: readonly string[]) {
    const propertiesOf = (list: readonly string[]) =>
      Properties.of(definitionOf("ApiClient")!, { device: "default", name: "ops", scopes: [...list] });
    const ignored = new IgnoredChanges([`scopes[${index}]`]);
    return ignored.applyTo(propertiesOf(declared), propertiesOf(actual)).get("scopes") as string[];
  }

  test("the ignored element stays if the device has it, and else all of them", () => {
    fc.assert(
      fc.property(lists, lists, fc.nat(scopes.length - 1), (declared, actual, index) => {
        const has = index < declared.length && actual.includes(declared[index]!);
        expect(scopesLeft(index, declared, actual)).toEqual(has ? declared : actual);
        expect(scopesLeft("*", declared, actual)).toEqual(actual);
      }),
    );
  });

  test.each([
    ["User", { name: "fred", password: "a password" }, "outletAccess", [5, 1], [5, 2], { outletAccess: [2, 5] }],
    ["User", { name: "fred", password: "a password" }, "outletAccess", [5, 1], [5, 1, 2], { outletAccess: [1, 2, 5] }],
    ["AutoPingItem", { addresses: ["10.0.0.1"] }, "outlets", [5, 1], [5, 2], { outlets: [2, 5] }],
    [
      "ApiClient",
      { name: "ops" },
      "scopes",
      [scopes[0], scopes[1]],
      [scopes[0], scopes[2]],
      { scopes: [scopes[2], scopes[0]] },
    ],
  ] as const)("an update of a %s leaves it on the device", (type, keys, name, first, changed, expected) =>
    onDevice({}, async ({ engine }) => {
      const held = await engine.create(type, { ...keys, [name]: first });
      const ignored = [`${name}[0]`];
      await engine.up(held, { ...keys, [name]: changed }, { ignored });
      expect(await engine.refresh(held)).toEqual([]);
      const found = await engine.import(type, held.id);
      expect(found?.inputs).toMatchObject(expected);
      await engine.up(held, { ...keys, [name]: changed, ...(type === "User" && { isAllowed: false }) }, { ignored });
      expect(engine.warnings).toEqual([]);
    }),
  );
});

test("what a part of a key ignores is left to the engine: no other thing is looked for", () =>
  onDevice({}, async ({ device, engine }) => {
    const item = { addresses: ["192.0.2.2", "192.0.2.1"], outlets: [4] };
    const held = await engine.create("AutoPingItem", item);
    device.tree.autoping.items[0]!.addresses.reverse();
    device.journal.clear();
    await engine.up(held, { ...item, outlets: [5] }, { ignored: ["addresses[0]"] });
    expect(writes(device)).toEqual(["PATCH autoping/items/0/"]);
    expect(device.tree.autoping.items).toMatchObject([{ addresses: ["192.0.2.1", "192.0.2.2"], outlets: [4] }]);
  }));
