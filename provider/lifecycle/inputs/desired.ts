/** What is desired: the inputs, and generated values for those that the program omits. */
import type { Json } from "../../client";
import type { RandomBytes } from "../../runtime/context";
import { inputsOf } from "../../schema/common-inputs";
import type { InputSpec } from "../../schema/inputs";
import { Properties } from "../../schema/properties";
import { effective } from "../diff/diff";
import { lost } from "../state/state";

/** The inputs, with what was generated in an earlier operation. */
export function desiredInputs(inputs: Properties, state: Properties | undefined): Properties {
  return state ? completed(inputs, (name) => state.values[name]) : inputs;
}

/** Generates values for what neither the state nor the device has. */
export function withGenerated(desired: Properties, observed: Properties | undefined, random: RandomBytes): Properties {
  const isMissing = (name: string) => !observed || effective(observed, desired).get(name) === lost;
  return completed(desired, (name, spec) =>
    isMissing(name) ? (spec.generate?.(random) as Json | undefined) : undefined,
  );
}

function completed(inputs: Properties, generated: (name: string, spec: InputSpec) => Json | undefined): Properties {
  const { definition, values } = inputs;
  const missing = Object.entries(inputsOf(definition)).filter(([name, spec]) => spec.generate && !inputs.has(name));
  const found = missing.map(([name, spec]) => [name, generated(name, spec)] as const);
  const known = found.filter(([, value]) => value !== undefined);
  return known.length === 0 ? inputs : Properties.of(definition, { ...values, ...Object.fromEntries(known) });
}
