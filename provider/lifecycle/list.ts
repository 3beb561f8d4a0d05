/** Lists the resources of a type that a device has, by the ids that import takes. */
import { InvalidInputError } from "../client";
import type { Devices } from "../devices/devices";
import { inputsOf } from "../schema/common-inputs";
import type { AnyDefinition } from "../schema/definition";
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

async function namesOn(definition: AnyDefinition, device: string, devices: Devices): Promise<string[]> {
  if (definition.family !== "action") {
    if (definition.list) {
      return definition.list(await devices.context(device, definition.type));
    }
    const keys = Object.entries(inputsOf(definition)).filter(
      ([name, spec]) => spec.role === "key" && name !== "device",
    );
    if (keys.length === 0) {
      const name = definition.id({ device });
      return (await lifecycleOf(definition, devices).read(`${device}/${name}`)) ? [name] : [];
    }
  }
  throw new InvalidInputError({
    message: `${definition.type} resources cannot be listed`,
    remedy: definition.family === "action" ? "An action leaves nothing behind." : `An id is \`${definition.idForm}\`.`,
  });
}
