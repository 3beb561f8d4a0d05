/** What `ignoreChanges` leaves of a declared value: the parts that it names, and only these, are as on the device. */
import type { Json } from "../../provider/client";
import { IgnoredChanges } from "../../provider/lifecycle/diff/ignore-changes";
import { definitionOf } from "../../provider/registry";
import { Properties } from "../../provider/schema/properties";

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
  // Lists of different lengths and values of different types cannot be matched part by part.
  ["value[0].name", both, [found[0]!], [found[0]!]],
  ["value.name", { name: "a" }, ["b"], ["b"]],
])("%s", (ignored, declared, actual, expected) => {
  expect(left([ignored], declared, actual)).toStrictEqual(expected);
});
