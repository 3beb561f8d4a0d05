/**
 * The life of a resource, whatever the resource and whatever the engine: observe, ensure, sync, verify. This is the
 * only code that knows the order of things.
 *
 * - Nothing is written that has not been observed to differ, and every write is verified by a read after it.
 * - A write whose answer was lost is not repeated: the unit is observed, and that decides.
 * - When something has, or may have, changed and the operation fails all the same, `PartialFailure` carries the truth.
 */
import { type Checked, checkInputs } from "./check";
import {
  type DliError,
  InvalidInputError,
  isDliError,
  isNotFoundError,
  isRestDisabledError,
  isUnreachableError,
  LockoutGuardError,
  NotUnderstoodError,
  TimeoutError,
} from "./device";
import type { Devices } from "./devices";
import {
  changesToWrite,
  type Difference,
  differences,
  isSecret,
  managedBefore,
  type State,
  sameValue,
  viewOf,
} from "./differences";
import { type AnyDefinition, type AnyThing, type Context, type InputSpec, inputsOf } from "./resources";
import {
  declaredInputs,
  declaredSecrets,
  type Inputs,
  importedInputs,
  inputsAsRead,
  inputsFromId,
  isOurs,
  type Seen,
  type StateParts,
  secretValues,
  stateOf,
  withoutManaged,
} from "./state";

/** How often a write whose answer was lost, or that did not take, is tried in all. */
const attempts = 3;
/** First pause between two looks at a unit that has yet to settle; it doubles up to the longest. */
const firstPollMilliseconds = 250;
const longestPollMilliseconds = 2_000;

/** The life of one resource type, whatever its family. */
export interface ResourceLifecycle {
  readonly definition: AnyDefinition;
  /** Checks inputs without the unit, and fills in defaults. */
  check(inputs: Record<string, unknown>): Checked;
  /** Compares without the unit. */
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

/** The operation failed after it had, or may have, changed the unit. `state` is what is true now. */
export class PartialFailure extends Error {
  override readonly name = "PartialFailure";
  constructor(
    readonly id: string,
    readonly state: State,
    override readonly cause: Error,
  ) {
    super(cause.message);
  }
}

/** The life of a thing on the unit. Actions live in `actions.ts`. */
export class ThingLifecycle implements ResourceLifecycle {
  constructor(
    readonly definition: AnyThing,
    private readonly devices: Devices,
  ) {}

  check(inputs: Record<string, unknown>): Checked {
    return checkInputs(this.definition, inputs, { run: this.devices.run, warn: this.devices.warn });
  }

  diff(state: State, inputs: Inputs): Difference[] {
    return differences(this.definition, state, inputs);
  }

  async create(inputs: Inputs): Promise<{ id: string; state: State }> {
    const id = this.idOf(inputs);
    const context = await this.context(inputs);
    if (!context.run.claim(id)) {
      throw new InvalidInputError({
        device: context.device,
        message: `${id} is declared by two resources of this program`,
        remedy: "Keep one of them.",
      });
    }
    return this.guarded(context, inputs, async () => {
      try {
        const observed = await this.observe(context, inputs);
        if (observed && this.definition.family === "created" && inputs["adopt"] !== true) {
          throw new InvalidInputError({
            device: context.device,
            message: `${id} exists already on the unit`,
            remedy: "Set `adopt: true` to take it over, or import it; or choose another name.",
          });
        }
        return { id, state: await this.reconcile(context, id, inputs, observed, {}) };
      } catch (error) {
        if (!(error instanceof PartialFailure)) context.run.unclaim(id);
        throw error;
      }
    });
  }

  async read(id: string, state?: State, declared?: Inputs) {
    const inputs = isOurs(state) && declared ? declared : this.inputsOf(id, state);
    const context = await this.context(inputs);
    return this.guarded(context, inputs, async () => {
      const observed = await this.observe(context, inputs, state);
      if (!observed) return undefined;
      if (!isOurs(state)) {
        const imported = importedInputs(this.definition, inputs, observed);
        return {
          id,
          inputs: imported,
          state: stateOf(this.definition, { wanted: imported, observed, isImport: true }),
        };
      }
      const assumed = declaredSecrets(this.definition, inputs, state);
      return {
        id,
        inputs: inputsAsRead(this.definition, inputs, viewOf(this.definition, observed, inputs) as Seen),
        // What the program declares of an imported resource is known only when it has been updated once.
        state: stateOf(this.definition, {
          wanted: inputs,
          observed,
          previous: state,
          assumed,
          isImport: managedBefore(state) === undefined,
        }),
      };
    });
  }

  async update(id: string, state: State, inputs: Inputs): Promise<State> {
    const context = await this.context(inputs);
    return this.guarded(context, inputs, async () => {
      const observed = await this.observe(context, inputs, state);
      return this.reconcile(context, id, inputs, observed, state);
    });
  }

