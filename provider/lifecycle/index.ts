/** The life of a resource type by its name: the one door to the lifecycles, for both fronts. */

import type { Devices } from "../devices/devices";
import type { AnyDefinition } from "../schema/definition";
import { ActionLifecycle } from "./action";
import { type ResourceLifecycle, ThingLifecycle } from "./resource";

/** The life of a definition's resources on the devices of one run. */
export function lifecycleOf(definition: AnyDefinition, devices: Devices): ResourceLifecycle {
  return definition.family === "action"
    ? new ActionLifecycle(definition, devices)
    : new ThingLifecycle(definition, devices);
}
