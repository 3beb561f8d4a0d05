/** Values that a preview does not know yet. */
import { isJsonObject, type Json } from "../client";

/** What the engine puts in place of a value of any type that preview does not know. */
export const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Whether a value is unknown to a preview, or holds an unknown value anywhere inside. */
export function holdsUnknown(value: unknown): boolean {
  if (value === unknownValue) {
    return true;
  }
  return typeof value === "object" && value !== null && Object.values(value).some(holdsUnknown);
}

/** The part of some values that a preview knows, without unknown members and elements. */
export function knownPart(values: { readonly [name: string]: Json | undefined }): Record<string, Json> {
  const known = Object.entries(values).flatMap(([name, value]) => {
    const part = knownValue(value);
    return part === undefined ? [] : [[name, part] as const];
  });
  return Object.fromEntries(known);
}

function knownValue(value: Json | undefined): Json | undefined {
  if (value === unknownValue) {
    return undefined;
  }
  if (Array.isArray(value)) {
    return value.map(knownValue).filter((element) => element !== undefined);
  }
  return isJsonObject(value) ? knownPart(value) : value;
}