  async delete(id: string, state: State): Promise<void> {
    if (this.devices.run.isClaimed(id)) {
      this.devices.warn(`${id} is left as it is: another resource of this program has taken it over`);
      return;
    }
    const inputs = this.inputsOf(id, state);
    if (this.definition.family === "created") return this.remove(inputs, state);
    if (inputs["onDestroy"] === "restore") return this.restore(id, inputs, state);
  }

  private async reconcile(
    context: Context,
    id: string,
    wanted: Inputs,
    first: Seen | undefined,
    previous: State,
  ): Promise<State> {
    let observed = first;
    let assumed = declaredSecrets(this.definition, wanted, previous);
    const written = new Set<string>();
    try {
      for (let attempt = 1; ; attempt++) {
        const changes = this.changes(observed, wanted, assumed);
        if (observed && changes.size === 0)
          return stateOf(this.definition, { wanted, observed, previous, assumed, first });
        this.refuseLockout(context, wanted, changes);
        await this.definition.guard?.(context, wanted, observed);
        for (const name of changes) written.add(name);
        const lost = await this.tryApply(context, wanted, observed, changes);
        if (!lost) assumed = declaredSecrets(this.definition, wanted, wanted);
        context.readAfterWrites();
        const after = await this.observeWritten(context, wanted, written, previous);
        if (after === "cutOff") {
          return stateOf(this.definition, { wanted, observed: { ...observed, ...wanted }, previous, assumed, first });
        }
        observed = await this.settle(context, wanted, after, written, previous);
        const left = changesToWrite(this.definition, observed, wanted, assumed);
        if (observed && left.size === 0)
          return stateOf(this.definition, { wanted, observed, previous, assumed, first });
        if (attempt === attempts || (!lost && attempt === attempts - 1)) {
          throw lost ?? this.didNotTake(context, id, wanted, observed, left);
        }
      }
    } catch (error) {
      if (!context.written) throw error;
      throw await this.partialFailure(context, id, error, { wanted, observed: observed ?? {}, previous, first });
    }
  }

  /** Applies, and gives back the error when it only means that an answer was lost. */
  private async tryApply(
    context: Context,
    wanted: Inputs,
    observed: Seen | undefined,
    changes: ReadonlySet<string>,
  ): Promise<DliError | undefined> {
    try {
      await this.definition.apply(context, wanted, observed, changes);
      return undefined;
    } catch (error) {
      if (isDliError(error) && error.outcome === "unknown") return error;
      throw error;
    }
  }

  /** Reads after the writes. A unit that we have shut ourselves out of, as asked for, can no longer be read. */
  private async observeWritten(
    context: Context,
    wanted: Inputs,
    written: ReadonlySet<string>,
    previous: State,
  ): Promise<Seen | undefined | "cutOff"> {
    try {
      return await this.observe(context, wanted, previous);
    } catch (error) {
      const expected = this.lockoutReasons(wanted, written).length > 0;
      if (!expected || !(isRestDisabledError(error) || isUnreachableError(error))) throw error;
      this.devices.warn(`${context.device}: ${error.problem}, as allowed by allowLockout`);
      return "cutOff";
    }
  }

  /** Waits until the unit has finished what a write began. */
  private async settle(
    context: Context,
    wanted: Inputs,
    first: Seen | undefined,
    written: ReadonlySet<string>,
    previous: State,
  ): Promise<Seen | undefined> {
    const { pending, settleMilliseconds } = this.definition;
    let observed = first;
    let unfinished = observed && pending?.(observed, wanted, written);
    if (unfinished === undefined) return observed;
    const limit = context.timeoutMilliseconds ?? (await settleMilliseconds?.(context, wanted)) ?? 0;
    const started = context.clock.now();
    context.readNow();
    for (let pause = firstPollMilliseconds; unfinished !== undefined; pause *= 2) {
      if (context.clock.now() - started > limit) {
        throw new TimeoutError({
          device: context.device,
          message: `${unfinished} after ${Math.round(limit / 1000)} s`,
          remedy: "Look at the unit's log and at its delays, then run again; the state holds what was observed.",
          outcome: "unknown",
        });
      }
      await context.clock.sleep(Math.min(pause, longestPollMilliseconds));
      observed = await this.observe(context, wanted, previous);
      unfinished = observed && pending?.(observed, wanted, written);
    }
    return observed;
  }

