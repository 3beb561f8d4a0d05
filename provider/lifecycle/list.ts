/** Which things of a resource type a device has, by the ids that import takes. */
import { InvalidInputError } from "../client";
import type { Devices } from "../devices/devices";
import { inputsOf } from "../schema/common-inputs";
import type { AnyDefinition } from "../schema/definition";
import { lifecycleOf } from "./index";

/** One thing on a device. */
export interface Listed {
  readonly id: string;
  /** The part of the id behind the device's name. */
  readonly name: string;
}

/** Everything of this type on the device. Refused for types whose things cannot be counted, as any path is a Setting. */
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
    message: `things of type ${definition.type} cannot be listed`,
    remedy: definition.family === "action" ? "An action leaves nothing behind." : `An id is \`${definition.idForm}\`.`,
  });
}
