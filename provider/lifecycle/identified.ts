/**
 * Gives every operation the canonical spelling of its id, however an import or an older state spells it, because the
 * run knows declared resources by that spelling. A state of another type, which an alias can bring, is refused, and so
 * is one that names another thing than the id: looked for under that name, the thing would be taken for gone. This is
 * the outermost wrapper, so that nothing inside ever sees another id, or a value that no provider has kept.
 */
import { InvalidInputError, type OtherDeviceError } from "../client";
import { inputsOf } from "../schema/common-inputs";
import type { Difference } from "./diff/diff";
import { idOf, ownId } from "./inputs/id";
import type { Lifecycle, Read, RecogniseOptions } from "./lifecycle";
import { soundState } from "./state/sound-state";
import { type Inputs, isOwnState, type State } from "./state/state";
import { WrappedLifecycle } from "./wrapped";

export class IdentifiedLifecycle extends WrappedLifecycle<Lifecycle> implements Lifecycle {
  recognise(state: State, inputs: Inputs, options?: RecogniseOptions): Promise<OtherDeviceError | undefined> {
    return this.inner.recognise(state, inputs, options);
  }

  override diff(state: State, inputs: Inputs, ignored?: readonly string[], id?: string): Difference[] {
    const own = id === undefined || id === "" ? undefined : this.#ownId(id, state);
    return this.inner.diff(soundState(this.definition, state), inputs, ignored, own);
  }

  override async read(id: string, state?: State, declared?: Inputs): Promise<Read | undefined> {
    // An import by an id that is not of this type is refused further in, with the form of a valid id.
    const isImport = state === undefined || Object.keys(state).length === 0;
    const own = isImport ? (ownId(this.definition, id) ?? id) : this.#ownId(id, state);
    return this.inner.read(own, state && soundState(this.definition, state), declared);
  }

  override async update(id: string, state: State, inputs: Inputs, ignored?: readonly string[]): Promise<State> {
    return this.inner.update(this.#ownId(id, state), soundState(this.definition, state), inputs, ignored);
  }

  override async delete(id: string, state: State): Promise<void> {
    return this.inner.delete(this.#ownId(id, state), soundState(this.definition, state));
  }

  /** @throws InvalidInputError when it is the id of another type, or the state is not about the thing of this id. */
  #ownId(id: string, state: State | undefined): string {
    const own = ownId(this.definition, id);
    if (own !== undefined) {
      this.#requireSameThing(own, state);
      return own;
    }
    throw new InvalidInputError({
      message: `\`${id}\` is no id of ${this.definition.type}: the state is about a resource of another type`,
      remedy:
        "Take the alias with another `type` out of the program: then this resource is made, and the former one goes. A state that is like this already is mended by `pulumi state delete` and an import.",
    });
  }

  #requireSameThing(id: string, state: State | undefined): void {
    if (this.definition.family === "action" || !isOwnState(state) || this.#idIn(state) === id) {
      return;
    }
    throw new InvalidInputError({
      message: `the state of \`${id}\` names another thing, or none: it was edited by hand or is damaged. Nothing was changed`,
      remedy:
        "Put back a backup of the stack's state (`pulumi stack import`), or take the resource out of it (`pulumi state delete`) and import it again; without the native plugin, declare it with `adopt: true`.",
    });
  }

  /** The id of what a state is about; `undefined` if it does not say. */
  #idIn(state: State): string | undefined {
    const { definition } = this;
    const keys = Object.entries(inputsOf(definition)).filter(([, { role }]) => role === "key");
    const isNamed = keys.every(([name, { schema }]) => schema.safeParse(state[name]).success);
    return isNamed ? ownId(definition, idOf(definition, state)) : undefined;
  }
}
