/** What a run may change on a device: only what its plan shows and what it releases. */
import { definitionOf } from "../../provider/registry";
import { Properties } from "../../provider/schema/properties";
import type { Held, Operation } from "./engine";
import { leavesOfInput } from "./ignoring";
import { isWithin, type Leaves, leaf } from "./leaves";
import type { Declaration, DeviceName } from "./program";
import type { Inputs } from "./resource-model";
import { modelOf } from "./resources";

export interface Run {
  readonly operations: readonly Operation[];
  readonly state: ReadonlyMap<string, Held>;
  readonly device: DeviceName;
  readonly before: Leaves;
}

/** Places at and below which a run may change something. */
export function licence({ operations, state, device, before }: Run): string[] {
  const places = operations.flatMap(({ kind, before: held }) =>
    kind === "delete" && held && isOn(held, device) ? releasedPlaces(held) : [],
  );
  for (const { urn, kind, declared, planned = [] } of operations) {
    if (!declared || !isOn(declared, device)) {
      continue;
    }
    if (kind === "create" || (kind === "update" && state.get(urn)?.unfinished)) {
      // What is in the state is ours, under any name in the program.
      const ours = [...state.values()].filter((held) => held.type === declared.type && isOn(held, device));
      places.push(...declaredPlaces(declared, ours, places, before));
    } else if (kind === "update") {
      places.push(...plannedPlaces(declared, planned));
    }
  }
  return places;
}

const isOn = ({ inputs }: Declaration, device: DeviceName) => inputs["device"] === device;

/** After a partial update either declaration may apply: the provider's state has the new one, the engine the old. */
function releasedPlaces({ type, inputs: last, attempted }: Held): string[] {
  const model = modelOf(type);
  const either = attempted ? [last, attempted] : [last];
  if (model.element) {
    return either.map(model.element);
  }
  if (!either.some((inputs) => inputs["onDestroy"] === "restore")) {
    return [];
  }
  return either.flatMap((inputs) => [...model.declared(inputs).keys(), ...(model.follows?.(inputs) ?? [])]);
}

/** What an update may change: leaves of the inputs that its plan names. */
function plannedPlaces({ type, inputs }: Declaration, planned: readonly string[]): string[] {
  const model = modelOf(type);
  const all = [...model.declared(inputs).keys(), ...(model.follows?.(inputs) ?? [])];
  const paths = pathsOf(type, inputs);
  const unplanned = paths
    .filter((path) => !planned.includes(path))
    .flatMap((path) => leavesOfInput(model, inputs, path));
  return all.filter((place) => !unplanned.includes(place));
}

/** Paths of the inputs that are judged one by one: all but required ones, which a model cannot do without. */
function pathsOf(type: string, inputs: Inputs): string[] {
  const definition = definitionOf(type);
  const managed = definition ? Properties.of(definition, inputs).managed() : [];
  return [...managed].flatMap(([path, { spec }]) => (spec.required ? [] : [path]));
}

function declaredPlaces(
  { type, inputs }: Declaration,
  ours: readonly Held[],
  released: readonly string[],
  before: Leaves,
): string[] {
  const model = modelOf(type);
  const declared = [...model.declared(inputs).keys(), ...(model.follows?.(inputs) ?? [])];
  const element = model.element?.(inputs);
  if (element === undefined) {
    return declared;
  }
  const existed = [...before.keys()].some((path) => isWithin(path, [element]));
  if (!existed || released.includes(element)) {
    return [element];
  }
  const isOurs = ours.some((held) => model.element?.(held.inputs) === element);
  return isOurs || inputs["adopt"] === true || isShownAsDeclared(type, inputs, before) ? declared : [];
}

/** Whether everything that a read shows is as declared: it may come from an interrupted run, so it is adopted. */
function isShownAsDeclared(type: string, inputs: Inputs, before: Leaves): boolean {
  const { declared, same } = modelOf(type);
  return [...declared(inputs)].every(([path, value]) => {
    const found = before.get(path);
    const isHidden = /\/(password|access_tokens)$/.test(path);
    return (
      isHidden || found === leaf(value) || (found !== undefined && same?.(path, JSON.parse(found), value) === true)
    );
  });
}
