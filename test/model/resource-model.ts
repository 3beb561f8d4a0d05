/** What the model knows about a resource independently of the provider: its possible inputs and its effects. */
import fc from "fast-check";
import type { Json } from "../../provider/client";
import type { SimulatedDevice } from "../../simulator";

export type Inputs = Record<string, Json>;

/** A change that a person makes on a device. */
export interface HandChange {
  /** A description, for the report of a failure. */
  readonly what: string;
  readonly change: (device: SimulatedDevice) => void;
  /** Paths of leaves whose change the provider cannot see. */
  readonly unseen?: readonly string[];
}

export interface ResourceModel {
  readonly type: string;
  /** Inputs except `device`, with few identities, so that resources and changes by hand meet. */
  readonly inputs: fc.Arbitrary<Inputs>;
  /** What only one resource of a program may have on a device. */
  readonly claims: (inputs: Inputs) => readonly string[];
  /** A text that changes if the resource is replaced; default: its claims. */
  readonly identity?: (inputs: Inputs) => string;
  /** Leaves that the resource manages, with their values. */
  readonly declared: (inputs: Inputs) => ReadonlyMap<string, Json>;
  /** Places that change along with what is declared. */
  readonly follows?: (inputs: Inputs) => readonly string[];
  /** The place that is created and deleted with the resource. */
  readonly element?: (inputs: Inputs) => string;
  /** Whether a value means the same to the device as the declared one; default: if they are equal. */
  readonly same?: (path: string, found: Json, declared: Json) => boolean;
  /** Whether a refresh detects the change of a leaf in {@link HandChange.unseen}. */
  readonly sees?: (inputs: Inputs) => boolean;
  /** Whether `onDestroy: restore` can restore the baseline; default: yes. */
  readonly restores?: (inputs: Inputs) => boolean;
  /** Whether a program may declare these inputs together; default: yes. */
  readonly mayDeclare?: (inputs: Inputs) => boolean;
  /** Whether a program may ignore changes of this input, given the others; default: yes. */
  readonly mayIgnore?: (input: string, inputs: Inputs) => boolean;
  /** Calls that the device gets once when the resource is created and once when its triggers change. */
  readonly calls?: (inputs: Inputs) => readonly string[];
  readonly byHand: fc.Arbitrary<HandChange>;
}

/** A change by hand with its description. */
export function handChange(
  what: string,
  change: (device: SimulatedDevice) => void,
  unseen: readonly string[] = [],
): HandChange {
  return Object.assign({ what, change, unseen }, { [fc.toStringMethod]: () => what });
}

/** A change by hand that gives a place in the device's tree another value. */
export function valueByHand(path: string, value: Json): HandChange {
  return handChange(`${path} becomes ${JSON.stringify(value)}`, (device) => device.changeByHand(path, value));
}

/** For resources that no change by hand concerns. */
export const noHandChange = fc.constant(handChange("nothing happens", () => undefined));

/** Any subset of these inputs, each with one of its values. */
export function someOf(values: Readonly<Record<string, readonly Json[]>>): fc.Arbitrary<Inputs> {
  const members = Object.entries(values).map(([name, list]) => [name, fc.constantFrom(...list)] as const);
  return fc.record(Object.fromEntries(members), { requiredKeys: [] }) as fc.Arbitrary<Inputs>;
}
