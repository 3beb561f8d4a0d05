/** What a device says about itself. */
import type { Json } from "../provider/client";
import type { Devices } from "../provider/devices/devices";
import { callFunction } from "../provider/lifecycle/invoke";
import { functionNamed } from "../provider/registry";
import type { AnyFunction } from "../provider/schema/function";

const getDevice = functionNamed("getDevice") as AnyFunction;

/** The results of `getDevice`. @throws DliError */
export function deviceFacts(devices: Devices, device = "default"): Promise<Record<string, Json>> {
  return callFunction(getDevice, { device }, devices);
}
