/** What a preview already knows of a resource that is not there yet or about to change. */
import { managedInputs, type State } from "../differences";
import { type AnyDefinition, inputsOf, outputsOf } from "../resources";
import { unknownValue } from "../unknown";

/**
 * The state to expect: what is declared, since the provider does not finish before the unit has it. Everything else is
 * said to be unknown, because only the unit can tell.
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
    ...(isThing && { managed: managedInputs(definition, inputs) }),
  };
}
