/** The life of a resource type by its name: the one door to the lifecycles, for both fronts. */
import { ActionLifecycle } from "./actions";
import type { Devices } from "./devices";
import { type ResourceLifecycle, ThingLifecycle } from "./lifecycle";
import { type AnyDefinition, resources } from "./resources";

/** The definition of a type name, `Outlet`; `undefined` when this version of the package does not have it. */
export function definitionOf(type: string): AnyDefinition | undefined {
  return resources.find((definition) => definition.type === type);
}

/** The life of a definition's resources on the units of one run. */
export function lifecycleOf(definition: AnyDefinition, devices: Devices): ResourceLifecycle {
  return definition.family === "action"
    ? new ActionLifecycle(definition, devices)
    : new ThingLifecycle(definition, devices);
}
