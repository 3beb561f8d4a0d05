/** What the run is told about a resource that the program declares. */
import { toPath } from "../../client";
import type { Devices } from "../../devices/devices";
import type { Run } from "../../runtime/run";
import type { Owner } from "../../runtime/run/owners";
import type { AnyDefinition, AnyThing, Failure } from "../../schema/definition";
import { isSecretAt } from "../../schema/properties";
import { holdsUnknown, knownPart } from "../../schema/unknown";
import type { Values } from "../../schema/values";
import type { Registration } from "../lifecycle";
import { type Checked, readablePart } from "./check";
import { hasId, idOf, isIdKnown } from "./id";
import { claimsOf, ownedBy } from "./ownership";

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
  run.declarations.add(id);
  run.halfway.drop(id);
  for (const claim of claimsOf(definition, knownPart(inputs))) {
    run.declarations.add(claim.id, claim.id !== id);
  }
  // An operation may follow. Only a preview has unknown values, and nothing follows it.
  if (!holdsUnknown(inputs)) {
    run.operations.expect(device, id);
    // If it is created again under the same id, it replaces itself.
    if (definition.family !== "action" && before && hasId(definition, before, id)) {
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
  noteSecretNameAt(definition, run, values);
}

/** The same for a setting that is, or holds, the name of an outlet. */
function noteSecretNameAt(definition: AnyThing, run: Run, values: Values): void {
  if (!isSecretAt(definition, values, "value")) {
    return;
  }
  for (const { path } of definition.owns?.(knownPart(values)) ?? []) {
    const index = /^relay\/outlets\/(\d+)\/name\/$/.exec(String(toPath(path)))?.[1];
    if (index !== undefined) {
      run.secretNames.add(String(values["device"]), Number(index) + 1);
    }
  }
}

/** Tells the run that no operation will follow on the resource with these inputs. */
export function dismiss(definition: AnyDefinition, run: Run, inputs: Values): void {
  run.operations.dismiss(String(inputs["device"]), idOf(definition, inputs));
}
