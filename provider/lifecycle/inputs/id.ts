/** The id of a resource: its device, and what tells it apart from others of its type there. */
import { isDliError, type Json } from "../../client";
import { deviceIn, thingIn } from "../../runtime/resource-id";
import { inputsOf } from "../../schema/common-inputs";
import type { AnyDefinition, AnyThing } from "../../schema/definition";
import type { InputSpec } from "../../schema/inputs";
import { holdsUnknown } from "../../schema/unknown";
import type { Values } from "../../schema/values";
import type { Inputs } from "../state/state";
import { withDefaults } from "./defaults";

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
  const key = keyName(definition);
  return keptAs === undefined || key === undefined ? undefined : idOf(definition, { ...state, [key]: keptAs });
}

/** The value that tells a thing apart from others of its type on the same device. */
export function keyValue(definition: AnyDefinition, values: Values): Json {
  const key = keyName(definition);
  return (key === undefined ? undefined : values[key]) ?? null;
}

/** The name of the input that tells a thing apart from others of its type on the same device. */
export function keyName(definition: AnyDefinition): string | undefined {
  return Object.entries<InputSpec>(definition.inputs).find(([, { role }]) => role === "key")?.[0];
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

/** Whether a resource with these inputs has this id. */
export function hasId(definition: AnyDefinition, inputs: Inputs, id: string): boolean {
  // Inputs that an import has read lack the defaults.
  const before = withDefaults(inputsOf(definition), inputs);
  const isKnown = Object.entries<InputSpec>(definition.inputs).every(
    ([name, spec]) => spec.role !== "key" || before[name] !== undefined,
  );
  return isKnown && idOf(definition, before) === id;
}

/**
 * The canonical spelling of an id; `undefined` if it is not an id of this type. An action keeps the id that it was
 * created with, even if it has acted on something else since.
 */
export function ownId(definition: AnyDefinition, id: string): string | undefined {
  const [device, thing] = [deviceIn(id), thingIn(id)];
  if (definition.family === "action") {
    return device !== "" && thing.startsWith(definition.idBegin) ? id : undefined;
  }
  const keys = device === "" ? undefined : keysIn(definition, thing);
  return keys && idOf(definition, { ...keys, device });
}

/** The keys that an id names; `undefined` if it has another form or is not properly URL-encoded. */
export function keysIn(definition: AnyThing, id: string): Inputs | undefined {
  try {
    return definition.keys(id) as Inputs | undefined;
  } catch (error) {
    if (error instanceof URIError || isDliError(error)) {
      return undefined;
    }
    throw error;
  }
}
