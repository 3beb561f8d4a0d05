/** What `dli export` takes back of a program that Pulumi wrote, and how it finds what a program lacks. */
import { missingIn } from "../../cli/export/complete";
import { withoutGuesses } from "../../cli/export/guesses";
import { importFile } from "../../cli/export/import-file";
import type { Found } from "../../provider/converter/inventory";
import { definitionOf } from "../../provider/registry";
import type { AnyThing } from "../../provider/schema/definition";

const found = (type: string, id: string, variable: string, inputs: Found["inputs"]): Found => ({
  definition: definitionOf(type) as AnyThing,
  id: `default/${id}`,
  logical: variable,
  variable,
  inputs,
});

const all = [
  found("User", "users/router", "router", { name: 'the "router"', outletAccess: "all" }),
  found("Outlets", "outlets", "outlets", { outlets: { 1: { name: "router", state: true, cycleDelaySeconds: null } } }),
  found("Setting", "settings/a", "a", { path: "a", value: { b: null, c: 1 } }),
];

test("a reference that nobody has meant is a text again", () => {
  const program =
    "const x = {name: router.name, list: [outlets.id], other: myrouter.name, a: x.router.name, b: router.names};";
  expect(withoutGuesses(program, all)).toBe(
    'const x = {name: "the \\"router\\"", list: ["default/outlets"], other: myrouter.name, a: x.router.name, b: router.names};',
  );
});

const step = (type: string, name: string, inputs: object, op = "same") => ({
  op,
  urn: `urn:pulumi:s::p::dli:index:${type}::${name}`,
  newState: { type: `dli:index:${type}`, inputs },
});
const complete = [
  step("User", "router", { name: 'the "router"', outletAccess: "all", isAllowed: true, adopt: true }),
  step("Outlets", "outlets", { outlets: { 1: { name: "router", state: true, cycleDelaySeconds: "default" } } }),
  step("Setting", "a", { path: "a", value: { b: null, c: 1 } }),
];

test("a program that declares all that was found lacks nothing; null that has no word is not looked for", () => {
  expect(missingIn(JSON.stringify({ steps: complete }), all)).toEqual([]);
});

test.each([
  ["a resource", complete.slice(1), "default/users/router is not in the program"],
  [
    "a resource that a refresh alone shows",
    [{ ...complete[0]!, op: "refresh" }, ...complete.slice(1)],
    "default/users/router is not in",
  ],
  [
    "an input",
    [{ ...complete[0]!, newState: { type: "dli:index:User", inputs: { name: 'the "router"' } } }, ...complete.slice(1)],
    "`outletAccess`",
  ],
  [
    "a null that has a word",
    [complete[0]!, step("Outlets", "outlets", { outlets: { 1: { name: "router", state: true } } }), complete[2]!],
    '`outlets["1"].cycleDelaySeconds`',
  ],
  [
    "an input of an entry",
    [
      complete[0]!,
      step("Outlets", "outlets", { outlets: { 1: { state: true, cycleDelaySeconds: "default" } } }),
      complete[2]!,
    ],
    '`outlets["1"].name`',
  ],
  ["a member of a value", [complete[0]!, complete[1]!, step("Setting", "a", { path: "a", value: {} })], "`value`"],
])("a program that lacks %s is found out, and no value is shown", (_what, steps, place) => {
  const missing = missingIn(JSON.stringify({ steps }), all);
  expect(missing).toEqual([expect.stringContaining(place)]);
});

test("only what a create would have to adopt says so in the list", () => {
  const { resources } = importFile(all, { adopts: true });
  expect(resources.map(({ type, inputs }) => [type, inputs])).toEqual([
    ["dli:index:User", { adopt: true }],
    ["dli:index:Outlets", undefined],
    ["dli:index:Setting", undefined],
  ]);
  expect(importFile(all, { adopts: false }).resources.every((resource) => !("inputs" in resource))).toBe(true);
});
