/**
 * The life of a resource, whatever the resource and whatever the engine: check, diff, create, read, update, delete. What
 * happens on the device, and in which order, is in `reconcile.ts`.
 */

import { InvalidInputError, type Json } from "../client";
import type { Devices } from "../devices/devices";
import type { Context } from "../runtime/context";
import type { AnyDefinition, AnyThing } from "../schema/definition";
import type { InputSpec } from "../schema/inputs";
import { partsOf } from "../schema/properties";
import { type Checked, checkDeclared, claimsOf } from "./check";
import { type Difference, differences, managedInputs, type State, sameValue, specOf, viewOf } from "./diff";
import { PartialFailure } from "./errors";
import { Reconciler } from "./reconcile";
import {
  declaredInputs,
  declaredSecrets,
  type Inputs,
  importedInputs,
  inputsAsRead,
  inputsFromId,
  inputsToRestore,
  isOurs,
  keptInputs,
  type Seen,
  secretValues,
  stateOf,
} from "./state";

export { PartialFailure } from "./errors";

/** The life of one resource type, whatever its family. */
export interface ResourceLifecycle {
  readonly definition: AnyDefinition;
  /** Checks inputs without the device, and fills in defaults. */
  check(inputs: Record<string, unknown>): Checked;
  /** Compares without the device. */
  diff(state: State, inputs: Inputs): Difference[];
  /** Makes the thing, takes over what is always there, or does what an action does. */
  create(inputs: Inputs): Promise<{ id: string; state: State }>;
  /**
   * Reads the thing; `undefined` when it is cleanly not there. Without a state this is an import by id. `declared` are
   * the inputs of the last operation, where the engine knows them.
   */
  read(id: string, state?: State, declared?: Inputs): Promise<{ id: string; state: State; inputs: Inputs } | undefined>;
  /** Brings the thing to the new inputs, from what is observed and not from what the state remembers. */
  update(id: string, state: State, inputs: Inputs): Promise<State>;
  /** Lets go of the thing: a created one is removed, an adopted one is left or put back as it was. */
  delete(id: string, state: State): Promise<void>;
}

/** The life of a thing on the device. Actions live in `actions.ts`. */
export class ThingLifecycle implements ResourceLifecycle {
  readonly #devices: Devices;

  constructor(
    readonly definition: AnyThing,
    devices: Devices,
  ) {
    this.#devices = devices;
  }

  check(inputs: Record<string, unknown>): Checked {
    return checkDeclared(this.definition, inputs, { run: this.#devices.run, warn: this.#devices.warn });
  }

  diff(state: State, inputs: Inputs): Difference[] {
    const found = differences(this.definition, state, inputs);
    if (found.length === 0) {
      this.#devices.run.operations.dismiss(String(inputs["device"]), this.#idOf(inputs));
    }
    return found;
  }

  async create(inputs: Inputs): Promise<{ id: string; state: State }> {
    const id = this.#idOf(inputs);
    const { run } = this.#devices;
    const taken = this.#claimsOf(inputs);
    if (!run.claims.take(id)) {
      throw new InvalidInputError({
        device: String(inputs["device"]),
        message: `${id} is declared by two resources of this program`,
        remedy: "Keep one of them.",
      });
    }
    for (const claim of taken) {
      run.claims.take(claim);
    }
    await run.releases.finished([id, ...taken]);
    return this.#operate(id, inputs, async (context, reconciler) => {
      try {
        const observed = await reconciler.observe(inputs);
        const mayTakeOver = inputs["adopt"] === true || run.releases.isLeft(id);
        if (observed && this.definition.family === "created" && !mayTakeOver) {
          throw new InvalidInputError({
            device: context.device.name,
            message: `${id} exists already on the device`,
            remedy: "Set `adopt: true` to take it over, or import it; or choose another name.",
          });
        }
        return { id, state: await reconciler.bring(id, inputs, observed, {}) };
      } catch (error) {
        if (!(error instanceof PartialFailure)) {
          for (const claim of [id, ...taken]) {
            run.claims.drop(claim);
          }
        }
        throw error;
      }
    });
  }

