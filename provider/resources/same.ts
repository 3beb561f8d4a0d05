/** When two values mean the same to the unit. */
import type { Json } from "../device";

/**
 * Deep equality as the unit sees it: numbers by value, objects without regard to the order of their members, and an
 * empty array is an empty object, because the unit's Lua tables cannot tell them apart (device.md section 7).
 */
export function sameJson(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (typeof left !== "object" || typeof right !== "object" || left === null || right === null) return false;
  if (Object.keys(left).length === 0 && Object.keys(right).length === 0) return true;
  if (Array.isArray(left) !== Array.isArray(right)) return false;
  const names = Object.keys(left);
  if (names.length !== Object.keys(right).length) return false;
  return names.every((name) => Object.hasOwn(right, name) && sameJson(member(left, name), member(right, name)));
}

/** The member of a JSON value under a name, or `undefined`. */
export function member(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  return Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
}

/** Text without the differences that an editor or the unit adds: line endings and white space at the ends of lines. */
export function normalisedText(text: string): string {
  return text
    .split(/\r\n|\r|\n/)
    .map((line) => line.trimEnd())
    .join("\n")
    .trimEnd();
}

/** Whether two lists hold the same members, in whatever order. */
export function sameSet(left: readonly Json[], right: readonly Json[]): boolean {
  const sorted = (list: readonly Json[]) => [...new Set(list.map((value) => JSON.stringify(value)))].sort();
  return sameJson(sorted(left), sorted(right));
}
