/** What is known of a resource after a refresh. */
import type { Json } from "../client";
import { joined, type Properties, pick } from "../schema/properties";
import { marksOf } from "../schema/secrecy";
import { effective } from "./diff/diff";
import type { Read } from "./lifecycle";
import { type Inputs, lost, secretsIn, stateAfter } from "./state/state";

/**
 * The inputs and the state as observed. What is managed, and since when, is up to the operations that write: what the
 * engine passes as declared may be older than an update that ended halfway.
 */
export function refreshed(inputs: Properties, observed: Properties, state: Properties): Omit<Read, "id"> {
  const after = stateAfter({ inputs, observed, previous: state, assumed: secretsIn(state, inputs) });
  return {
    inputs: inputsAfterRead(inputs, effective(observed, inputs)),
    state: { ...after, ...pick(state.values, ["managed", "baseline"]) },
  };
}

/** The old inputs, with the device's values where those mean something else. */
function inputsAfterRead(inputs: Properties, present: Properties): Inputs {
  const read: [string, Json][] = [];
  for (const [path, { spec, value: declared }] of inputs) {
    const onDevice = spec.role === "managed" ? present.get(path) : undefined;
    if (onDevice === undefined || inputs.agrees(path, onDevice)) {
      read.push([path, declared]);
    }
    // A password found to be another one cannot be shown, so the input goes missing instead.
    else if (!(onDevice === lost && inputs.isSecret(path))) {
      read.push([path, onDevice]);
    }
  }
  return { ...joined(read), ...marksOf(inputs.values) };
}
