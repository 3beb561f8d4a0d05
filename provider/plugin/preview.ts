/** What a preview already knows about a resource that is about to be created or changed. */
import type { State } from "../lifecycle/state/state";
import { inputsOf, outputsOf } from "../schema/common-inputs";
import type { AnyDefinition } from "../schema/definition";
import { unknownValue } from "../schema/unknown";

/**
 * The expected state: what is declared, since an operation does not end before the device has it. Everything else is
 * unknown, because only the device can tell.
 */
export function previewOf(definition: AnyDefinition, inputs: State): State {
  const isManaged = definition.family !== "action";
  const reported = Object.entries(inputsOf(definition))
    .filter(([, spec]) => isManaged && spec.role === "managed")
    .map(([name]) => name);
  const open = [...reported, ...Object.keys(outputsOf(definition))];
  return {
    ...Object.fromEntries(open.map((name) => [name, unknownValue])),
    ...inputs,
  };
}
