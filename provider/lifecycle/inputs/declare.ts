/** What the run is told about a resource that the program declares. */
import { devicePath, type Json, type Segment } from "../../client";
import type { Devices } from "../../devices/devices";
import { folded } from "../../runtime/folding";
import type { Run } from "../../runtime/run";
import type { Owned, Owner } from "../../runtime/run/owners";
import { inputsOf } from "../../schema/common-inputs";
import type { AnyDefinition, AnyThing, Failure } from "../../schema/definition";
import type { InputSpec, KeyInput } from "../../schema/inputs";
import { isSecretAt } from "../../schema/properties";
import { holdsUnknown, knownPart } from "../../schema/unknown";
import type { Values } from "../../schema/values";
import { asOneSwitch } from "../../subtrees/rest-switches";
import type { Registration } from "../lifecycle";
import type { Inputs } from "../state/state";
import { type Checked, readablePart } from "./check";
import { withDefaults } from "./defaults";

/** Declares a resource with these inputs, and adds a failure for what contradicts the rest of the program. */
export function declare(
  definition: AnyDefinition,
  devices: Devices,
  checked: Checked,
  { name, before }: Registration = {},
): Checked {
  const { run } = devices;
  run.declarations.arrived(name);
  const { inputs, isWellFormed } = checked;
  const { device } = inputs;
  if (holdsUnknown(device) || typeof device !== "string") {
    return checked;
  }
  protect(definition, run, checked);
  if (isWellFormed && definition.family !== "action") {
    definition.declare?.(run, knownPart(inputs), device, (input) => !holdsUnknown(inputs[String(input)]));
    noteSecretNames(definition, run, inputs);
  }
  const failures = isWellFormed
    ? [...checked.failures, ...conflicts(definition, devices, inputs, { name, before })]
    : checked.failures;
  if (failures.length > 0 || !isIdKnown(definition, inputs)) {
    return { ...checked, failures };
  }
  const id = idOf(definition, inputs);
  run.declarations.keep(id);
  run.halfway.drop(id);
  for (const claim of claimsOf(definition, knownPart(inputs))) {
    run.declarations.keep(claim.id, claim.id !== id);
  }
  // An operation may follow. Only a preview has unknown values, and nothing follows it.
  if (!holdsUnknown(inputs)) {
    run.operations.expect(device, id);
    // If it is created again under the same id, it replaces itself.
    if (definition.family !== "action" && before && isSame(definition, before, id)) {
      run.predecessors.hold(id);
    }
  }
  return { ...checked, failures };
}

/** Tells the run which outlets these inputs protect, even if other inputs are invalid. */
export function protect(definition: AnyDefinition, run: Run, { inputs, isWellFormed }: Checked): void {
  const { device } = inputs;
  if (definition.family === "action" || holdsUnknown(device) || typeof device !== "string") {
    return;
  }
  const readable = isWellFormed ? inputs : readablePart(definition, inputs);
  for (const number of definition.protects?.(knownPart(readable)) ?? []) {
    run.protectedOutlets.add(device, number);
  }
}

/** Whether a preview knows everything that identifies the resource: its keys, or all inputs of an action. */
export function isIdKnown(definition: AnyDefinition, inputs: Values): boolean {
  if (definition.family === "action") {
    return !holdsUnknown(inputs);
  }
  return Object.entries<InputSpec>(definition.inputs).every(
    ([name, { role }]) => role !== "key" || !holdsUnknown(inputs[name]),
  );
}

function isSame(definition: AnyDefinition, inputs: Inputs, id: string): boolean {
  // Inputs that an import has read lack the defaults.
  const before = withDefaults(inputsOf(definition), inputs);
  const isKnown = Object.entries<InputSpec>(definition.inputs).every(
    ([name, spec]) => spec.role !== "key" || before[name] !== undefined,
  );
  return isKnown && idOf(definition, before) === id;
}

/** A failure if another resource of the same program owns one of this one's things. */
function conflicts(
  definition: AnyDefinition,
  devices: Devices,
  inputs: Values,
  { name, before }: Registration,
): Failure[] {
  if (definition.family === "action") {
    return [];
  }
  const { type } = definition;
  const owner: Owner =
    name === undefined
      ? { type, label: `a resource ${type}` }
      : { type, key: `${type} ${name}`, label: `${type} "${name}"` };
  const found = devices.run.owners.declare(owner, ownedBy(definition, devices, inputs, before));
  return found
    .slice(0, 1)
    .map(({ problem, owned }) => ({ property: owned.property, reason: `${problem}; keep one of them` }));
}

