/**
 * The form in which the engine keeps and prints the values of a resource: without instructions that have their default,
 * and with what only the lifecycle needs in one field that no diff prints. States written by 0.1.0 are read too.
 */

import { isJsonObject, type Json, ownMember, sameJson } from "../../client";
import { inputsOf } from "../../schema/common-inputs";
import type { AnyDefinition } from "../../schema/definition";
import type { InputSpec, InputSpecs } from "../../schema/inputs";
import { wordOf } from "../../schema/null-word";
import { Properties } from "../../schema/properties";
import { baselineOfText, baselineText } from "./baseline-text";
import type { EngineValues } from "./engine-words";
import { secret, withSecretsMarked } from "./secret-values";
import type { State } from "./state";

/** The engine prints no property whose name begins with two underscores. */
export const keptName = "__kept";

/** The inputs of a resource without the instructions that have their default. */
export function shortInputs(definition: AnyDefinition, inputs: EngineValues): EngineValues {
  return withoutUsualInstructions(inputsOf(definition), inputs);
}

/** The inputs or the state of a resource for the engine: short, and with every secret marked. */
export function toEngine(definition: AnyDefinition, values: State): EngineValues {
  const { managed, baseline, madeBeside, unmet, ...own } = values;
  const short = withSecretsMarked(definition, shortInputs(definition, own));
  if (managed === undefined) {
    return short;
  }
  const properties = Properties.of(definition, own);
  const isAll = sameNames(managed, properties.managed().paths);
  const kept = {
    ...(!isAll && { managed }),
    // Always secret: the program never says how confidential a value is that it did not declare.
    ...(isJsonObject(baseline) && { baseline: secret(baselineText(properties, managed, baseline)) }),
    ...(madeBeside !== undefined && { madeBeside: secret(JSON.stringify(madeBeside)) }),
    ...(unmet !== undefined && { unmet: secret(JSON.stringify(unmet)) }),
  };
  return { ...short, [keptName]: kept };
}

/** Inputs or a state as the lifecycle uses them, from what the engine keeps, with secrets already unwrapped. */
export function fromEngine(definition: AnyDefinition, stored: EngineValues): State {
  const { [keptName]: kept, ...own } = stored;
  if (Object.keys(stored).length === 0) {
    return {};
  }
  const specs = inputsOf(definition);
  const said = withoutWords(specs, own);
  // The maps in a state of 0.1.0 have their instructions, and also hold what the program does not name.
  const values = own["managed"] === undefined ? withInstructions(specs, said) : { ...instructionsOf(specs), ...said };
  if (!isJsonObject(kept)) {
    return values;
  }
  const properties = Properties.of(definition, values);
  const { managed = properties.managed().paths, baseline, madeBeside, unmet } = kept;
  const remembered = { ...values, managed, ...textOf("madeBeside", madeBeside), ...textOf("unmet", unmet) };
  if (typeof baseline === "string") {
    return { ...remembered, baseline: baselineOfText(properties, managed, baseline) };
  }
  return { ...remembered, ...(isJsonObject(baseline) && { baseline: byPath(definition, baseline) }) };
}

/** A member kept as JSON text; nothing if somebody has edited the state and the text is not JSON. */
function textOf(name: string, text: Json | undefined): State {
  try {
    return typeof text === "string" ? { [name]: JSON.parse(text) } : {};
  } catch {
    // The error would quote the text.
    return {};
  }
}

/** Inputs as programs can write them, with words in place of null. */
export function withWords(definition: AnyDefinition, inputs: EngineValues): EngineValues {
  return spelt(inputsOf(definition), inputs, (value, word) => (value === null ? word : value));
}

function withoutWords(specs: InputSpecs, values: EngineValues): EngineValues {
  return spelt(specs, values, (value, word) => (value === word ? null : value));
}

function spelt(specs: InputSpecs, values: EngineValues, spell: (value: Json, word: string) => Json): EngineValues {
  const changed = Object.entries(values).map(([name, value]) => {
    const spec = ownMember(specs, name);
    const word = spec && wordOf(spec.schema);
    return [name, word === undefined ? value : spell(value, word)] as const;
  });
  return withEntries(specs, Object.fromEntries(changed), (inside, entry) => spelt(inside, entry, spell));
}

function byPath(definition: AnyDefinition, values: EngineValues): EngineValues {
  return Object.fromEntries([...Properties.of(definition, values)].map(([path, { value }]) => [path, value]));
}

function sameNames(left: Json, right: readonly string[]): boolean {
  return Array.isArray(left) && left.length === right.length && right.every((name) => left.includes(name));
}

/** Values without the instructions that have their default, inside maps too. */
function withoutUsualInstructions(specs: InputSpecs, values: EngineValues): EngineValues {
  const kept = Object.entries(values).filter(([name, value]) => {
    const spec = ownMember(specs, name);
    return spec?.role !== "instruction" || spec.default === undefined || !sameJson(spec.default, value);
  });
  return withEntries(specs, Object.fromEntries(kept), withoutUsualInstructions);
}

/** Values with the instructions that they leave out, inside maps too. */
function withInstructions(specs: InputSpecs, values: EngineValues): EngineValues {
  return withEntries(specs, { ...instructionsOf(specs), ...values }, withInstructions);
}

/** The defaults of the instructions. */
function instructionsOf(specs: InputSpecs): EngineValues {
  const known: EngineValues = {};
  for (const name in specs) {
    const spec = specs[name] as InputSpec;
    if (spec.role === "instruction" && spec.default !== undefined) {
      // A copy: the default itself is shared and must not be changed.
      known[name] = structuredClone(spec.default);
    }
  }
  return known;
}

function withEntries(
  specs: InputSpecs,
  values: EngineValues,
  change: (specs: InputSpecs, entry: EngineValues) => EngineValues,
): EngineValues {
  const changed = Object.entries(values).map(([name, value]) => {
    const inside = ownMember(specs, name)?.entries;
    if (!inside || !isJsonObject(value)) {
      return [name, value] as const;
    }
    const entries = Object.entries(value).map(
      ([key, entry]) => [key, isJsonObject(entry) ? change(inside, entry) : entry] as const,
    );
    return [name, Object.fromEntries(entries)] as const;
  });
  return Object.fromEntries(changed);
}
