/** What every resource, action and function must have besides its definition. */
import { kebabCase } from "../provider/schema/word-case";
import { actionCases } from "./lifecycle/action-cases";
import { cases } from "./lifecycle/resource-cases";
import { filesBelow, read } from "./repository";

export type Kind = "resource" | "action" | "function";

/** One thing that a definition must have, and whether it has it. */
type Rule = readonly [what: string, isThere: (name: string, file: string) => boolean];

const exists = (file: string) => read(file) !== "";
const isInChangelog = (name: string) => read("CHANGELOG.md").includes(`\`${name}\``);
const hasCase = (name: string) => [...cases, ...actionCases].some(({ type }) => type === name);
const testsOfFunctions = filesBelow("test/functions").filter((file) => file.endsWith(".test.ts"));

const ofEach: readonly Rule[] = [
  ["a reference page", (_name, file) => exists(`docs/reference/${file}.md`)],
  ["a line in CHANGELOG.md", isInChangelog],
];

const ofResourcesAndActions: readonly Rule[] = [
  ...ofEach,
  ["a generated class", (_name, file) => exists(`sdk/resources/${file}.ts`)],
  ["a case of the standard life (test/lifecycle/resource-cases.ts, action-cases.ts)", hasCase],
  [
    "an example that declares it (examples/)",
    (name, file) => read(`examples/${file}/index.ts`).includes(`new dli.${name}(`),
  ],
];

export const rules: Record<Kind, readonly Rule[]> = {
  resource: [["a definition", (_name, file) => exists(`provider/resources/${file}.ts`)], ...ofResourcesAndActions],
  action: [["a definition", (_name, file) => exists(`provider/actions/${file}.ts`)], ...ofResourcesAndActions],
  function: [
    ["a definition", (_name, file) => exists(`provider/functions/${file}.ts`)],
    ...ofEach,
    ["a function of the SDK", (name) => read("sdk/functions.ts").includes(`export function ${name}(`)],
    [
      "a test that calls it (test/functions/)",
      (name) => testsOfFunctions.some((file) => new RegExp(`\\(([^()"]+, )?"${name}"`).test(read(file))),
    ],
    [
      "an example that calls it (examples/)",
      (name, file) => new RegExp(`\\bdli\\s*\\.${name}(Output)?\\(`).test(read(`examples/${file}/index.ts`)),
    ],
  ],
};

/** What the definition of that name lacks. */
export function missingOf(kind: Kind, name: string): string[] {
  return rules[kind].filter(([, isThere]) => !isThere(name, kebabCase(name))).map(([what]) => what);
}
