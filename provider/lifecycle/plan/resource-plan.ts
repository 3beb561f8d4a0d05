/** What a plan is made for, and what it says. */
import type { OutletChange } from "../../runtime/rehearsal/power";
import type { MissingFunction, PlannedNotice } from "../../runtime/rehearsal/rehearsal";
import type { AnyDefinition } from "../../schema/definition";
import type { Inputs, State } from "../state/state";

/** A resource to create or to change. */
export interface Subject {
  readonly definition: AnyDefinition;
  readonly inputs: Inputs;
  /** The resource to change; without it one is created. */
  readonly before?: { readonly id: string; readonly state: State; readonly ignored: readonly string[] };
}

/** A resource in the state that is deleted or replaced. */
export interface LeavingResource {
  readonly definition: AnyDefinition;
  readonly id: string;
  readonly state: State;
}

/** What a plan says about one outlet. */
export interface PlannedOutlet extends Omit<OutletChange, "effect"> {
  readonly effects: readonly NonNullable<OutletChange["effect"]>[];
  /** Whether it gets another name, which is a secret. */
  readonly isRenamed?: boolean;
}

/** What a plan says about one resource. */
export interface ResourcePlan {
  readonly device: string | undefined;
  /** What to say besides what happens to outlets. */
  readonly lines: readonly string[];
  /** Notices that are given once per device, however many resources cause them. */
  readonly notices: readonly PlannedNotice[];
  readonly outlets: readonly PlannedOutlet[];
  /** What deleting the resource will do one day, if this plan brings that about. */
  readonly later: readonly PlannedOutlet[];
  /** The requests that the update would send, `PUT relay/outlets/2/state/`, until it would wait for the device. */
  readonly requests: readonly string[];
  /** Whether a function of the device's script is started, which may switch any outlet. */
  readonly startsScript: boolean;
  /** False if configuration forbids reading the device. */
  readonly hasReadDevice: boolean;
  /** False if it depends on values that the preview does not know, or on what the device is doing meanwhile. */
  readonly isWhole: boolean;
  /** What an update would fail with. */
  readonly failure?: unknown;
  /** Missing functions: the failure does not stand if a Script of the program provides them. */
  readonly missingFunctions: readonly MissingFunction[];
}
