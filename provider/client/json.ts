/** JSON values as the device has them. */

/** Any JSON value, as the device reads and writes them. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** How many levels of objects and arrays a value may have. A device's own tree has fewer than ten. */
export const deepestNesting = 64;

/** How many values a response may hold. A device's whole tree has a few thousand. */
const mostValues = 100_000;

/** The problem of a text in which an object has two members of the same name. */
export const memberTwice = "JSON that has a member twice";

/** What a text is as JSON: a value, or a reason not to take it for one; neither if it is not JSON. */
export interface ParsedJson {
  readonly json?: { readonly value: Json };
  /** A clause that follows "is". */
  readonly problem?: string;
}

/**
 * Reads JSON in which nothing is left to guess: a parser keeps only one of two members of the same name, and nobody knows
 * which is meant. A text with too many levels or values is not parsed at all.
 */
export function parseJson(text: string): ParsedJson {
  const { depth, values, members } = surveyOf(text);
  if (depth > deepestNesting) {
    return { problem: `nested deeper than ${deepestNesting} levels` };
  }
  if (values > mostValues) {
    return { problem: `JSON with more than ${mostValues} values` };
  }
  try {
    const value: Json = JSON.parse(text);
    return members === membersOf(value) ? { json: { value } } : { problem: memberTwice };
  } catch {
    return {};
  }
}

/** Counts open levels, values and members outside strings, up to the end or until levels or values are too many. */
function surveyOf(text: string): { readonly depth: number; readonly values: number; readonly members: number } {
  let depth = 0;
  let values = 1;
  let members = 0;
  let isInString = false;
  for (let at = 0; at < text.length && depth <= deepestNesting && values <= mostValues; at++) {
    const sign = text.charAt(at);
    if (isInString) {
      at += sign === "\\" ? 1 : 0;
      isInString = sign !== '"';
    } else if (sign === '"') {
      isInString = true;
    } else if (sign === "[" || sign === "{") {
      depth += 1;
      values += 1;
    } else if (sign === "]" || sign === "}") {
      depth -= 1;
    } else if (sign === ",") {
      values += 1;
    } else if (sign === ":") {
      members += 1;
    }
  }
  return { depth, values, members };
}

function membersOf(value: Json): number {
  if (typeof value !== "object" || value === null) {
    return 0;
  }
  const inside = Object.values(value);
  return inside.reduce<number>((sum, child) => sum + membersOf(child), Array.isArray(value) ? 0 : inside.length);
}

/** Whether a value holds a number too large for JavaScript, such as `1e400`, which nothing after it could keep. */
export function holdsInfinity(value: Json): boolean {
  return holdsNumber(value, (number) => !Number.isFinite(number));
}

/** Whether a value holds an integer too large for every digit to be kept: written back, it could be another one. */
export function holdsUnkeptDigits(value: Json): boolean {
  return holdsNumber(value, (number) => Number.isInteger(number) && !Number.isSafeInteger(number));
}

function holdsNumber(value: Json, isSuch: (number: number) => boolean): boolean {
  if (typeof value === "number") {
    return isSuch(value);
  }
  return (
    typeof value === "object" && value !== null && Object.values(value).some((child) => holdsNumber(child, isSuch))
  );
}

/**
 * Whether JSON has no form for a value, or would write something else: `NaN` and infinity become null, and so does
 * nothing in a list. A member that is `undefined` is one that an object does not have.
 */
export function isBeyondJson(value: unknown): boolean {
  if (typeof value === "object" && value !== null) {
    const inside = Array.isArray(value) ? [...value] : Object.values(value).filter((child) => child !== undefined);
    return inside.some(isBeyondJson);
  }
  return typeof value === "number" ? !Number.isFinite(value) : !["string", "boolean", "object"].includes(typeof value);
}

/** Whether a value is a JSON object: not null, not an array. */
export function isJsonObject(value: Json | undefined): value is { [key: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A member of a JSON object or an element of a JSON array (0-based); `undefined` if there is none. */
export function jsonChild(value: Json | undefined, key: string): Json | undefined {
  if (Array.isArray(value)) {
    return /^(0|[1-9]\d*)$/.test(key) ? value[Number(key)] : undefined;
  }
  return ownMember(value, key);
}

/** What an object has under a name itself, and not like every object has `constructor`; `undefined` for other values. */
export function ownMember<T>(object: { readonly [name: string]: T }, name: string): T | undefined;
export function ownMember(value: Json | undefined, name: string): Json | undefined;
export function ownMember(value: Json | undefined, name: string): Json | undefined {
  return isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

/** Every string in a JSON value, excluding the names of members. */
export function* jsonStrings(value: Json | undefined): Generator<string> {
  if (typeof value === "string") {
    yield value;
  } else if (typeof value === "object" && value !== null) {
    for (const child of Object.values(value)) {
      yield* jsonStrings(child);
    }
  }
}

/** Names of members, at any depth. */
export function* jsonNames(value: Json | undefined): Generator<string> {
  if (Array.isArray(value)) {
    for (const element of value) {
      yield* jsonNames(element);
    }
  } else if (isJsonObject(value)) {
    for (const [name, child] of Object.entries(value)) {
      yield name;
      yield* jsonNames(child);
    }
  }
}

/** Names of members, at any depth, that are not plain words: users choose those, such as the scopes of a token. */
export function* unusualNames(value: Json | undefined): Generator<string> {
  for (const name of jsonNames(value)) {
    if (!/^\w*$/.test(name)) {
      yield name;
    }
  }
}

/**
 * Deep equality as the device sees it: numbers by value, objects regardless of the order of their members, and an empty
 * array equal to an empty object, because the device's Lua tables cannot tell them apart (device.md section 7).
 */
export function sameJson(left: unknown, right: unknown): boolean {
  if (left === right) {
    return true;
  }
  if (typeof left !== "object" || typeof right !== "object" || left === null || right === null) {
    return false;
  }
  if (Object.keys(left).length === 0 && Object.keys(right).length === 0) {
    return true;
  }
  if (Array.isArray(left) !== Array.isArray(right)) {
    return false;
  }
  const names = Object.keys(left);
  if (names.length !== Object.keys(right).length) {
    return false;
  }
  return names.every((name) => Object.hasOwn(right, name) && sameJson(memberOf(left, name), memberOf(right, name)));
}

/** The member of an object or list under a name, or `undefined`. */
export function memberOf(value: Json | undefined, name: string): Json | undefined;
export function memberOf(value: unknown, name: string): unknown;
export function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null) {
    return undefined;
  }
  return Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
}

/** Whether a value has all of `part`: of an object, the members in it, at any depth. */
export function hasAllOf(value: Json | undefined, part: Json): boolean {
  if (isJsonObject(part) && isJsonObject(value)) {
    return Object.entries(part).every(([name, member]) => hasAllOf(ownMember(value, name), member));
  }
  return value !== undefined && sameJson(value, part);
}
