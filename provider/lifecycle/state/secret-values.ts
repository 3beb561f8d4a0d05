/** Secrets as the engine's protocol spells them: in a wrapper. Both adapters mark what they return with it. */
import { isJsonObject, type Json, memberOf } from "../../client";
import type { AnyDefinition } from "../../schema/definition";
import type { Path } from "../../schema/property-path";
import { marksName, secretPaths } from "../../schema/secrecy";
import { type EngineValues, signatureKey } from "./engine-words";

export const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

/** A value that the engine encrypts and does not show. */
export function secret(value: Json): Json {
  return { [signatureKey]: secretSignature, value };
}

/** The inputs or the state of a resource with every secret among them marked. */
export function withSecretsMarked(definition: AnyDefinition, values: EngineValues): EngineValues {
  const marked = { ...values };
  for (const [name, ...rest] of secretPaths(definition, values)) {
    const value = marked[String(name)];
    if (value !== undefined) {
      marked[String(name)] = markedAt(value, rest);
    }
  }
  return marked;
}

/** The values as they were before they were marked. */
export function withoutWrappers(values: EngineValues): EngineValues {
  return unwrapped(values) as EngineValues;
}

function unwrapped(value: Json): Json {
  if (Array.isArray(value)) {
    return value.map(unwrapped);
  }
  if (!isJsonObject(value)) {
    return value;
  }
  return value[signatureKey] === secretSignature
    ? unwrapped(value["value"] ?? null)
    : Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, unwrapped(inner)]));
}

/** Values without the list of marks, for an adapter whose values carry the marks themselves. */
export function withoutMarks({ [marksName]: _marks, ...values }: EngineValues): EngineValues {
  return values;
}

/** If a value lacks the part that is secret, all of it is marked. */
function markedAt(value: Json, [step, ...rest]: Path): Json {
  if (isJsonObject(value) && value[signatureKey] === secretSignature) {
    return value;
  }
  const part = step === undefined || !isJsonObject(value) ? undefined : memberOf(value, String(step));
  return part === undefined ? secret(value) : { ...(value as EngineValues), [String(step)]: markedAt(part, rest) };
}
