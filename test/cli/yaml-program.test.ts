/** Programs in YAML mean what is on the device, whatever that is, to every reader of YAML. */
import * as fc from "fast-check";
import { parse, parseDocument, visit } from "yaml";
import { withoutNulls } from "../../cli/export/complete";
import { yamlProgram } from "../../cli/export/yaml-program";
import { isJsonObject, type Json } from "../../provider/client";
import type { NamedResource } from "../../provider/converter/inventory";
import { definitionOf } from "../../provider/registry";
import type { AnyThing } from "../../provider/schema/definition";

const definition = definitionOf("Setting") as AnyThing;

function program(value: Json): string {
  const found: NamedResource = {
    definition,
    id: "default/settings/a",
    logical: "a b",
    variable: "aB",
    inputs: { path: "a", value },
  };
  return yamlProgram([found]);
}

/** Resolves the texts of a program as Pulumi does. */
function resolved(value: Json): Json {
  if (typeof value === "string") {
    return value.replaceAll("$$", () => "$");
  }
  if (Array.isArray(value)) {
    return value.map(resolved);
  }
  const join = isJsonObject(value) ? value["fn::join"] : undefined;
  if (join !== undefined) {
    const [separator, parts] = resolved(join) as [string, string[]];
    return parts.join(separator);
  }
  return isJsonObject(value)
    ? Object.fromEntries(Object.entries(value).map(([name, member]) => [resolved(name), resolved(member)]))
    : value;
}

const texts = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc
    .array(
      fc.constantFrom("$", "${", "}", "$$", "\n", " ", "  ", "\t", "#", ": ", "- ", "'", '"', "\\", "a", "|", "\r\n"),
    )
    .map((parts) => parts.join("")),
  fc.constantFrom(
    "null",
    "~",
    "yes",
    "No",
    "on",
    "y",
    "true",
    "1",
    "1_000",
    "0x1f",
    "0o7",
    "1e3",
    ".5",
    "12:30:45",
    "2001-01-01",
    "<<",
    "=",
    "@a",
    "`a",
    "\n\nlua()\n",
    "a\n\n",
    "\ta()\n\tb()",
    "\t\n",
    " a\nb",
  ),
);
const values = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    texts,
    fc.constantFrom<Json>(true, false, 0, -1, 1.5, {}, []),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom("a", "1", "yes", "null", "a b", "a: b", "${x"), tie("value"), {
      noNullPrototype: true,
    }),
  ),
})).value;

test.each(["1.1", "1.2"] as const)("every value comes back, in YAML %s", (version) => {
  fc.assert(
    fc.property(values, (value) => {
      const { resources } = parse(program(value), { version }) as { resources: { aB: { properties: Json } } };
      const { properties, ...rest } = resources.aB;
      expect(rest).toEqual({ type: "dli:Setting", name: "a b" });
      expect(resolved(properties)).toEqual(withoutNulls({ path: "a", value }));
    }),
    { numRuns: 500 },
  );
});

test("no text of several lines begins with a tab, with which Pulumi would not read the project any more", () => {
  fc.assert(
    fc.property(values, (value) => {
      const { contents } = parseDocument(program(value));
      visit(contents, {
        Scalar(_key, { value: text }) {
          expect(String(text)).not.toMatch(/^\t[\s\S]*\n/);
        },
      });
    }),
  );
});

test("what the engine's reader takes for a line break, or refuses, is escaped", () => {
  const odd = fc.constantFrom("\u2028", "\u2029", "\ufeff", "\uffff", "\u{1ffff}", "\u200d", "\u{e0041}", "\u00ad");
  const parts = fc.array(fc.oneof(odd, fc.constantFrom("a", " ", "\n", "\\", '"')), { minLength: 1 });
  fc.assert(
    fc.property(parts, (texts) => {
      const text = texts.join("");
      const written = program({ [text]: text });
      expect(written).not.toMatch(/[^\n\P{C}]|[\p{Zl}\p{Zp}]/u);
      expect(parse(written).resources.aB.properties.value).toEqual({ [text]: text });
    }),
  );
});

test("a script stays readable, and a name stays plain", () => {
  expect(program(`\nfunction a()\n  b("\${x}")\nend\n`)).toContain(
    `value: |\n        \n        function a()\n          b("$\${x}")\n        end\n`,
  );
  expect(program("router 1")).toContain("value: router 1\n");
  expect(program("null")).toContain('value: "null"\n');
});
