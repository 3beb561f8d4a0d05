/** Lua source: values for calls of script functions, and when two sources are the same script. */
import type { Json } from "../client";

/** A value as a Lua expression: `null` is `nil`, a list or an object is a table. */
export function luaValue(value: Json): string {
  if (value === null) {
    return "nil";
  }
  if (typeof value === "string") {
    return luaString(value);
  }
  if (typeof value !== "object") {
    return String(value);
  }
  if (Array.isArray(value)) {
    return `{${value.map(luaValue).join(", ")}}`;
  }
  return `{${Object.entries(value)
    .map(([name, member]) => `[${luaString(name)}] = ${luaValue(member)}`)
    .join(", ")}}`;
}

/** `f(5, "ON")`. */
export function luaCall(name: string, values: readonly Json[]): string {
  return `${name}(${values.map(luaValue).join(", ")})`;
}

/** A quoted Lua string; control characters, which Lua 5.1 or a line of text could misread, become numeric escapes. */
function luaString(text: string): string {
  const escaped = text
    .replace(/["\\]/g, "\\$&")
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is escaped.
    .replace(/[\u0000-\u001f\u007f]/g, (character) => `\\${String(character.charCodeAt(0)).padStart(3, "0")}`);
  return `"${escaped}"`;
}

/** Why a source cannot be a script, as a clause; everything else is for the device to judge. */
export function sourceProblem(source: string | undefined): string | undefined {
  return source?.startsWith("\ufeff")
    ? "has a byte order mark at its beginning, which Lua does not understand; save the file without it"
    : undefined;
}

/** Whether two sources are the same script, disregarding what an editor, YAML or the device did to white space. */
export function sameSource(left: string, right: string): boolean {
  return normalisedSource(left) === normalisedSource(right);
}

/**
 * A source without insignificant differences: the form of line endings, white space at the ends of lines, blank lines
 * at the beginning and the end. What is inside a string is significant, and a long string may span several lines.
 */
export function normalisedSource(source: string): string {
  const text = source.replace(/\r\n?/g, "\n");
  const strings = longStrings(text);
  const ends = [...strings.map(({ start }) => start), text.length];
  const code = ends.map((end, index) => {
    const lines = text.slice(strings[index - 1]?.end ?? 0, end).split("\n");
    // The last line of this part is followed by a string, or by the end.
    const isEnd = index === strings.length;
    return lines.map((line, at) => (at < lines.length - 1 || isEnd ? line.trimEnd() : line)).join("\n");
  });
  const last = code.length - 1;
  code[0] = (code[0] as string).replace(/^\n+/, "");
  code[last] = (code[last] as string).trimEnd();
  return code
    .map((part, index) => part + (index < last ? text.slice(strings[index]?.start, strings[index]?.end) : ""))
    .join("");
}

/** The beginning of a string or a comment, or a whole one. */
const token = /--(?:\[(=*)\[)?|\[(=*)\[|"(?:\\[\s\S]|[^"\\\n])*"?|'(?:\\[\s\S]|[^'\\\n])*'?/g;

/** The positions of the long strings in a source. One without an end extends to the end of the source. */
function longStrings(text: string): { start: number; end: number }[] {
  const found: { start: number; end: number }[] = [];
  token.lastIndex = 0;
  for (let match = token.exec(text); match; match = token.exec(text)) {
    const [{ length }, comment, string] = [match[0], match[1], match[2]];
    const level = comment ?? string;
    const closing = level === undefined ? "\n" : `]${level}]`;
    if (level === undefined && !match[0].startsWith("--")) {
      continue;
    }
    const close = text.indexOf(closing, match.index + length);
    const end = close < 0 ? text.length : close + closing.length;
    if (string !== undefined) {
      found.push({ start: match.index, end });
    }
    token.lastIndex = end;
  }
  return found;
}