  async read(id: string, state?: State, declared?: Inputs) {
    const definition = this.definition;
    const inputs = isOurs(state) && declared ? declared : this.#inputsOf(id, state);
    return this.#operate(id, inputs, async (_context, reconciler) => {
      const observed = await reconciler.observe(keptInputs(definition, inputs, state), state);
      if (!observed) {
        return undefined;
      }
      if (!isOurs(state)) {
        const imported = importedInputs(definition, inputs, observed);
        return { id, inputs: imported, state: stateOf(definition, { wanted: imported, observed, isImport: true }) };
      }
      const assumed = declaredSecrets(definition, inputs, state);
      return {
        id,
        inputs: inputsAsRead(definition, inputs, viewOf(definition, observed, inputs) as Seen),
        // Only operations change what is managed and what counts as having been there before: what the engine takes for
        // declared may be older than an update that ended halfway.
        state: {
          ...stateOf(definition, { wanted: inputs, observed, previous: state, assumed }),
          managed: state["managed"] as Json,
          ...(state["baseline"] !== undefined && { baseline: state["baseline"] }),
        },
      };
    });
  }

  async update(id: string, state: State, inputs: Inputs): Promise<State> {
    const { run } = this.#devices;
    const taken = [id, ...this.#claimsOf(inputs)];
    for (const claim of taken) {
      run.claims.take(claim);
    }
    await run.releases.finished(taken);
    return this.#operate(id, inputs, async (_context, reconciler) => {
      const observed = await reconciler.observe(keptInputs(this.definition, inputs, state), state);
      return reconciler.bring(id, inputs, observed, state);
    });
  }

  async delete(id: string, state: State): Promise<void> {
    const definition = this.definition;
    const devices = this.#devices;
    const { run } = devices;
    const inputs = this.#inputsOf(id, state);
    if (definition.family === "adopted" && inputs["onDestroy"] !== "restore") {
      return;
    }
    // Whoever else declares the thing may not have said so yet when a resource is replaced.
    await run.declarations.finished();
    const taken = [id, ...this.#claimsOf(inputs)];
    if (taken.some((claim) => run.declarations.isKept(claim) || run.claims.has(claim))) {
      run.releases.leave(id);
      devices.warn(`${id} is left as it is: another resource of this program has taken it over`);
      return;
    }
    await run.releases.perform(taken, (isFirst) =>
      this.#operate(id, inputs, (context, reconciler) =>
        definition.family === "created"
          ? reconciler.remove(id, inputs, state)
          : this.#restore(context, reconciler, { id, inputs, state, isFirst }),
      ),
    );
  }

  async #restore(
    context: Context,
    reconciler: Reconciler,
    { id, inputs, state, isFirst }: { id: string; inputs: Inputs; state: State; isFirst: boolean },
  ): Promise<void> {
    const definition = this.definition;
    const observed = await reconciler.observe(inputs, state);
    if (!observed) {
      return;
    }
    const back = inputsToRestore(definition, inputs, state);
    const hidden = managedInputs(definition, inputs).filter((path) => !partsOf(definition, back).has(path));
    if (hidden.length > 0) {
      this.#devices.warn(
        `${id}: ${hidden.join(", ")} stays as it is, since the device did not show what it had before`,
      );
    }
    const [seen, remembered] = [partsOf(definition, observed), partsOf(definition, state)];
    const foreign = [...reconciler.changes(observed, back, {})].filter(
      (path) => !sameValue(specOf(definition, path) as InputSpec, seen.get(path)?.value, remembered.get(path)?.value),
    );
    // What another old resource of this thing has put back just now was changed by nobody else.
    if (foreign.length > 0 && isFirst) {
      throw new InvalidInputError({
        device: context.device.name,
        message: `${id} is not restored: ${foreign.join(", ")} was changed by somebody else since`,
        remedy: "Run `pulumi refresh` to accept the change first, or set `onDestroy` to `leave`.",
      });
    }
    await reconciler.bring(id, back, observed, state);
  }

  #idOf(inputs: Inputs): string {
    return `${inputs["device"]}/${this.definition.id(inputs)}`;
  }

  #claimsOf(inputs: Inputs): string[] {
    return claimsOf(this.definition, String(inputs["device"]), inputs).map(({ id }) => id);
  }

  #inputsOf(id: string, state: State | undefined): Inputs {
    if (isOurs(state)) {
      return declaredInputs(this.definition, state);
    }
    return inputsFromId(this.definition, id, { run: this.#devices.run, warn: this.#devices.warn });
  }

  /** Whatever goes wrong, no secret of the configuration or of the inputs is in the message. */
  #operate<T>(id: string, inputs: Inputs, work: (context: Context, reconciler: Reconciler) => Promise<T>): Promise<T> {
    const devices = this.#devices;
    const definition = this.definition;
    const device = String(inputs["device"]);
    return devices.run.operations.perform(device, id, async (operation) => {
      try {
        const context = await devices.context(device, definition.type, operation);
        return await work(context, new Reconciler(definition, context));
      } catch (error) {
        throw devices.withoutSecrets(error, secretValues(definition, inputs));
      }
    });
  }
}
