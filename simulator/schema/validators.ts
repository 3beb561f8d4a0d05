/** Rules for single values: each returns what is wrong, if anything. */
import type { Json } from "./nodes";

/** A number from `low` to `high`, both allowed; null passes for optionals. */
export function between(low: number, high: number): (value: Json) => string | undefined {
  return (value) =>
    typeof value === "number" && (value < low || value > high) ? `must be from ${low} to ${high}` : undefined;
}

/** A number not below `low`. */
export function atLeast(low: number): (value: Json) => string | undefined {
  return (value) => (typeof value === "number" && value < low ? `must be at least ${low}` : undefined);
}

/** A text that matches a pattern. */
export function matches(pattern: RegExp): (value: Json) => string | undefined {
  return (value) =>
    typeof value === "string" && !pattern.test(value) ? `does not match the pattern ${pattern.source}` : undefined;
}

/** A text that is not empty. */
export function notEmpty(value: Json): string | undefined {
  return value === "" ? "must not be empty" : undefined;
}
