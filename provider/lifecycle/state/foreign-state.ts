/** What remains of a state after the device that it is about has been replaced by another one. */
import { outputsOf } from "../../schema/common-inputs";
import type { AnyDefinition } from "../../schema/definition";
import { Properties, type Property } from "../../schema/properties";
import { marksOf } from "../../schema/secrecy";
import { pick } from "../../schema/values";
import { baselineOf } from "./baseline";
import { managedIn, managedPaths, type State, unmetIn } from "./state";

/** For an update: the keys, the instructions and what was generated. Everything else has to be made again. */
export function stateToRecreate(definition: AnyDefinition, state: State): State {
  return Properties.of(definition, state)
    .only(({ spec }) => spec.role !== "managed" || spec.generate !== undefined)
    .toObject();
}

/**
 * For a refresh: without secrets that were not generated, since the new device is not known to have them. That the
 * program declares them, and which values it gives as secrets, stays known.
 */
export function stateToRefresh(definition: AnyDefinition, state: State): State {
  const properties = Properties.of(definition, state);
  const isHidden = ({ spec }: Property, path: string) =>
    spec.role === "managed" && spec.generate === undefined && properties.isSecret(path);
  const shown = properties.only((property, path) => !isHidden(property, path));
  const hidden = managedIn(properties).only(isHidden);
  const unmet = { ...Object.fromEntries([...hidden].map(([path, { value }]) => [path, value])), ...unmetIn(state) };
  return {
    ...pick(state, [...Object.keys(outputsOf(definition)), "managed", "baseline"]),
    ...shown.toObject(),
    ...(Object.keys(unmet).length > 0 && { unmet }),
    ...marksOf(state),
  };
}

/** After a refresh: the new device is being adopted, so what it has becomes the baseline. */
export function adoptedAnew(definition: AnyDefinition, state: State): State {
  if (definition.family !== "adopted") {
    return state;
  }
  const found = Properties.of(definition, state).managed();
  const paths = managedPaths(state) ?? found.paths;
  const declared = found.only((_, path) => paths.includes(path));
  return { ...state, baseline: baselineOf({ declared, previous: undefined, before: undefined, first: declared }) };
}
