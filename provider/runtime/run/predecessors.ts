/**
 * What the resources in the state have on the devices, as far as one run was told. If another resource is created for
 * the same thing (its replacement, or the same one under another name), it takes the thing over as it is, along with
 * what the state remembers: what was there before, and what was generated.
 */
import type { Json } from "../../client";

/** Values of a state. */
type StateValues = Readonly<Record<string, Json>>;

export class Predecessors {
  readonly #states = new Map<string, StateValues | undefined>();
  readonly #actions = new Map<string, StateValues[]>();
  /** The states with which the run began, of what it has read since. */
  readonly #first = new Map<string, StateValues>();

  /** Notes the state that `id` had before the run read it. */
  wasRead(id: string, before: StateValues): void {
    if (!this.#first.has(id)) {
      this.#first.set(id, before);
    }
  }

  /** The state that `id` had before the run read it; `undefined` if it did not. */
  stateBeforeRead(id: string): StateValues | undefined {
    return this.#first.get(id);
  }

  /** Notes that the state has `id`, and what it remembers of it if that is known. */
  hold(id: string, state?: StateValues): void {
    this.#states.set(id, state ?? this.#states.get(id));
  }

  /** Notes that `id` is gone from the device. */
  drop(id: string): void {
    this.#states.delete(id);
  }

  /** Whether the state has `id`. */
  has(id: string): boolean {
    return this.#states.has(id);
  }

  /** What the state remembers of `id`. */
  stateOf(id: string): StateValues | undefined {
    return this.#states.get(id);
  }

  /** Notes the state of an action that has run; several actions may have one id. */
  holdAction(id: string, state: StateValues): void {
    this.#actions.set(id, [...this.actionsOf(id), state]);
  }

  /** The states of the actions with this id that have run. */
  actionsOf(id: string): readonly StateValues[] {
    return this.#actions.get(id) ?? [];
  }
}
