/** Every resource, action and function is registered once and has its files, tests, example and changelog line. */
import path from "node:path";
import * as registry from "../provider/registry";
import { kebabCase } from "../provider/schema/word-case";
import { ROOT } from "../scripts/engine/pins";
import { type Kind, missingOf, rules } from "./definition-rules";
import { filesBelow, read } from "./repository";

const definitions: readonly (readonly [kind: Kind, name: string, definition: unknown])[] = [
  ...registry.resources.map((found) => [found.family === "action" ? "action" : "resource", found.type, found] as const),
  ...registry.functions.map((found) => ["function", found.name, found] as const),
];

test.each(definitions.flatMap(([kind, name]) => rules[kind].map(([what]) => [kind, name, what] as const)))(
  "the %s %s has %s",
  (kind, name, what) => {
    expect(missingOf(kind, name)).not.toContain(what);
  },
);

test("a resource of which nothing else exists is found to lack everything", () => {
  expect(missingOf("resource", "Teapot")).toEqual([
    "a definition",
    "a reference page",
    "a line in CHANGELOG.md",
    "a generated class",
    "a case of the standard life (test/lifecycle/resource-cases.ts, action-cases.ts)",
    "an example that declares it (examples/)",
  ]);
});

test("an action of which nothing else exists is found to lack everything", () => {
  expect(missingOf("action", "BoilTeapot")).toEqual(missingOf("resource", "Teapot"));
});

test("a function of which nothing else exists is found to lack everything", () => {
  expect(missingOf("function", "getTeapot")).toEqual([
    "a definition",
    "a reference page",
    "a line in CHANGELOG.md",
    "a function of the SDK",
    "a test that calls it (test/functions/)",
    "an example that calls it (examples/)",
  ]);
});

test.each([
  ["provider/resources", "resource"],
  ["provider/actions", "action"],
  ["provider/functions", "function"],
] as const)("each file of %s exports the %s that bears its name, and nothing else", (folder, kind) => {
  const nameOf = (value: unknown) =>
    definitions.find(([, , definition]) => definition === value)?.[1] ?? "another thing";
  const found = filesBelow(folder).map((file) => {
    const exported = Object.values(require(path.join(ROOT, file)) as Record<string, unknown>);
    const exports = read(file).match(/^export /gm)?.length;
    return `${file} exports ${exports}: ${exported.map(nameOf).join(", ")}`;
  });
  const registered = definitions
    .filter(([ofKind]) => ofKind === kind)
    .map(([, name]) => `${folder}/${kebabCase(name)}.ts exports 1: ${name}`);
  expect(found.sort()).toEqual(registered.sort());
});

test("the registry re-exports nothing", () => {
  expect(read("provider/registry.ts")).not.toMatch(/^export\s*(\*|\{|type\b)/m);
  expect(Object.keys(registry).sort()).toEqual(["definitionOf", "functionNamed", "functions", "resources"]);
});
