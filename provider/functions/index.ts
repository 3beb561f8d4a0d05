/** The registry of functions, one line each, and the one way to call them. */
import { checkValues } from "../check";
import { InvalidInputError, type Json } from "../device";
import type { Devices } from "../devices";
import { deviceInput } from "../resources";
import { browse } from "./browse";
import type { AnyFunction } from "./definition";
import { getDevice } from "./get-device";
import { getMeters } from "./get-meters";
import { getOutlets } from "./get-outlets";
import { getThreads } from "./get-threads";

export type { AnyFunction } from "./definition";

/** All functions in the order of the docs. */
export const functions: readonly AnyFunction[] = [getDevice, getOutlets, getMeters, getThreads, browse];

/** All inputs of a function, the device's name included. */
export function functionInputsOf(definition: AnyFunction) {
  return { ...definition.inputs, ...deviceInput };
}

/**
 * Calls a function on a unit of this run.
 * @throws InvalidInputError when an input is wrong; otherwise what the client throws.
 */
export async function callFunction(
  definition: AnyFunction,
  given: Record<string, unknown>,
  devices: Devices,
): Promise<Record<string, Json>> {
  const { inputs, failures } = checkValues(definition.name, functionInputsOf(definition), given);
  if (failures.length > 0) {
    const problems = failures.map(({ property, reason }) => `${property} ${reason}`);
    throw new InvalidInputError({ message: `${definition.name}: ${problems.join("; ")}` });
  }
  const context = await devices.context(String(inputs["device"]));
  try {
    const outputs = Object.entries(await definition.call(context, inputs));
    return Object.fromEntries(outputs.filter(([, value]) => value !== undefined)) as Record<string, Json>;
  } catch (error) {
    throw devices.withoutSecrets(error, []);
  }
}