/** The thing itself, what it claims and its places on the device. */
function ownedBy(definition: AnyThing, devices: Devices, inputs: Values, before: Inputs | undefined): Owned[] {
  const name = String(inputs["device"]);
  const device = devices.deviceKey(name);
  const isKnown = isIdKnown(definition, inputs);
  const claims = isKnown ? claimsOf(definition, inputs) : [];
  return [
    ...(isKnown ? [identity(definition, device, inputs, (id) => isOnDevice(definition, devices, before, id))] : []),
    ...claims.map(({ id, property }) => ({ name: id, device, place: ["id", id.slice(name.length)], property })),
    ...placesOf(definition, devices, inputs),
  ];
}

/** The places on the device that belong to a thing. */
export function placesOf(definition: AnyThing, devices: Devices, inputs: Values): Owned[] {
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
function identity(definition: AnyThing, device: string, inputs: Values, isOnDevice: (id: string) => boolean): Owned {
  const key = keyOf(definition);
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
  return run.owners.hasSeen(id) || (before !== undefined && isSame(definition, before, id));
}

function foldedKey(definition: AnyThing, key: string, value: Json | undefined): Json {
  const { fold } = (definition.inputs as Record<string, KeyInput<Json>>)[key] ?? {};
  return fold ? fold(value ?? "") : folded(String(value));
}

/** The input that tells a thing apart from others of its type on the same device. */
function keyOf(definition: AnyDefinition): string | undefined {
  return Object.entries<InputSpec>(definition.inputs).find(([, { role }]) => role === "key")?.[0];
}

/** A device may accept `03` as an index, and firmwares name the switches of the REST API differently. */
function asOneSpelling(segments: readonly Segment[]): string[] {
  const [container, ...rest] = segments.map((segment) => String(segment).replace(/^0+(?=\d+$)/, ""));
  const below = container === "config" ? rest.map(asOneSwitch) : rest;
  return container === undefined ? [] : [container, ...below];
}

/** Tells the run which outlets have secret names, according to these inputs or this state. */
export function noteSecretNames(definition: AnyThing, run: Run, values: Values): void {
  for (const { id, property } of claimsOf(definition, knownPart(values))) {
    const number = /\/outlets\/(\d+)$/.exec(id)?.[1];
    // A claim is named after the input with the number, or after the outlet's entry in a map.
    const name = property.includes("[") ? `${property}.name` : "name";
    if (number !== undefined && isSecretAt(definition, values, name)) {
      run.secretNames.add(String(values["device"]), Number(number));
    }
  }
}

/** Tells the run that no operation will follow on the resource with these inputs. */
export function dismiss(definition: AnyDefinition, run: Run, inputs: Values): void {
  run.operations.dismiss(String(inputs["device"]), idOf(definition, inputs));
}

/** The id of a resource with these inputs. */
export function idOf(definition: AnyDefinition, inputs: Values): string {
  return `${inputs["device"]}/${definition.id(inputs)}`;
}

/**
 * The id of a thing under the name by which the device keeps it, if that is not the declared one: a resource of that
 * name is about the same thing.
 */
export function idAsKept(definition: AnyDefinition, state: Values): string | undefined {
  const { keptAs } = state;
  const key = keyOf(definition);
  return keptAs === undefined || key === undefined ? undefined : idOf(definition, { ...state, [key]: keptAs });
}

/**
 * Notes how the device spells a thing. Returns the problem, in a clause, if another resource of the program declares
 * exactly that name.
 */
export function keepSpelling(definition: AnyThing, devices: Devices, state: Values): string | undefined {
  const { keptAs } = state;
  const key = keyOf(definition);
  if (keptAs === undefined || key === undefined) {
    return undefined;
  }
  const device = devices.deviceKey(String(state["device"]));
  const [own, kept] = [state, { ...state, [key]: keptAs }].map((values) =>
    identity(definition, device, values, () => false),
  ) as [Owned, Owned];
  return devices.run.owners.keep(own, kept);
}

/** The value that tells a thing apart from others of its type on the same device. */
export function keyIn(definition: AnyDefinition, values: Values): Json {
  const key = keyOf(definition);
  return (key === undefined ? undefined : values[key]) ?? null;
}

/** Things that a resource claims besides the one in its id. */
export function claimsOf(definition: AnyDefinition, inputs: Values): { id: string; property: string }[] {
  const claims = definition.family === "action" ? [] : (definition.claims?.(inputs) ?? []);
  return claims.map(({ id, property }) => ({ id: `${inputs["device"]}/${id}`, property }));
}
