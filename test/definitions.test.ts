/** Every resource, action and function has its files, tests, example and changelog line, and is registered once. */
import { functions, resources } from "../provider/registry";
import { type Kind, missingOf, rules } from "./definition-rules";

const definitions: readonly (readonly [kind: Kind, name: string, definition: unknown])[] = [
  ...resources.map((found) => [found.family === "action" ? "action" : "resource", found.type, found] as const),
  ...functions.map((found) => ["function", found.name, found] as const),
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
    "a case of the standard life",
    "an example that declares it",
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
    "a test that calls it",
    "an example that calls it",
  ]);
});
