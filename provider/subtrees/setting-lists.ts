/**
 * Lists in a `Setting`: which element on the device a declared one is, and what that has beyond the declaration. A list
 * that is written as a whole has to include this, or it would be erased.
 */
import { hasAllOf, isJsonObject, type Json, ownMember } from "../client";
import { hiddenMembers, rewritable } from "./secret-places";

/** A value to be written. */
export interface Completed {
  /** What is declared, plus what the device has beyond it. */
  readonly value: Json;
  /** Paths of what the device has beyond it but does not show as it is, so that the value cannot include it. */
  readonly lost: readonly string[];
}

/** For each declared element of a list, its index on the device; `undefined` if that cannot be told. */
export function matches(declared: readonly Json[], onDevice: readonly Json[]): (number | undefined)[] {
  const found: (number | undefined)[] = declared.map(() => undefined);
  const isSameLength = declared.length === onDevice.length;
  const free = () => onDevice.map((_, at) => at).filter((at) => !found.includes(at));
  const take = (mayBe: (declared: Json, present: Json) => boolean) => {
    const open = declared.flatMap((element, index) => (found[index] === undefined ? [[element, index] as const] : []));
    const pairs = open.map(([element, index]) => {
      const candidates = free().filter((at) => mayBe(element, onDevice[at] as Json));
      return [index, candidates] as const;
    });
    for (const [index, candidates] of pairs) {
      const [only] = candidates;
      const isWanted = pairs.filter((pair) => pair[1].includes(only as number)).length;
      if (candidates.length === 1 && isWanted === 1) {
        found[index] = only;
      }
    }
  };
  if (isSameLength) {
    declared.forEach((element, index) => {
      found[index] = hasAllOf(onDevice[index], element) ? index : undefined;
    });
  }
  take((element, present) => hasAllOf(present, element));
  take((element, present) => nameOf(element) !== undefined && nameOf(element) === nameOf(present));
  // No element has moved, so those that differ were changed in place.
  if (isSameLength && found.every((at, index) => at === undefined || at === index)) {
    return declared.map((_, index) => index);
  }
  return found;
}

/** Whether a value is a list whose elements, or elements of theirs, may have more than is declared. */
export function isListOfObjects(value: Json | undefined): value is Json[] {
  return Array.isArray(value) && value.some((element) => isJsonObject(element) || isListOfObjects(element));
}

/** A declared value plus what the device has beyond it: the other members of objects, including those in lists. */
export function completed(path: readonly string[], declared: Json, onDevice: Json | undefined): Completed {
  if (isJsonObject(declared) && isJsonObject(onDevice)) {
    const kept = rewritable(path, without(onDevice, declared));
    const parts = Object.entries(declared).map(
      ([name, member]) => [name, completed([...path, name], member, ownMember(onDevice, name))] as const,
    );
    const hidden = hiddenMembers(path).filter(
      (name) => !Object.hasOwn(declared, name) && !Object.hasOwn(onDevice, name),
    );
    return {
      value: { ...(kept.value as object), ...Object.fromEntries(parts.map(([name, { value }]) => [name, value])) },
      lost: [
        ...kept.withheld,
        ...hidden.map((name) => [...path, name].join("/")),
        ...parts.flatMap(([, { lost }]) => lost),
      ],
    };
  }
  return Array.isArray(declared) && isListOfObjects(onDevice)
    ? completedList(path, declared, onDevice)
    : { value: declared, lost: [] };
}

function completedList(path: readonly string[], declared: readonly Json[], onDevice: readonly Json[]): Completed {
  const found = matches(declared, onDevice);
  const parts = declared.map((element, index) => {
    const at = found[index];
    return at === undefined ? { value: element, lost: [] } : completed([...path, String(at)], element, onDevice[at]);
  });
  // A removed element may take along what it has; if it is unclear whether one is removed or changed, that is a loss.
  const isUnclear = found.includes(undefined);
  const left = onDevice.flatMap((element, at) =>
    isUnclear && !found.includes(at) ? [[String(at), element] as const] : [],
  );
  const names = new Set(declared.flatMap((element) => (isJsonObject(element) ? Object.keys(element) : [])));
  const lost = left.flatMap(([at, element]) => {
    const place = [...path, at];
    if (isListOfObjects(element)) {
      return [place.join("/")];
    }
    const shown = isJsonObject(element) ? Object.keys(element) : [];
    const all = new Set([...shown, ...hiddenMembers(place)]);
    return [...all].filter((name) => !names.has(name)).map((name) => [...place, name].join("/"));
  });
  return { value: parts.map(({ value }) => value), lost: [...parts.flatMap((part) => part.lost), ...lost] };
}

function nameOf(element: Json): string | undefined {
  const name = isJsonObject(element) ? ownMember(element, "name") : undefined;
  return typeof name === "string" ? name : undefined;
}

function without(value: Readonly<Record<string, Json>>, other: Readonly<Record<string, Json>>): Record<string, Json> {
  return Object.fromEntries(Object.entries(value).filter(([name]) => !Object.hasOwn(other, name)));
}
