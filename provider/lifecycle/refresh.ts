/** What is known of a resource after a refresh. */
import type { Json } from "../client";
import { joined, type Properties, pick } from "../schema/properties";
import { marksOf } from "../schema/secrecy";
import { effective } from "./diff/diff";
import { isAbsent } from "./state/baseline";
import { type Inputs, lost, type State, secretsIn, stateAfter } from "./state/state";

/**
 * The state as observed. `managed` and `baseline` change only in operations that write, except that a thing which the
 * device lacked and has gained gets a baseline: it was there before any of them.
 */
export function stateAfterRead(inputs: Properties, observed: Properties, state: Properties): State {
  const after = stateAfter({ inputs, observed, previous: state, assumed: secretsIn(state, inputs) });
  const isNew = isAbsent(state) && !isAbsent(observed);
  return { ...after, ...pick(state.values, isNew ? ["managed"] : ["managed", "baseline"]) };
}

/** The old inputs, with the device's values wherever they mean something else. */
export function inputsAfterRead(inputs: Properties, observed: Properties): Inputs {
  const present = effective(observed, inputs);
  const read: [string, Json][] = [];
  for (const [path, { spec, value: declared }] of inputs) {
    const onDevice = spec.role === "managed" ? present.get(path) : undefined;
    if (onDevice === undefined || inputs.agrees(path, onDevice)) {
      read.push([path, declared]);
    }
    // The new value of a password that was changed cannot be read, so its input is left out.
    else if (!(onDevice === lost && inputs.isSecret(path))) {
      read.push([path, onDevice]);
    }
  }
  return { ...joined(read), ...marksOf(inputs.values) };
}
