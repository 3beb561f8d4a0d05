/** What of a device belongs to a resource with these inputs. */
import { devicePath, type Json, type Segment } from "../../client";
import type { Devices } from "../../devices/devices";
import { folded } from "../../runtime/folding";
import type { Owned } from "../../runtime/run/owners";
import type { AnyDefinition, AnyThing } from "../../schema/definition";
import type { KeyInput } from "../../schema/inputs";
import type { Values } from "../../schema/values";
import { asOneSwitch } from "../../subtrees/rest-switches";
import type { Inputs } from "../state/state";
import { hasId, idOf, isIdKnown, keyName } from "./id";

/** The thing itself, what it claims and the parts of the device that belong to it. */
export function ownedBy(definition: AnyThing, devices: Devices, inputs: Values, before: Inputs | undefined): Owned[] {
  const name = String(inputs["device"]);
  const device = devices.deviceKey(name);
  const isKnown = isIdKnown(definition, inputs);
  const claims = isKnown ? claimsOf(definition, inputs) : [];
  return [
    ...(isKnown ? [ownedThing(definition, device, inputs, (id) => isOnDevice(definition, devices, before, id))] : []),
    ...claims.map(({ id, property }) => ({ name: id, device, place: ["id", id.slice(name.length)], property })),
    ...pathsOf(definition, devices, inputs),
  ];
}

/** The parts of the device that belong to a thing. */
export function pathsOf(definition: AnyThing, devices: Devices, inputs: Values): Owned[] {
  const name = String(inputs["device"]);
  return (definition.owns?.(inputs) ?? []).map(({ path, property }) => {
    const { segments } = devicePath.parse(String(path));
    return {
      name: `${name}/${segments.join("/")}`,
      device: devices.deviceKey(name),
      place: ["path", ...asOneSpelling(segments)],
      property,
    };
  });
}

/** The thing itself. Names that a device may normalise to the same one are treated as one thing, whichever it keeps. */
function ownedThing(definition: AnyThing, device: string, inputs: Values, isOnDevice: (id: string) => boolean): Owned {
  const key = keyName(definition);
  const [name, property] = [idOf(definition, inputs), key ?? "device"];
  const within = (id: string) => ["id", id.slice(String(inputs["device"]).length)];
  if (key === undefined || definition.family !== "created") {
    return { name, device, property, place: within(name) };
  }
  const place = within(idOf(definition, { ...inputs, [key]: foldedKey(definition, key, inputs[key]) }));
  return { name, device, property, place, spelling: name, isThere: isOnDevice(name) };
}

/** Whether the state has the thing, or a read in this run has found it. */
function isOnDevice(definition: AnyThing, { run }: Devices, before: Inputs | undefined, id: string): boolean {
  return run.owners.hasSeen(id) || (before !== undefined && hasId(definition, before, id));
}

function foldedKey(definition: AnyThing, key: string, value: Json | undefined): Json {
  const { fold } = (definition.inputs as Record<string, KeyInput<Json>>)[key] ?? {};
  return fold ? fold(value ?? "") : folded(String(value));
}

/** A device may accept `03` as an index, and firmwares name the switches of the REST API differently. */
function asOneSpelling(segments: readonly Segment[]): string[] {
  const [container, ...rest] = segments.map((segment) => String(segment).replace(/^0+(?=\d+$)/, ""));
  const below = container === "config" ? rest.map(asOneSwitch) : rest;
  return container === undefined ? [] : [container, ...below];
}

/** Things that a resource claims besides the one in its id. */
export function claimsOf(definition: AnyDefinition, inputs: Values): { id: string; property: string }[] {
  const claims = definition.family === "action" ? [] : (definition.claims?.(inputs) ?? []);
  return claims.map(({ id, property }) => ({ id: `${inputs["device"]}/${id}`, property }));
}

/**
 * Notes how the device spells a thing. Returns the problem, in a clause, if another resource of the program declares
 * exactly that name.
 */
export function noteSpelling(definition: AnyThing, devices: Devices, state: Values): string | undefined {
  const { keptAs } = state;
  const key = keyName(definition);
  if (keptAs === undefined || key === undefined) {
    return undefined;
  }
  const device = devices.deviceKey(String(state["device"]));
  const [own, kept] = [state, { ...state, [key]: keptAs }].map((values) =>
    ownedThing(definition, device, values, () => false),
  ) as [Owned, Owned];
  return devices.run.owners.noteSpelling(own, kept);
}
