/** What a state is still worth once the device that it was made on has been replaced by another one. */
import { outputsOf } from "../../schema/common-inputs";
import type { AnyDefinition } from "../../schema/definition";
import { Properties, pick } from "../../schema/properties";
import { baselineOf } from "./baseline";
import { managedPaths, type State } from "./state";

/** For an update: what names the thing, and what was generated for it. All else has to be made again. */
export function toBeMade(definition: AnyDefinition, state: State): State {
  return Properties.of(definition, state)
    .only(({ spec }) => spec.role !== "managed" || spec.generate !== undefined)
    .toObject();
}

/** For a refresh: a secret that the new device does not show is not known to be there. */
export function toBeRead(definition: AnyDefinition, state: State): State {
  const properties = Properties.of(definition, state);
  const shown = properties.only(({ spec }, path) => spec.generate !== undefined || !properties.isSecret(path));
  const others = [...Object.keys(outputsOf(definition)), "managed", "baseline"];
  return { ...pick(state, others), ...shown.toObject() };
}

/** After a refresh: the new device is taken over now, so what it has now is what was there before. */
export function takenOver(definition: AnyDefinition, state: State): State {
  if (definition.family !== "adopted") {
    return state;
  }
  const found = Properties.of(definition, state).managed();
  const paths = managedPaths(state) ?? found.paths;
  const declared = found.only((_, path) => paths.includes(path));
  return { ...state, baseline: baselineOf({ declared, previous: undefined, before: undefined, first: declared }) };
}
