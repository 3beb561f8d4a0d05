/** The life of a thing on the device. What happens there, and in which order, is in `reconcile.ts`. */
import { InvalidInputError, type Json } from "../client";
import type { Devices } from "../devices/devices";
import type { Context } from "../runtime/context";
import type { AnyThing } from "../schema/definition";
import { Properties } from "../schema/properties";
import { type Checked, checkInputs } from "./check";
import { claimsOf, declare, dismiss, idOf } from "./declare";
import { desiredInputs } from "./desired";
import { changesToWrite, type Difference, differences, effective } from "./diff";
import { PartialFailure } from "./errors";
import { importInputs, inputsFromId } from "./import";
import type { Created, Lifecycle, Read } from "./lifecycle";
import { Reconciler } from "./reconcile";
import {
  type Inputs,
  imported,
  inputsAfterRead,
  isOurs,
  rememberedInputs,
  restoreInputs,
  type State,
  secretsIn,
  stateAfter,
} from "./state";

export class ResourceLifecycle implements Lifecycle {
  readonly #devices: Devices;

  constructor(
    readonly definition: AnyThing,
    devices: Devices,
  ) {
    this.#devices = devices;
  }

  check(inputs: Record<string, unknown>): Checked {
    const { run, warn } = this.#devices;
    return checkInputs(this.definition, inputs, { run, warn });
  }

  declare(checked: Checked): Checked {
    return declare(this.definition, this.#devices.run, checked);
  }

  diff(state: State, inputs: Inputs): Difference[] {
    return differences(this.#properties(state), this.#properties(inputs));
  }

  dismiss(inputs: Inputs): void {
    dismiss(this.definition, this.#devices.run, inputs);
  }

  async create(declared: Inputs): Promise<Created> {
    const id = idOf(this.definition, declared);
    const inputs = this.#properties(declared);
    const { run } = this.#devices;
    const taken = this.#claimsOf(inputs);
    if (!run.claims.take(id)) {
      throw new InvalidInputError({
        device: String(declared["device"]),
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
        const mayTakeOver = declared["adopt"] === true || run.releases.isLeft(id);
        if (observed && this.definition.family === "created" && !mayTakeOver) {
          throw new InvalidInputError({
            device: context.device.name,
            message: `${id} exists already on the device`,
            remedy: "Set `adopt: true` to take it over, or import it; or choose another name.",
          });
        }
        return { id, state: await reconciler.bring(id, inputs, observed, undefined) };
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

  async read(id: string, given?: State, declared?: Inputs): Promise<Read | undefined> {
    const state = given && this.#properties(given);
    const ours = isOurs(given) ? given : undefined;
    const inputs = ours && declared ? this.#properties(declared) : this.#inputsOf(id, state);
    return this.#operate(id, inputs, async (_context, reconciler) => {
      const observed = await reconciler.observe(desiredInputs(inputs, state), state);
      if (!observed) {
        return undefined;
      }
      if (!ours) {
        const found = importInputs(inputs, observed);
        const after = { ...stateAfter({ inputs: found, observed }), managed: [imported] };
        return { id, inputs: found.toObject(), state: after };
      }
      const assumed = secretsIn(state, inputs);
      return {
        id,
        inputs: inputsAfterRead(inputs, effective(observed, inputs)),
        // What is managed, and since when, is up to the operations that write: what the engine says of what the program
        // declared may be older than an update that ended halfway.
        state: {
          ...stateAfter({ inputs, observed, previous: state, assumed }),
          managed: ours["managed"] as Json,
          ...(ours["baseline"] !== undefined && { baseline: ours["baseline"] }),
        },
      };
    });
  }

  async update(id: string, before: State, declared: Inputs): Promise<State> {
    const state = this.#properties(before);
    const inputs = this.#properties(declared);
    const { run } = this.#devices;
    const taken = [id, ...this.#claimsOf(inputs)];
    for (const claim of taken) {
      run.claims.take(claim);
    }
    await run.releases.finished(taken);
    return this.#operate(id, inputs, async (_context, reconciler) => {
      const observed = await reconciler.observe(desiredInputs(inputs, state), state);
      return reconciler.bring(id, inputs, observed, state);
    });
  }

  async delete(id: string, last: State): Promise<void> {
    const definition = this.definition;
    const devices = this.#devices;
    const { run } = devices;
    const state = this.#properties(last);
    const inputs = this.#inputsOf(id, state);
    if (definition.family === "adopted" && inputs.values["onDestroy"] !== "restore") {
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
    { id, inputs, state, isFirst }: { id: string; inputs: Properties; state: Properties; isFirst: boolean },
  ): Promise<void> {
    const observed = await reconciler.observe(inputs, state);
    if (!observed) {
      return;
    }
    const back = restoreInputs(inputs, state);
    const hidden = inputs.managed().paths.filter((path) => !back.has(path));
    if (hidden.length > 0) {
      this.#devices.warn(
        `${id}: ${hidden.join(", ")} stays as it is, since the device did not show what it had before`,
      );
    }
    const changes = [...changesToWrite(effective(observed, back), back, undefined)];
    const foreign = changes.filter((path) => !state.agrees(path, observed.get(path)));
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

  #properties(values: State | Inputs): Properties {
    return Properties.of(this.definition, values);
  }

  #claimsOf({ values }: Properties): string[] {
    return claimsOf(this.definition, values as Inputs).map(({ id }) => id);
  }

  #inputsOf(id: string, state: Properties | undefined): Properties {
    if (state && isOurs(state.values)) {
      return rememberedInputs(state);
    }
    return inputsFromId(this.definition, id, { run: this.#devices.run, warn: this.#devices.warn });
  }

  /** Whatever goes wrong, no secret of the configuration or of the inputs is in the message. */
  #operate<T>(
    id: string,
    inputs: Properties,
    work: (context: Context, reconciler: Reconciler) => Promise<T>,
  ): Promise<T> {
    const devices = this.#devices;
    const definition = this.definition;
    const device = String(inputs.values["device"]);
    return devices.run.operations.perform(device, id, async (operation) => {
      try {
        const context = await devices.context(device, definition.type, operation);
        return await work(context, new Reconciler(definition, context));
      } catch (error) {
        throw devices.withoutSecrets(error, inputs.secretValues);
      }
    });
  }
}
