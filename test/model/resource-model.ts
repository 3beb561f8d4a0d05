/** What the model knows of a resource, without asking the provider: what it may be declared with and what it does. */
import fc from "fast-check";
import type { Json } from "../../provider/client";
import type { SimulatedDevice } from "../../simulator";

export type Inputs = Record<string, Json>;

/** Something that a person does at a device. */
export interface HandChange {
  /** What it is, for the report of a failure. */
  readonly what: string;
  readonly change: (device: SimulatedDevice) => void;
  /** Paths of leaves that the provider cannot see to have changed. */
  readonly unseen?: readonly string[];
}

export interface ResourceModel {
  readonly type: string;
  /** Inputs besides `device`. Few identities, so that resources and changes by hand meet. */
  readonly inputs: fc.Arbitrary<Inputs>;
  /** What no two resources of a program may share on a device. */
  readonly claims: (inputs: Inputs) => readonly string[];
  /** Changes when the resource is replaced; default: together with its claims. */
  readonly identity?: (inputs: Inputs) => string;
  /** Leaves that the resource brings about and keeps, and their values. */
  readonly declared: (inputs: Inputs) => ReadonlyMap<string, Json>;
  /** Places that change together with what is declared. */
  readonly follows?: (inputs: Inputs) => readonly string[];
  /** The place that appears with the resource and goes with it. */
  readonly element?: (inputs: Inputs) => string;
  /** Whether the device takes a value for the declared one; default: they are equal. */
  readonly same?: (path: string, found: Json, declared: Json) => boolean;
  /** Whether a refresh detects that a leaf of {@link HandChange.unseen} was changed. */
  readonly sees?: (inputs: Inputs) => boolean;
  /** Whether `onDestroy: restore` can restore what was there; default: yes. */
  readonly restores?: (inputs: Inputs) => boolean;
  /** Whether a program may ignore changes of this input beside the others; default: yes. */
  readonly mayIgnore?: (input: string, inputs: Inputs) => boolean;
  /** Calls of the device that happen once when the resource is created and when its triggers change. */
  readonly calls?: (inputs: Inputs) => readonly string[];
  readonly byHand: fc.Arbitrary<HandChange>;
}

/** A change by hand that a report shows as a sentence. */
export function handChange(
  what: string,
  change: (device: SimulatedDevice) => void,
  unseen: readonly string[] = [],
): HandChange {
  return Object.assign({ what, change, unseen }, { [fc.toStringMethod]: () => what });
}

/** A person gives a place of the device's tree another value. */
export function valueByHand(path: string, value: Json): HandChange {
  return handChange(`${path} becomes ${JSON.stringify(value)}`, (device) => device.changeByHand(path, value));
}

/** Nothing that a person could do at a device concerns the resource. */
export const noHandChange = fc.constant(handChange("nothing happens", () => undefined));

/** Any choice of these inputs, each with one of its values. */
export function someOf(values: Readonly<Record<string, readonly Json[]>>): fc.Arbitrary<Inputs> {
  const members = Object.entries(values).map(([name, list]) => [name, fc.constantFrom(...list)] as const);
  return fc.record(Object.fromEntries(members), { requiredKeys: [] }) as fc.Arbitrary<Inputs>;
}
