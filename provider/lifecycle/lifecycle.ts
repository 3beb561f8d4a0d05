/** The lifecycle of a resource, as both adapters see it: the same for every resource. */
import type { OtherDeviceError } from "../client";
import type { AnyDefinition } from "../schema/definition";
import type { Difference } from "./diff/diff";
import type { Checked } from "./inputs/check";
import type { Inputs, State } from "./state/state";

/** A resource after `create`. */
export interface Created {
  readonly id: string;
  readonly state: State;
}

/** A resource after `read`. */
export interface Read extends Created {
  readonly inputs: Inputs;
}

/** What the engine says about a resource that the program declares. */
export interface Registration {
  /** Tells it apart from the others of its type in the program. */
  readonly name?: string | undefined;
  /** Its inputs at the last operation, if the state has it. */
  readonly before?: Inputs | undefined;
}

/** How the device of a state is recognised. */
export interface RecogniseOptions {
  /** The resource has changed provider, so the device may be another one even if configuration demands it. */
  readonly isMoved?: boolean;
}

/** The lifecycle of the resources of one type. */
export interface Lifecycle {
  readonly definition: AnyDefinition;
  /** Checks inputs without the device, and fills in defaults. Changes nothing. */
  check(inputs: Record<string, unknown>): Checked;
  /** Tells the run that the program declares a resource with these inputs; adds a failure for any contradiction. */
  declare(checked: Checked, registration?: Registration): Checked;
  /**
   * Asks a device that is reached at another address than the state records which one it is. Returns what is wrong if
   * it is neither the state's device nor demanded by configuration. After a change of provider configuration does not
   * decide, and serial numbers that cannot be compared are wrong too.
   */
  recognise(state: State, inputs: Inputs, options?: RecogniseOptions): Promise<OtherDeviceError | undefined>;
  /**
   * Compares without asking the device, and changes nothing. `ignored` holds the paths of the program's
   * `ignoreChanges`, `id` is the state's.
   */
  diff(state: State, inputs: Inputs, ignored?: readonly string[], id?: string): Difference[];
  /** Tells the run that no operation will follow on the resource with these inputs. */
  dismiss(inputs: Inputs): void;
  /** Creates the thing, takes over what always exists, or runs the action. */
  create(inputs: Inputs): Promise<Created>;
  /**
   * Reads the thing; `undefined` when it is proved not to exist. Without a state this is an import by id. `declared`
   * holds the inputs of the last operation, if the engine knows them.
   */
  read(id: string, state?: State, declared?: Inputs): Promise<Read | undefined>;
  /** Writes what differs between state and inputs, and nothing else; see `plan-limit.ts`. */
  update(id: string, state: State, inputs: Inputs, ignored?: readonly string[]): Promise<State>;
  /** Removes a created thing; leaves an adopted one, or restores it. */
  delete(id: string, state: State): Promise<void>;
}

/** A lifecycle that leaves recognising the device of a state to a wrapper. */
export type InnerLifecycle = Omit<Lifecycle, "recognise">;
