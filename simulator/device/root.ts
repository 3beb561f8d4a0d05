import type { Place } from "../schema/place";
import { Refusal } from "../schema/refusal";
import { rootSchema } from "../subtrees";
import type { DeviceCore } from "./contract";

/** /restapi/ of every device. */
export const rootPlace: Place = { node: rootSchema, parent: undefined, key: "", wire: "" };

/** The answer when rights do not suffice. */
export function forbidden(device: DeviceCore, words: string): Refusal {
  return new Refusal(device.dialects.forbiddenStatus, words);
}

/** The answer to a value that breaks a rule. */
export function breaksRule(device: DeviceCore, words: string): Refusal {
  return new Refusal(device.dialects.constraintStatus, words);
}

/** The answer to a body of the wrong type. */
export function badBody(device: DeviceCore, words: string): Refusal {
  return new Refusal(device.dialects.badBodyStatus, words);
}

/** The answer to a method that a resource does not have. */
export function methodRefused(device: DeviceCore, words: string): Refusal {
  return new Refusal(device.dialects.methodRefusedStatus, words);
}
