/** Calls a function of the registry on a device. */
import { InvalidInputError, type Json } from "../client";
import type { Devices } from "../devices/devices";
import { deviceInput } from "../schema/common-inputs";
import type { AnyFunction } from "../schema/function";
import { pick, type Values } from "../schema/values";
import { checkValues, failureText } from "./inputs/check";
import { withoutEngineWords } from "./state/engine-words";

/** All inputs of a function, the device's name included. */
export function functionInputsOf(definition: AnyFunction) {
  return { ...definition.inputs, ...deviceInput };
}

/**
 * Calls a function on a device of this run.
 * @throws InvalidInputError when an input is wrong; otherwise what the client throws.
 */
export async function callFunction(
  definition: AnyFunction,
  given: Record<string, unknown>,
  devices: Devices,
): Promise<Record<string, Json>> {
  const { inputs, failures } = checkValues(definition.name, functionInputsOf(definition), given);
  if (failures.length > 0) {
    throw new InvalidInputError({ message: `${definition.name}: ${failures.map(failureText).join(" ")}` });
  }
  const context = await devices.context(String(inputs["device"]), definition.name);
  try {
    const outputs = (await definition.call(context, inputs)) as Values;
    return withoutEngineWords(pick(outputs, Object.keys(outputs)));
  } catch (error) {
    throw devices.withoutSecrets(error, []);
  }
}

/** Whether a function's result must not be kept or shown in clear. */
export function isConfidentialResult(
  definition: AnyFunction,
  given: Record<string, unknown>,
  result: Record<string, Json>,
): boolean {
  return definition.isConfidential?.(given, result) ?? false;
}
