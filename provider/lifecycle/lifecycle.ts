/** The life of a resource, whatever the resource and whatever the engine, as both adapters see it. */
import type { AnyDefinition } from "../schema/definition";
import type { Checked } from "./check";
import type { Difference } from "./diff";
import type { Inputs, State } from "./state";

/** A resource that was made. */
export interface Created {
  readonly id: string;
  readonly state: State;
}

/** A resource that was read. */
export interface Read extends Created {
  readonly inputs: Inputs;
}

/** The life of one resource type. */
export interface Lifecycle {
  readonly definition: AnyDefinition;
  /** Checks inputs without the device, and fills in defaults. Changes nothing. */
  check(inputs: Record<string, unknown>): Checked;
  /** Tells the run that the program declares a resource with these inputs; adds what contradicts the rest of it. */
  declare(checked: Checked): Checked;
  /** Compares without the device. Changes nothing. */
  diff(state: State, inputs: Inputs): Difference[];
  /** Tells the run that no operation will follow on the resource with these inputs. */
  dismiss(inputs: Inputs): void;
  /** Makes the thing, takes over what is always there, or does what an action does. */
  create(inputs: Inputs): Promise<Created>;
  /**
   * Reads the thing; `undefined` when it is cleanly not there. Without a state this is an import by id. `declared` are
   * the inputs of the last operation, where the engine knows them.
   */
  read(id: string, state?: State, declared?: Inputs): Promise<Read | undefined>;
  /** Brings the thing to the new inputs, from what is observed and not from what the state remembers. */
  update(id: string, state: State, inputs: Inputs): Promise<State>;
  /** Lets go of the thing: a created one is removed, an adopted one is left or put back as it was. */
  delete(id: string, state: State): Promise<void>;
}
