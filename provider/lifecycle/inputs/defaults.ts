/** Defaults of inputs: filled in where a program omits an input, and removed again where they are only noise. */
import { isJsonObject, type Json, ownMember, sameJson } from "../../client";
import type { InputSpecs } from "../../schema/inputs";
import type { Values } from "../../schema/values";

/** The given values, with defaults for the others, inside maps too. */
export function withDefaults(specs: InputSpecs, given: Values): Record<string, Json> {
  const inputs: Record<string, Json> = {};
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) {
      continue;
    }
    const entries = ownMember(specs, name)?.entries;
    inputs[name] = entries ? entriesWithDefaults(entries, value) : value;
  }
  for (const [name, spec] of Object.entries(specs)) {
    if (!Object.hasOwn(inputs, name) && spec.default !== undefined) {
      inputs[name] = structuredClone(spec.default);
    }
  }
  return inputs;
}

/** The opposite: without the values that `withDefaults` fills in again, unless `kept` has them. */
export function withoutDefaults(specs: InputSpecs, values: Values, kept: Values = {}): Record<string, Json> {
  const thinned: Record<string, Json> = {};
  for (const [name, value] of Object.entries(values)) {
    const spec = ownMember(specs, name);
    const isFilledIn = spec?.default !== undefined && sameJson(spec.default, value) && !Object.hasOwn(kept, name);
    if (value !== undefined && !isFilledIn) {
      thinned[name] = spec?.entries ? entriesWithoutDefaults(spec.entries, value, kept[name]) : value;
    }
  }
  return thinned;
}

function entriesWithoutDefaults(specs: InputSpecs, map: Json, kept: Json | undefined): Json {
  if (!isJsonObject(map)) {
    return map;
  }
  const before = (key: string) => ownMember(kept, key);
  const thinned = Object.entries(map).map(([key, entry]) => {
    const own = before(key);
    return [key, isJsonObject(entry) ? withoutDefaults(specs, entry, isJsonObject(own) ? own : {}) : entry] as const;
  });
  return Object.fromEntries(thinned);
}

function entriesWithDefaults(specs: InputSpecs, map: Json): Json {
  if (!isJsonObject(map)) {
    return map;
  }
  const entries = Object.entries(map).filter(([, entry]) => entry !== undefined);
  return Object.fromEntries(
    entries.map(([key, entry]) => [key, isJsonObject(entry) ? withDefaults(specs, entry) : entry]),
  );
}
