/**
 * Functions for programs that run without the native plugin: the program's own process asks the device. Published as
 * `pulumi-dli/functions/v1`.
 */
import type { Json } from "../client";
import type { ConfigLookup } from "../devices/configuration/given-values";
import { ourKeys } from "../devices/configuration/keys";
import { Devices } from "../devices/devices";
import { callFunction, isConfidentialResult } from "../lifecycle/invoke";
import { functionNamed } from "../registry";
import type { AnyFunction } from "../schema/function";

/** The devices of one configuration, and how many calls use them. */
interface Shared {
  readonly devices: Devices;
  underWay: number;
}

/** By configuration: programs of several stacks may run in one process, with Pulumi's Automation API. */
const shared = new Map<string, Shared>();

/** What this process has already said, since later calls get new `Devices`. */
const said = new Set<string>();

function warnOnce(message: string): void {
  if (!said.has(message)) {
    said.add(message);
    console.warn(message);
  }
}

/** Calls a function by its name. Concurrent calls of a program share connections, which close with the last of them. */
export async function call(
  name: string,
  given: Record<string, unknown>,
  lookup: ConfigLookup,
): Promise<Record<string, Json>> {
  const definition = named(name);
  const configuration = JSON.stringify(ourKeys.map((key) => lookup(`dli:${key}`) ?? null));
  const own = shared.get(configuration) ?? { devices: new Devices({ lookup, warn: warnOnce }), underWay: 0 };
  shared.set(configuration, own);
  own.underWay += 1;
  try {
    return await callFunction(definition, given, own.devices);
  } finally {
    own.underWay -= 1;
    if (own.underWay === 0) {
      shared.delete(configuration);
      await own.devices.close();
    }
  }
}

/** Whether what a call returned is a secret. */
export function isConfidential(name: string, given: Record<string, unknown>, result: Record<string, Json>): boolean {
  return isConfidentialResult(named(name), given, result);
}

function named(name: string): AnyFunction {
  const definition = functionNamed(name);
  if (!definition) {
    throw new Error(
      `this version of pulumi-dli has no function ${name}; install the one that the program was written for`,
    );
  }
  return definition;
}
