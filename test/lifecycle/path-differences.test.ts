/** Which values of the differing inputs a preview names. */
import type { Json } from "../../provider/client";
import { differences } from "../../provider/lifecycle/diff/diff";
import { pathDifferences } from "../../provider/lifecycle/diff/path-differences";
import { definitionOf } from "../../provider/registry";
import { Properties } from "../../provider/schema/properties";
import { unknownValue } from "../../provider/schema/unknown";
import type { Values } from "../../provider/schema/values";

function shown(type: string, state: Values, inputs: Values) {
  const definition = definitionOf(type)!;
  const found = differences(Properties.of(definition, state), Properties.of(definition, inputs));
  return pathDifferences(definition, [state, inputs], found);
}

const settingOf = (value: Json, more: Values = {}) => ({ device: "rack", path: "config", ...more, value });
const paths = (before: Json, after: Json, more: Values = {}) =>
  shown("Setting", { ...settingOf(before, more), managed: ["value"] }, settingOf(after, more)).map(
    ({ path, kind }) => `${kind} ${path}`,
  );

test.each<[what: string, before: Json, after: Json, named: string[]]>([
  ["a scalar", "rack7", "rack8", ["update value"]],
  ["a member", { a: 1, b: 2 }, { a: 1, b: 3 }, ["update value.b"]],
  ["members that come and go", { a: 1, b: 2 }, { b: 2, c: 3 }, ["delete value.a", "add value.c"]],
  ["a member of a member", { a: { b: 1, c: 2 } }, { a: { b: 1, c: 3 } }, ["update value.a.c"]],
  ["an element", ["x", "y", "z"], ["x", "q", "z"], ["update value[1]"]],
  ["an element more", ["x"], ["x", "y"], ["add value[1]"]],
  ["an element less", ["x", "y"], ["x"], ["delete value[1]"]],
  ["a member of an element", [{ a: 1 }, { a: 2 }], [{ a: 1 }, { a: 3 }], ["update value[1].a"]],
  ["an object for a list", [1], { a: 1 }, ["update value"]],
  ["an object for a text", { a: "x" }, { a: { b: 1 } }, ["update value.a"]],
  ["a name that is no word", { "a b": 1 }, { "a b": 2 }, ['update value["a b"]']],
  ["all of it not known yet", { a: 1 }, unknownValue, ["update value"]],
  ["a member not known yet", { a: 1, b: { c: 1 } }, { a: 1, b: unknownValue }, ["update value.b"]],
])("named: %s", (_what, before, after, named) => {
  expect(paths(before, after)).toEqual(named);
});

test("of a secret only the whole is named, once, and as an update", () => {
  expect(paths({ a: 1, b: 2 }, { a: 2, c: 3 }, { secret: true })).toEqual(["update value"]);
});

test("an input that comes or goes is one, with the input that its path begins with", () => {
  const web = { device: "rack", outlets: { 3: { name: "web", state: true } } };
  const managed = ['outlets["3"].name', 'outlets["3"].state'];
  const nas = { device: "rack", outlets: { 3: { name: "nas" }, 4: { critical: true } } };
  expect(shown("Outlets", { ...web, managed }, nas)).toEqual([
    { path: 'outlets["3"].name', property: "outlets", kind: "update", replaces: false },
    { path: 'outlets["4"].critical', property: "outlets", kind: "add", replaces: false },
    { path: 'outlets["3"].state', property: "outlets", kind: "delete", replaces: false },
  ]);
  expect(shown("Outlet", { device: "rack", number: 3, managed: [] }, { device: "rack", number: 4 })).toEqual([
    { path: "number", property: "number", kind: "update", replaces: true },
  ]);
});

test("a value that differs only in what it means is named as a whole", () => {
  const found = { property: "state", kind: "update", replaces: false, before: true, after: true } as const;
  expect(pathDifferences(definitionOf("Outlet")!, [], [found])).toEqual([
    { path: "state", property: "state", kind: "update", replaces: false },
  ]);
});
