/** Exactly which values differ, by path, so that a preview names `outlets["3"].name` and not all of `outlets`. */
import { isJsonObject, type Json, sameJson } from "../../client";
import type { AnyDefinition } from "../../schema/definition";
import { covers, type Path, parsePath, pathText } from "../../schema/property-path";
import { secretPaths } from "../../schema/secrecy";
import { unknownValue } from "../../schema/unknown";
import type { Values } from "../../schema/values";
import type { Difference } from "./diff";

/** One value that differs. */
export interface PathDifference {
  readonly path: string;
  /** Name of the input that the path begins with. */
  readonly property: string;
  readonly kind: Difference["kind"];
  readonly replaces: boolean;
}

/**
 * Every differing value of the differing inputs; of a secret only the whole, because the names inside it are part of the
 * secret.
 * @param values The values that are compared.
 */
export function pathDifferences(
  definition: AnyDefinition,
  values: readonly Values[],
  found: readonly Difference[],
): PathDifference[] {
  const secrets = values.flatMap((one) => secretPaths(definition, one));
  const isInside = (path: Path) => secrets.find((secret) => secret.length < path.length && covers(secret, path));
  const all = found.flatMap(({ property, kind, replaces, before, after }) => {
    const part = parsePath(property);
    const leaves = kind === "update" ? leavesOf(part, before, after) : [];
    // Equal values can still differ in meaning: an outlet whose relay does not follow its state.
    const all = leaves.length > 0 ? leaves : [{ path: part, kind }];
    return all.map((leaf): PathDifference => {
      const secret = isInside(leaf.path);
      const shown = secret === undefined ? leaf : { path: secret, kind: "update" as const };
      return { path: pathText(shown.path), property: String(part[0]), kind: shown.kind, replaces };
    });
  });
  return named(all);
}

/** Each path once: a value may differ, and become a secret as well. If either replaces the resource, both do. */
function named(all: readonly PathDifference[]): PathDifference[] {
  const byPath = new Map<string, PathDifference>();
  for (const one of all) {
    const known = byPath.get(one.path);
    byPath.set(one.path, { ...one, ...known, replaces: one.replaces || known?.replaces === true });
  }
  return [...byPath.values()];
}

function leavesOf(
  path: Path,
  before: Json | undefined,
  after: Json | undefined,
): { path: Path; kind: Difference["kind"] }[] {
  if (after === unknownValue) {
    return [{ path, kind: "update" }];
  }
  if (before === undefined) {
    return after === undefined ? [] : [{ path, kind: "add" }];
  }
  if (after === undefined) {
    return [{ path, kind: "delete" }];
  }
  if (Array.isArray(before) && Array.isArray(after)) {
    const length = Math.max(before.length, after.length);
    return Array.from({ length }).flatMap((_, index) => leavesOf([...path, index], before[index], after[index]));
  }
  if (isJsonObject(before) && isJsonObject(after)) {
    const names = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...names].flatMap((name) => leavesOf([...path, name], before[name], after[name]));
  }
  return sameJson(before, after) ? [] : [{ path, kind: "update" }];
}
