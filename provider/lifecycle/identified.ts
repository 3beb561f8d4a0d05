/**
 * Gives every operation the canonical spelling of its id, however an import or an older state spells it, because the
 * run knows declared resources by that spelling. A state of another type, which an alias can bring, is refused. This is
 * the outermost wrapper, so that nothing inside ever sees another id.
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
    return this.inner.diff(state, inputs, ignored, id === undefined || id === "" ? undefined : this.#ownId(id));
  }

  override async read(id: string, state?: State, declared?: Inputs): Promise<Read | undefined> {
    // An import by an id that is not of this type is refused further in, with the form of a valid id.
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
