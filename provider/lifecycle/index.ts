/** The lifecycle of any definition, for both adapters. */
import type { Devices } from "../devices/devices";
import type { AnyDefinition } from "../schema/definition";
import { ActionLifecycle } from "./action";
import { CheckedLifecycle } from "./checked";
import { DataLifecycle } from "./data";
import { DeviceBoundLifecycle } from "./device-bound";
import { IdentifiedLifecycle } from "./identified";
import type { Lifecycle } from "./lifecycle";
import { ResourceLifecycle } from "./resource";
import { UnreachableLifecycle } from "./unreachable";

/** The lifecycle of a definition's resources on the devices of one run. */
export function lifecycleOf(definition: AnyDefinition, devices: Devices): Lifecycle {
  const lifecycle =
    definition.family === "action"
      ? new ActionLifecycle(definition, devices)
      : new ResourceLifecycle(definition, devices);
  const bound = new UnreachableLifecycle(new DeviceBoundLifecycle(lifecycle, devices), devices);
  return new IdentifiedLifecycle(new CheckedLifecycle(new DataLifecycle(bound, devices), devices), devices);
}
