/** What is known of a resource after a refresh. */
import type { Properties } from "../schema/properties";
import { pick } from "../schema/values";
import { isAbsent } from "./state/baseline";
import { type State, secretsIn, stateAfter } from "./state/state";

/**
 * The state as observed. `managed` and `baseline` change only in operations that write, except that a thing which the
 * device lacked and has gained gets a baseline: it was there before any of them.
 */
export function stateAfterRead(inputs: Properties, observed: Properties, state: Properties): State {
  const after = stateAfter({ inputs, observed, previous: state, assumed: secretsIn(state, inputs) });
  const isNew = isAbsent(state) && !isAbsent(observed);
  return { ...after, ...pick(state.values, isNew ? ["managed"] : ["managed", "baseline"]) };
}