  private async remove(inputs: Inputs, state: State): Promise<void> {
    const context = await this.context(inputs);
    await this.guarded(context, inputs, async () => {
      for (let attempt = 1; ; attempt++) {
        if ((await this.observe(context, inputs, state)) === undefined) return;
        let lost: Error | undefined;
        try {
          await this.definition.release?.(context, inputs);
        } catch (error) {
          if (isDliError(error) && error.outcome === "unknown") lost = error;
          else if (!isNotFoundError(error)) throw error;
        }
        context.readAfterWrites();
        if ((await this.observe(context, inputs, state)) === undefined) return;
        if (attempt === attempts) {
          throw lost ?? this.misunderstood(context, "DELETE", "it is still there although the unit took the request");
        }
      }
    });
  }

  private async restore(id: string, inputs: Inputs, state: State): Promise<void> {
    const baseline = (state["baseline"] ?? {}) as Inputs;
    const context = await this.context(inputs);
    await this.guarded(context, inputs, async () => {
      const observed = await this.observe(context, inputs, state);
      if (!observed) return;
      const back: Inputs = { ...withoutManaged(this.definition, inputs), ...baseline };
      const specs = inputsOf(this.definition);
      const foreign = [...this.changes(observed, back, {})].filter(
        (name) => !sameValue(specs[name] as InputSpec, observed[name], state[name]),
      );
      if (foreign.length > 0) {
        throw new InvalidInputError({
          device: context.device,
          message: `${id} is not restored: ${foreign.join(", ")} was changed by somebody else since`,
          remedy: "Run `pulumi refresh` to accept the change first, or set `onDestroy` to `leave`.",
        });
      }
      await this.reconcile(context, id, back, observed, state);
    });
  }

  private didNotTake(
    context: Context,
    id: string,
    wanted: Inputs,
    observed: Seen | undefined,
    left: ReadonlySet<string>,
  ): Error {
    if (!observed) return this.misunderstood(context, "GET", `${id} is not there although the unit took the request`);
    const specs = inputsOf(this.definition);
    const parts = [...left].map((name) =>
      isSecret(specs[name] as InputSpec, wanted)
        ? name
        : `${name} reads ${JSON.stringify(observed[name])} instead of ${JSON.stringify(wanted[name])}`,
    );
    return this.misunderstood(context, "GET", `the unit took the request, but ${parts.join(" and ")}`);
  }

  private misunderstood(context: Context, method: string, message: string): Error {
    return new NotUnderstoodError({
      device: context.device,
      method,
      message,
      remedy: "Somebody else may be writing at the same time, or this unit does not allow the value.",
      outcome: "unknown",
    });
  }

  private refuseLockout(context: Context, wanted: Inputs, changes: ReadonlySet<string>): void {
    if (wanted["allowLockout"] === true) return;
    const [reason] = this.lockoutReasons(wanted, changes);
    if (reason === undefined) return;
    throw new LockoutGuardError({
      device: context.device,
      message: reason,
      remedy: "Set `allowLockout: true` on this resource if that is meant.",
    });
  }

  private lockoutReasons(wanted: Inputs, changes: Iterable<string>): string[] {
    const specs = inputsOf(this.definition);
    return [...changes].flatMap((name) => specs[name]?.lockout?.(wanted[name]) ?? []);
  }

  /** What an operation failed with, together with what is true on the unit now. */
  private async partialFailure(context: Context, id: string, error: unknown, last: StateParts): Promise<Error> {
    const cause = error instanceof Error ? error : new Error(String(error));
    context.readAfterWrites();
    const now = await this.observe(context, last.wanted, last.previous).then(
      (seen) => ({ seen }),
      () => ({ seen: last.observed }),
    );
    // Cleanly not there: the write did not happen, and there is nothing for the state to hold.
    if (now.seen === undefined) return cause;
    return new PartialFailure(id, stateOf(this.definition, { ...last, observed: now.seen }), cause);
  }

  private changes(observed: Seen | undefined, wanted: Inputs, assumed: State): Set<string> {
    return changesToWrite(this.definition, observed && viewOf(this.definition, observed, wanted), wanted, assumed);
  }

  private idOf(inputs: Inputs): string {
    return `${inputs["device"]}/${this.definition.id(inputs)}`;
  }

  private inputsOf(id: string, state: State | undefined): Inputs {
    if (isOurs(state)) return declaredInputs(this.definition, state);
    return inputsFromId(this.definition, id, { run: this.devices.run, warn: this.devices.warn });
  }

  private observe(context: Context, inputs: Inputs, previous?: State): Promise<Seen | undefined> {
    return this.definition.observe(context, inputs, previous) as Promise<Seen | undefined>;
  }

  private context(inputs: Inputs): Promise<Context> {
    return this.devices.context(String(inputs["device"]));
  }

  /** Whatever goes wrong, no secret of the configuration or of the inputs is in the message. */
  private async guarded<T>(context: Context, inputs: Inputs, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw this.devices.withoutSecrets(error, secretValues(this.definition, inputs));
    } finally {
      context.run.wake();
    }
  }
}
