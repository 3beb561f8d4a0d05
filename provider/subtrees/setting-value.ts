/** The value of a `Setting`: the declared part of what the device shows. */
import { isJsonObject, type Json, ownMember, sameJson } from "../client";

/** The declared part of a value. */
export interface DeclaredPart {
  /** `undefined` if the device does not show it and nothing is assumed in its place. */
  readonly value: Json | undefined;
  /** Paths, by names or indices, of the parts that the device does not show. */
  readonly hidden: readonly string[];
}

/**
 * The declared members of an object, recursively, and the same of each element of a list of equal length. A part that
 * the device hides from every read is taken to be what is `assumed` in its place.
 */
export function declaredPart(onDevice: Json | undefined, declared: Json, assumed: Json | undefined): DeclaredPart {
  if (isHidden(onDevice, declared)) {
    return { value: assumed, hidden: [""] };
  }
  if (isJsonObject(onDevice) && isJsonObject(declared)) {
    const parts = Object.entries(declared).map(
      ([name, member]) => [name, declaredPart(own(onDevice, name), member, own(assumed, name))] as const,
    );
    const shown = parts.flatMap(([name, { value }]) => (value === undefined ? [] : [[name, value] as const]));
    return { value: Object.fromEntries(shown), hidden: parts.flatMap(below) };
  }
  if (isList(onDevice) && isList(declared) && onDevice.length === declared.length) {
    const parts = declared.map(
      (element, index) => [String(index), declaredPart(onDevice[index], element, own(assumed, String(index)))] as const,
    );
    const list = parts.map(([, { value }], index) => value ?? (onDevice[index] as Json));
    // A list is written as a whole, so one that differs is returned with everything in it.
    return { value: sameJson(list, declared) ? list : onDevice, hidden: parts.flatMap(below) };
  }
  return { value: onDevice, hidden: [] };
}

/** Whether two values differ only in texts, which a device may show in another form if they are secret. */
export function mayBeMasked(shown: Json | undefined, declared: Json): boolean {
  if (isJsonObject(shown) && isJsonObject(declared)) {
    return Object.entries(declared).every(([name, member]) => mayBeMasked(own(shown, name), member));
  }
  if (isList(shown) && isList(declared)) {
    return shown.length === declared.length && declared.every((element, index) => mayBeMasked(shown[index], element));
  }
  return sameJson(shown, declared) || !["boolean", "number"].includes(typeof declared) || shown === undefined;
}

/** Whether the device does not show a value: it is missing, or has stars in its place. */
export function isHidden(onDevice: Json | undefined, declared: Json): boolean {
  return onDevice === undefined || (typeof onDevice === "string" && /^[*•●]+$/.test(onDevice) && onDevice !== declared);
}

function below([name, { hidden }]: readonly [string, DeclaredPart]): string[] {
  return hidden.map((path) => (path === "" ? name : `${name}/${path}`));
}

function own(value: Json | undefined, name: string): Json | undefined {
  if (isList(value)) {
    return value[Number(name)];
  }
  return ownMember(value, name);
}

function isList(value: Json | undefined): value is Json[] {
  return Array.isArray(value);
}
