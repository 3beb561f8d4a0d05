/** What a plan looks at, and what it finds. */
import type { OutletChange } from "../../runtime/rehearsal/power";
import type { MissingFunction, PlannedNotice } from "../../runtime/rehearsal/rehearsal";
import type { AnyDefinition } from "../../schema/definition";
import type { Inputs, State } from "../state/state";

/** What is to be looked at. */
export interface Subject {
  readonly definition: AnyDefinition;
  readonly inputs: Inputs;
  /** What is changed; without it the resource is created. */
  readonly before?: { readonly id: string; readonly state: State; readonly ignored: readonly string[] };
}

/** A resource of the state that goes, or is replaced. */
export interface Leaving {
  readonly definition: AnyDefinition;
  readonly id: string;
  readonly state: State;
}

/** What a plan says of one outlet. */
export interface PlannedOutlet extends Omit<OutletChange, "effect"> {
  readonly effects: readonly NonNullable<OutletChange["effect"]>[];
  /** It gets another name, and that is a secret. */
  readonly isRenamed?: boolean;
}

/** What a plan says of one resource. */
export interface Look {
  readonly device: string | undefined;
  /** What is to be said besides what happens to outlets. */
  readonly lines: readonly string[];
  /** What is said once of each device, however many resources cause it. */
  readonly notices: readonly PlannedNotice[];
  readonly outlets: readonly PlannedOutlet[];
  /** What deleting the resource will do one day, where that is new. */
  readonly later: readonly PlannedOutlet[];
  /** What the update would send, `PUT relay/outlets/2/state/`, as far as the device accepts it at once. */
  readonly requests: readonly string[];
  /** A function of the device's script is started, which may switch any outlet. */
  readonly startsScript: boolean;
  /** False where the configuration forbids it. */
  readonly hasLooked: boolean;
  /** False where it depends on values that the preview does not know, or on what the device does meanwhile. */
  readonly isWhole: boolean;
  /** What an update would fail with. */
  readonly failure?: unknown;
  /** That failure is none when a Script of the program brings these. */
  readonly missingFunctions: readonly MissingFunction[];
}
