/** What a run may change on a device: what the program declares, and what the state releases. Nothing else. */
import type { Held } from "./engine";
import { isWithin, type Leaves } from "./leaves";
import type { Declaration, DeviceName, Program } from "./program";
import { modelOf } from "./resources";

export interface Run {
  readonly program: Program;
  readonly state: ReadonlyMap<string, Held>;
  readonly device: DeviceName;
  readonly before: Leaves;
}

/** Places below which a run may change something. */
export function licence({ program, state, device, before }: Run): string[] {
  const released = [...state].filter(([urn, held]) => isOn(held, device) && isReleased(held, program.get(urn)));
  const places = released.flatMap(([, held]) => releasedPlaces(held));
  for (const [urn, declaration] of program) {
    if (isOn(declaration, device)) {
      places.push(...declaredPlaces(declaration, state.get(urn), places, before));
    }
  }
  return places;
}

/** Whether a resource of the state goes away, also because its name means another thing from now on. */
export function isReleased(held: Held, declared: Declaration | undefined): boolean {
  if (!declared || declared.inputs["device"] !== held.inputs["device"]) {
    return true;
  }
  const { identity, claims } = modelOf(held.type);
  const identityOf = identity ?? ((inputs) => String(claims(inputs)));
  return identityOf(held.inputs) !== identityOf(declared.inputs);
}

const isOn = ({ inputs }: Declaration, device: DeviceName) => inputs["device"] === device;

/** After half an update either declaration may count: the provider's state has the new one, the engine the old one. */
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

function declaredPlaces(
  { type, inputs }: Declaration,
  held: Held | undefined,
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
  const isOurs = held !== undefined && model.element?.(held.inputs) === element;
  return isOurs || inputs["adopt"] === true ? declared : [];
}
