/**
 * The parts of a resource's inputs that are compared one by one: an input, or, where an input is a map of things with
 * settings of their own, each setting of each of them. A part is called by its path, `name` or `outlets["3"].name`.
 */
import type { Json } from "../client";
import { inputsOf } from "./common-inputs";
import type { AnyDefinition } from "./definition";
import type { InputSpec, InputSpecs } from "./inputs";

/** One part and its value. */
export interface Part {
  readonly spec: InputSpec;
  readonly value: Json;
}

/** All parts that have a value, by their paths. What is not of the expected form is a part as a whole. */
export function partsOf(definition: AnyDefinition, values: Readonly<Record<string, unknown>>): Map<string, Part> {
  const parts = new Map<string, Part>();
  for (const [name, spec] of Object.entries(inputsOf(definition))) {
    const value = values[name];
    if (value === undefined) {
      continue;
    }
    if (!spec.entries || !isObject(value)) {
      parts.set(name, { spec, value: value as Json });
    } else {
      addEntries(parts, name, spec, value);
    }
  }
  return parts;
}

function addEntries(parts: Map<string, Part>, name: string, spec: InputSpec, map: Record<string, unknown>): void {
  for (const [key, entry] of Object.entries(map)) {
    if (!isObject(entry)) {
      if (entry !== undefined) {
        parts.set(partPath(name, key), { spec, value: entry as Json });
      }
      continue;
    }
    for (const [member, memberSpec] of Object.entries(spec.entries as InputSpecs)) {
      const value = entry[member];
      if (value !== undefined) {
        parts.set(partPath(name, key, member), { spec: memberSpec, value: value as Json });
      }
    }
  }
}

/** The values by the names of the inputs again. */
export function joined(parts: Iterable<readonly [string, Json]>): Record<string, Json> {
  const values: Record<string, Json> = {};
  for (const [path, value] of parts) {
    const [name, key, member] = partSteps(path);
    if (key === undefined) {
      values[name] = value;
      continue;
    }
    values[name] ??= {};
    const map = values[name] as Record<string, Json>;
    if (member === undefined) {
      map[key] = value;
    } else {
      map[key] = { ...(map[key] as Record<string, Json> | undefined), [member]: value };
    }
  }
  return values;
}

/** The path of an input, of an entry of a map, or of a setting of an entry. */
export function partPath(name: string, key?: string, member?: string): string {
  const entry = key === undefined ? name : `${name}[${JSON.stringify(key)}]`;
  return member === undefined ? entry : `${entry}.${member}`;
}

/** What a path is made of. */
export function partSteps(path: string): [name: string, key?: string, member?: string] {
  const [, name, key, member] = /^([^[]+)\[("(?:[^"\\]|\\.)*")\](?:\.(.+))?$/.exec(path) ?? [];
  if (name === undefined || key === undefined) {
    return [path];
  }
  return [name, JSON.parse(key) as string, ...(member === undefined ? ([] as const) : ([member] as const))];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
