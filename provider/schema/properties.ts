/**
 * The parts of a resource's inputs that are compared one by one: an input, or, where an input is a map of things with
 * settings of their own, each setting of each of them. A part is called by its path, `name` or `outlets["3"].name`.
 */
import { isJsonObject, type Json } from "../client";
import { inputsOf } from "./common-inputs";
import type { AnyDefinition } from "./definition";
import type { InputSpec, InputSpecs } from "./inputs";
import { parsePath, pathText } from "./property-path";

/** One part and its value. */
export interface Part {
  readonly spec: InputSpec;
  readonly value: Json;
}

/** All parts that have a value, by their paths. What is not of the expected form is a part as a whole. */
export function partsOf(definition: AnyDefinition, values: Readonly<Record<string, unknown>>): Map<string, Part> {
  const parts = new Map<string, Part>();
  for (const [name, spec] of Object.entries(inputsOf(definition))) {
    const value = values[name] as Json | undefined;
    if (value === undefined) {
      continue;
    }
    if (!spec.entries || !isJsonObject(value)) {
      parts.set(name, { spec, value });
    } else {
      addEntries(parts, name, spec, value);
    }
  }
  return parts;
}

function addEntries(parts: Map<string, Part>, name: string, spec: InputSpec, map: Record<string, Json>): void {
  for (const [key, entry] of Object.entries(map)) {
    if (!isJsonObject(entry)) {
      if (entry !== undefined) {
        parts.set(pathText([name, key]), { spec, value: entry });
      }
      continue;
    }
    for (const [member, memberSpec] of Object.entries(spec.entries as InputSpecs)) {
      const value = entry[member];
      if (value !== undefined) {
        parts.set(pathText([name, key, member]), { spec: memberSpec, value });
      }
    }
  }
}

/** The values by the names of the inputs again. */
export function joined(parts: Iterable<readonly [string, Json]>): Record<string, Json> {
  const values: Record<string, Json> = {};
  for (const [path, value] of parts) {
    const [name = path, key, member] = parsePath(path).map(String);
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
