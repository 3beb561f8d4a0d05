/**
 * What of a state can be what the provider has kept. A value of another kind than its input, which only an edit by hand
 * leaves, stands for nothing that is known.
 */
import type { Json } from "../../client";
import { inputsOf } from "../../schema/common-inputs";
import { kindProblem } from "../../schema/complaints";
import type { AnyDefinition } from "../../schema/definition";
import type { InputSpec } from "../../schema/inputs";
import type { State } from "./state";

/** The state without such values, so that the next comparison names them. Keys stay: they say what it is about. */
export function soundState(definition: AnyDefinition, state: State): State {
  const specs = inputsOf(definition);
  const odd = Object.keys(specs).filter((name) => isOdd(specs[name] as InputSpec, state[name], name));
  return odd.length === 0 ? state : Object.fromEntries(Object.entries(state).filter(([name]) => !odd.includes(name)));
}

function isOdd({ role, schema }: InputSpec, value: Json | undefined, name: string): boolean {
  if (role === "key" || value === undefined) {
    return false;
  }
  return value === null ? !schema.safeParse(null).success : kindProblem(schema, value, name) !== undefined;
}
