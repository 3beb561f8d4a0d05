/** Which parts of a deleted resource the program declares through another one: restoring those would undo the other. */
import type { Devices } from "../../devices/devices";
import type { Run } from "../../runtime/run";
import type { AnyDefinition, AnyThing } from "../../schema/definition";
import { Properties } from "../../schema/properties";
import { parsePath } from "../../schema/property-path";
import { rememberedInputs, type State } from "../state/state";
import { claimsOf, pathsOf } from "./ownership";

/** Whether the program declares a thing of this id, or has created or taken it over in this run. */
export function hasSuccessor({ declarations, claims }: Run, id: string): boolean {
  return declarations.has(id) || claims.has(id);
}

/** The paths of what belongs to another resource: managed inputs, and every input in an entry of a map. */
export function pathsOfOthers(definition: AnyThing, devices: Devices, inputs: Properties): string[] {
  const { run } = devices;
  const paths = [...inputs]
    .filter(([path, { spec }]) => spec.role === "managed" || isInMap(path))
    .map(([path]) => path);
  return paths.filter((path) => {
    const { values } = inputs.only((_, other) => other === path || !paths.includes(other));
    return (
      claimsOf(definition, values).some(({ id }) => hasSuccessor(run, id)) ||
      pathsOf(definition, devices, values).some((place) => run.owners.has(place))
    );
  });
}

/** Whether everything in a deleted resource belongs to others. */
export function isTakenOver(definition: AnyDefinition, devices: Devices, id: string, state: State): boolean {
  if (hasSuccessor(devices.run, id)) {
    return true;
  }
  if (definition.family !== "adopted") {
    return false;
  }
  const inputs = rememberedInputs(Properties.of(definition, state));
  const taken = pathsOfOthers(definition, devices, inputs);
  return taken.length > 0 && inputs.managed().paths.every((path) => taken.includes(path));
}

function isInMap(path: string): boolean {
  return parsePath(path).length > 1;
}
