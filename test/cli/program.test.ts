/** What `dli export` corrects in a program that Pulumi wrote, and how it finds what the program lacks. */
import fc from "fast-check";
import { missingIn } from "../../cli/export/complete";
import { withoutGuesses } from "../../cli/export/guesses";
import { importFile } from "../../cli/export/import-file";
import { withDollars } from "../../cli/export/lost-dollars";
import type { NamedResource } from "../../provider/converter/inventory";
import { definitionOf } from "../../provider/registry";
import type { AnyThing } from "../../provider/schema/definition";

const found = (type: string, id: string, variable: string, inputs: NamedResource["inputs"]): NamedResource => ({
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

const step = (type: string, name: string, inputs: object, op = "same") => {
  const urn = `urn:pulumi:s::p::dli:index:${type}::${name}`;
  return { op, urn, newState: { urn, type: `dli:index:${type}`, inputs } };
};
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
  ["an input", [step("User", "router", { name: 'the "router"' }), ...complete.slice(1)], "`outletAccess`"],
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

/** A text of several lines as Pulumi 3.259 writes it into a TypeScript program. */
function asPulumiWrites(text: string): string {
  const escaped = [...text].map((one, at, all) => {
    if (one === "$") {
      return all[at + 1] === "{" ? "\\$" : "";
    }
    const code = one.codePointAt(0) ?? 0;
    const isShown = one === "\n" || !/(?! )[\p{C}\p{Z}]/u.test(one);
    return isShown
      ? one.replace(/[`\\]/, "\\$&")
      : code <= 0xff
        ? `\\x${code.toString(16).padStart(2, "0")}`
        : `\\u${code.toString(16)}`;
  });
  return `\`${escaped.join("")}\``;
}

test("a dollar that Pulumi loses in a text of several lines comes back, in the resource that has it", () => {
  const lines = fc.string({ unit: fc.constantFrom("$", "{", "}", "`", "\\", '"', "a", " ", "\r", "\u2028", "\n") });
  fc.assert(
    fc.property(lines, lines, (first, second) => {
      const texts = [`${first}\nx\n`, `${second}\nx\n`] as const;
      const names = ["a", "new dli.Script(`"];
      const things = texts.map((source, at) => found("ScriptSnippet", `snippets/${at}`, names[at] ?? "", { source }));
      const program = (written: (text: string) => string) =>
        texts
          .map((text, at) => `new dli.ScriptSnippet(${JSON.stringify(names[at])}, {b: "$\\"", s: ${written(text)}});`)
          .join("\n");
      const result = withDollars(program(asPulumiWrites), things);
      const read: string[] = [];
      new Function("dli", result)({
        ScriptSnippet: class {
          constructor(_name: string, { s }: { s: string }) {
            read.push(s);
          }
        },
      });
      expect(read).toEqual(texts);
    }),
    { numRuns: 300 },
  );
});
