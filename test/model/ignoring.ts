/** Which leaves belong to which inputs of a resource, and how `ignoreChanges` alters the inputs. */
import type { Json } from "../../provider/client";
import { definitionOf } from "../../provider/registry";
import type { InputSpecs } from "../../provider/schema/inputs";
import { parsePath } from "../../provider/schema/property-path";
import type { Inputs, ResourceModel } from "./resource-model";

/** Leaves that the resource manages because of the input at this path, `name` or `outlets["3"].name`. */
export function leavesOfInput(model: ResourceModel, inputs: Inputs, path: string): string[] {
  const others = placesOf(model, without(inputs, path));
  return placesOf(model, inputs).filter((place) => !others.includes(place));
}

/** Inputs that a program may ignore: optional ones with leaves of their own. */
export function ignorable(model: ResourceModel, inputs: Inputs): string[] {
  const specs: InputSpecs = definitionOf(model.type)?.inputs ?? {};
  return Object.keys(inputs).filter((name) => {
    const spec = specs[name];
    const isOptional = spec?.role === "managed" && spec.required !== true;
    return isOptional && (model.mayIgnore?.(name, inputs) ?? true) && leavesOfInput(model, inputs, name).length > 0;
  });
}

/** The inputs as the engine passes them on, with ignored ones as in the last operation. */
export function withIgnored(inputs: Inputs, last: Inputs, ignored: readonly string[]): Inputs {
  const resolved: Inputs = structuredClone(inputs);
  for (const name of ignored) {
    if (last[name] === undefined) {
      delete resolved[name];
    } else {
      resolved[name] = last[name] as Json;
    }
  }
  return resolved;
}

function placesOf(model: ResourceModel, inputs: Inputs): string[] {
  return [...model.declared(inputs).keys(), ...(model.follows?.(inputs) ?? [])];
}

function without(inputs: Inputs, path: string): Inputs {
  const steps = parsePath(path).map(String);
  const last = steps.pop() as string;
  const copy: Inputs = structuredClone(inputs);
  const parent = steps.reduce<Json | undefined>((at, step) => (at as Inputs | undefined)?.[step], copy);
  if (parent !== undefined) {
    delete (parent as Inputs)[last];
  }
  return copy;
}
