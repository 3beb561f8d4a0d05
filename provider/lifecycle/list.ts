/** Lists the resources of a type that a device has, by the ids that import takes. */
import { InvalidInputError } from "../client";
import type { Devices } from "../devices/devices";
import { inputsOf } from "../schema/common-inputs";
import type { AnyDefinition, AnyThing } from "../schema/definition";
import { lifecycleOf } from "./index";

/** One resource that can be imported. */
export interface Listed {
  readonly id: string;
  /** The part of the id behind the device's name. */
  readonly name: string;
}

/**
 * Every resource of this type on the device.
 * @throws InvalidInputError for a type that has no end: any path is a Setting.
 */
export async function idsOn(definition: AnyDefinition, device: string, devices: Devices): Promise<Listed[]> {
  const names = await namesOn(definition, device, devices);
  return names.map((name) => ({ id: `${device}/${name}`, name }));
}

/** Whether the things of a type can be counted: a Setting has no end, and an action leaves nothing behind. */
export function isListable(definition: AnyDefinition): definition is AnyThing {
  return definition.family !== "action" && (definition.list !== undefined || isOnlyOne(definition));
}

/** Whether a device has at most one of them. */
function isOnlyOne(definition: AnyThing): boolean {
  return Object.entries(inputsOf(definition)).every(([name, spec]) => spec.role !== "key" || name === "device");
}

async function namesOn(definition: AnyDefinition, device: string, devices: Devices): Promise<string[]> {
  if (isListable(definition)) {
    if (definition.list) {
      return definition.list(await devices.context(device, definition.type));
    }
    const name = definition.id({ device });
    return (await lifecycleOf(definition, devices).read(`${device}/${name}`)) ? [name] : [];
  }
  throw new InvalidInputError({
    message: `${definition.type} resources cannot be listed`,
    remedy: definition.family === "action" ? "An action leaves nothing behind." : `An id is \`${definition.idForm}\`.`,
  });
}
