/** Values as Lua source, for calls of script functions. */
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

/** Every byte that Lua 5.1 or a line of text could misread is written as a number of three digits. */
function luaString(text: string): string {
  const escaped = text
    .replace(/["\\]/g, "\\$&")
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is escaped.
    .replace(/[\u0000-\u001f\u007f]/g, (character) => `\\${String(character.charCodeAt(0)).padStart(3, "0")}`);
  return `"${escaped}"`;
}
