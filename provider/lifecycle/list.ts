/** Lists the resources of one type on a device, by the ids under which they can be imported. */
import { InvalidInputError, printable } from "../client";
import type { Devices } from "../devices/devices";
import { deviceIn } from "../runtime/resource-id";
import { didYouMean } from "../runtime/typo";
import { inputsOf } from "../schema/common-inputs";
import type { AnyDefinition, AnyThing } from "../schema/definition";
import { lifecycleOf } from "./index";

/** One resource that can be imported. */
export interface Listed {
  readonly id: string;
  /** The part of the id after the device's name. */
  readonly name: string;
}

/**
 * Every resource of this type on the device.
 * @throws InvalidInputError for an action, and for a type without bounds: any path is a Setting.
 */
export async function idsOn(definition: AnyDefinition, device: string, devices: Devices): Promise<Listed[]> {
  const names = await namesOn(definition, device, devices);
  return names.map((name) => ({ id: `${device}/${name}`, name }));
}

/** Whether the things of a type can be listed: any path is a Setting, and an action leaves nothing behind. */
export function isListable(definition: AnyDefinition): boolean {
  return definition.family !== "action" && (definition.list !== undefined || isOnlyOne(definition));
}

/** Whether a device has at most one of them. */
function isOnlyOne(definition: AnyThing): boolean {
  return Object.entries(inputsOf(definition)).every(([name, spec]) => spec.role !== "key" || name === "device");
}

async function namesOn(definition: AnyDefinition, device: string, devices: Devices): Promise<string[]> {
  if (definition.family !== "action" && isListable(definition)) {
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

/** How many ids a message names at most. */
const mostNamed = 40;

/**
 * Says what the device has instead of a missing id, and which one was probably meant; `undefined` for a type without a
 * list or an id without a device.
 */
export async function whatExists(definition: AnyDefinition, id: string, devices: Devices): Promise<string | undefined> {
  const device = deviceIn(id);
  if (definition.family === "action" || definition.list === undefined || device === "") {
    return undefined;
  }
  const ids = (await idsOn(definition, device, devices)).map((listed) => printable(listed.id));
  const shown =
    ids.slice(0, mostNamed).join(", ") + (ids.length > mostNamed ? ` and ${ids.length - mostNamed} more` : "");
  const what = ids.length === 0 ? `no ${definition.type}` : shown;
  return `there is no ${printable(id)} on the device${didYouMean(id, ids)}; it has ${what}`;
}
