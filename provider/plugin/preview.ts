/** What a preview already knows of a resource that is not there yet or about to change. */
import type { State } from "../lifecycle/state";
import { inputsOf, outputsOf } from "../schema/common-inputs";
import type { AnyDefinition } from "../schema/definition";
import { Properties } from "../schema/properties";
import { unknownValue } from "../schema/unknown";

/**
 * The state to expect: what is declared, since the provider does not finish before the device has it. Everything else is
 * said to be unknown, because only the device can tell.
 */
export function previewOf(definition: AnyDefinition, inputs: State): State {
  const isThing = definition.family !== "action";
  const reported = Object.entries(inputsOf(definition))
    .filter(([, spec]) => isThing && spec.role === "managed")
    .map(([name]) => name);
  const open = [...reported, ...Object.keys(outputsOf(definition))];
  return {
    ...Object.fromEntries(open.map((name) => [name, unknownValue])),
    ...inputs,
    ...(isThing && { managed: Properties.of(definition, inputs).managed().paths }),
  };
}
