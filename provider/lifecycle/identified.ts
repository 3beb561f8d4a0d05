/**
 * Keeps every operation to the one spelling of an id that a resource of these keys has, however an import or an older
 * state spells it: by that spelling the run knows what the program declares. A state of another type, which an alias
 * can bring, is refused. Outermost, so that nothing inside ever sees another id.
 */
import { InvalidInputError, type OtherDeviceError } from "../client";
import type { Difference } from "./diff/diff";
import { ownId } from "./inputs/import";
import type { Lifecycle, Read, RecogniseOptions } from "./lifecycle";
import type { Inputs, State } from "./state/state";
import { WrappedLifecycle } from "./wrapped";

export class IdentifiedLifecycle extends WrappedLifecycle<Lifecycle> implements Lifecycle {
  recognise(state: State, inputs: Inputs, options?: RecogniseOptions): Promise<OtherDeviceError | undefined> {
    return this.inner.recognise(state, inputs, options);
  }

  override diff(state: State, inputs: Inputs, ignored?: readonly string[], id?: string): Difference[] {
    // Nothing is known by this id here; what is found must be about a resource of this type all the same.
    if (id !== undefined && id !== "") {
      this.#ownId(id);
    }
    return this.inner.diff(state, inputs, ignored);
  }

  override async read(id: string, state?: State, declared?: Inputs): Promise<Read | undefined> {
    // What is imported by an id of no resource of this type is refused with the form that an id has.
    const isImport = state === undefined || Object.keys(state).length === 0;
    return this.inner.read(isImport ? (ownId(this.definition, id) ?? id) : this.#ownId(id), state, declared);
  }

  override async update(id: string, state: State, inputs: Inputs, ignored?: readonly string[]): Promise<State> {
    return this.inner.update(this.#ownId(id), state, inputs, ignored);
  }

  override async delete(id: string, state: State): Promise<void> {
    return this.inner.delete(this.#ownId(id), state);
  }

  /** @throws InvalidInputError when it is the id of another type. */
  #ownId(id: string): string {
    const own = ownId(this.definition, id);
    if (own !== undefined) {
      return own;
    }
    throw new InvalidInputError({
      message: `\`${id}\` is no id of ${this.definition.type}: the state is about a resource of another type`,
      remedy:
        "Take the alias with another `type` out of the program: then this resource is made, and the former one goes. A state that is like this already is mended by `pulumi state delete` and an import.",
    });
  }
}
