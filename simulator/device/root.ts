/** The root of the tree, and the refusals whose status is a dialect. */
import type { Place } from "../schema/place";
import { Refusal } from "../schema/refusal";
import { rootSchema } from "../subtrees";
import type { DeviceCore } from "./contract";

/** /restapi/ of every device. */
export const rootPlace: Place = { node: rootSchema, parent: undefined, key: "", wire: "" };

/** Refuses for lack of rights. */
export function forbidden(device: DeviceCore, message: string): Refusal {
  return new Refusal(device.dialects.forbiddenStatus, message);
}

/** Refuses a value that breaks a rule. */
export function breaksRule(device: DeviceCore, message: string): Refusal {
  return new Refusal(device.dialects.constraintStatus, message);
}

/** Refuses a body of the wrong type. */
export function badBody(device: DeviceCore, message: string): Refusal {
  return new Refusal(device.dialects.badBodyStatus, message);
}

/** Refuses a method that a resource does not have. */
export function methodRefused(device: DeviceCore, message: string): Refusal {
  return new Refusal(device.dialects.methodRefusedStatus, message);
}
