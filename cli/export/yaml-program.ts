/**
 * Writes the program in YAML. Pulumi's own writer drops a text `null`, one `$` of two, and the first line of a text if
 * it is blank, so this one is ours; `complete.ts` verifies each program on the engine.
 */
import { Document, Scalar, visit } from "yaml";
import { isJsonObject, type Json } from "../../provider/client";
import type { NamedResource } from "../../provider/converter/inventory";
import { withWords } from "../../provider/lifecycle/state/engine-form";
import { unshown } from "../terminal";
import { withoutNulls } from "./complete";

/** What parsers of every YAML version read as a string, unless it is one of `words`. */
const plain = /^[A-Za-z][\w./@-]*(?:[ :][\w./@-]+)*$/;
const words = /^(?:null|true|false|yes|no|on|off|y|n)$/i;

/** A text on one line, quoted where YAML of any version would read something else, such as a number. */
export function yamlText(text: string): string {
  return isPlain(text) ? text : JSON.stringify(text);
}

function isPlain(text: string): boolean {
  return plain.test(text) && !words.test(text);
}

/** The part of `Pulumi.yaml` after the project's settings. */
export function yamlProgram(found: readonly NamedResource[]): string {
  const resources = found.map(({ definition, variable, logical, inputs }) => [
    variable,
    {
      type: `dli:${definition.type}`,
      ...(logical !== variable && { name: logical }),
      properties: readable(inOrder(withoutNulls(withWords(definition, inputs)))),
    },
  ]);
  const document = new Document({ resources: Object.fromEntries(resources) });
  visit(document, {
    Scalar(key, node) {
      if (typeof node.value === "string") {
        node.type = styleOf(node.value, key === "key");
        node.value = escaped(node.value);
      }
    },
  });
  const text = document.toString({ lineWidth: 0, doubleQuotedMinMultiLineLength: Number.MAX_SAFE_INTEGER });
  // Only texts in double quotes hold any of these.
  return text.replace(unshown, escapedCharacter);
}

/** Sorts the members of nested objects, whose order on the device may change; a resource's inputs keep their order. */
function inOrder(inputs: Json): Json {
  const entries = Object.entries(inputs as Record<string, Json>);
  return Object.fromEntries(entries.map(([name, value]) => [name, sorted(value)]));
}

function sorted(value: Json): Json {
  if (Array.isArray(value)) {
    return value.map(sorted);
  }
  if (!isJsonObject(value)) {
    return value;
  }
  const names = Object.keys(value).sort((left, right) => left.localeCompare(right, "en", { numeric: true }));
  return Object.fromEntries(names.map((name) => [name, sorted(value[name] as Json)]));
}

/**
 * The values with each text that begins with a tab and has several lines put together from two: Pulumi writes every
 * project's file again before it reads it, and a block that begins with a tab is none that it reads.
 */
function readable(value: Json): Json {
  if (typeof value === "string") {
    const [, tabs, rest] = /^(\t+)([\s\S]*\n[\s\S]*)$/.exec(value) ?? [];
    return tabs === undefined || rest === undefined ? value : { "fn::join": ["", [tabs, rest]] };
  }
  if (Array.isArray(value)) {
    return value.map(readable);
  }
  return isJsonObject(value)
    ? Object.fromEntries(Object.entries(value).map(([name, member]) => [name, readable(member)]))
    : value;
}

function styleOf(text: string, isKey: boolean): Scalar.Type {
  if (isPlain(text)) {
    return Scalar.PLAIN;
  }
  // A block's first line must not begin with white space, nor may a block contain what an editor would strip or hide.
  const isBlock = !isKey && /\n/.test(text) && !/^\n*[ \t]|[ \t]\n|\s\n$/.test(text) && text.search(unshown) < 0;
  return isBlock ? Scalar.BLOCK_LITERAL : Scalar.QUOTE_DOUBLE;
}

function escapedCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return code > 0xffff ? `\\U${code.toString(16).padStart(8, "0")}` : `\\u${code.toString(16).padStart(4, "0")}`;
}

/** Pulumi reads `${...}` as a reference, and `$$` as one `$`. */
function escaped(text: string): string {
  return /\$[${]/.test(text) ? text.replaceAll("$", "$$$$") : text;
}
