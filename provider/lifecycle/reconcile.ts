/**
 * Brings a thing on the device from what was observed to what is wanted, or removes it.
 *
 * - Nothing is written that has not been observed to differ, and every write is verified by a read after it.
 * - A write whose answer was lost is not repeated: the device is observed, and that decides.
 * - When something has, or may have, changed and the operation fails all the same, `PartialFailure` carries the truth.
 */
import { type DliError, isDliError, isNotFoundError, NotUnderstoodError, TimeoutError } from "../client";
import type { Context } from "../runtime/context";
import type { AnyThing } from "../schema/definition";
import { Properties, type Values } from "../schema/properties";
import { goLast, observeAfter, refuseLockouts } from "./access-change";
import { desiredInputs, withGenerated } from "./desired";
import { changesToWrite, effective } from "./diff";
import { PartialFailure } from "./errors";
import { type State, type StateParts, secretsIn, stateAfter } from "./state";

/** How often a write whose answer was lost, or that did not take, is tried in all. */
const attempts = 3;
/** First pause between two looks at a device that has yet to settle; it doubles up to the longest. */
const firstPollMilliseconds = 250;
const longestPollMilliseconds = 2_000;

/** One operation on one thing. */
export class Reconciler {
  readonly #definition: AnyThing;
  readonly #context: Context;

  constructor(definition: AnyThing, context: Context) {
    this.#definition = definition;
    this.#context = context;
  }

  /** Reads the thing; `undefined` = cleanly not there. */
  async observe(inputs: Properties, previous?: Properties): Promise<Properties | undefined> {
    const observed = await this.#look(inputs, previous);
    return observed && Properties.of(this.#definition, observed);
  }

  /** Makes or changes the thing. `first` is what was observed before; returns the state. */
  async bring(
    id: string,
    inputs: Properties,
    first: Properties | undefined,
    previous: Properties | undefined,
  ): Promise<State> {
    const context = this.#context;
    const definition = this.#definition;
    let observed = first;
    const desired = withGenerated(desiredInputs(inputs, previous), first, context.random);
    let assumed = secretsIn(previous, desired);
    const written = new Set<string>();
    const state = (observed: Properties) => stateAfter({ inputs, observed, previous, assumed, first });
    try {
      for (let attempt = 1, isLast = false; ; attempt++) {
        const changes = changesToWrite(observed && effective(observed, desired), desired, assumed);
        if (observed && changes.size === 0) {
          return state(observed);
        }
        await definition.guard?.(context, desired.values, observed?.values);
        const lockouts = (await definition.lockout?.(context, desired.values, observed?.values, changes)) ?? [];
        if (lockouts.length > 0 && !isLast) {
          refuseLockouts(context, inputs.values, lockouts);
          await goLast(context, lockouts);
          isLast = true;
          context.device.readNow();
          observed = await this.observe(desired, previous);
          continue;
        }
        for (const name of changes) {
          written.add(name);
        }
        const failure = await this.#tryApply(desired, observed, changes);
        if (!failure) {
          assumed = secretsIn(desired, desired);
        }
        context.device.readAfterWrites();
        const look = () => this.#look(desired, previous);
        const after = lockouts.length > 0 ? await observeAfter(context, lockouts, failure, look) : await look();
        if (after === "ended") {
          return state(Properties.of(definition, { ...observed?.values, ...inputs.values }));
        }
        observed = await this.#settle(desired, after, written, previous);
        // As observed: what has yet to follow a write was waited for, where the inputs ask for that.
        const left = changesToWrite(observed, desired, assumed);
        if (observed && left.size === 0) {
          return state(observed);
        }
        if (attempt >= attempts || (!failure && attempt >= attempts - 1)) {
          throw failure ?? this.#didNotTake(id, desired, observed, left);
        }
      }
    } catch (error) {
      if (!context.device.hasWritten) {
        throw error;
      }
      const last = { inputs, observed: observed ?? Properties.of(definition, {}), previous, first };
      throw await this.#partialFailure(id, error, last, desired);
    }
  }

  /** Removes the thing; what is gone is fine. */
  async remove(id: string, inputs: Properties, state: Properties): Promise<void> {
    const context = this.#context;
    const definition = this.#definition;
    for (let attempt = 1; ; attempt++) {
      const observed = await this.#look(inputs, state);
      if (observed === undefined) {
        return;
      }
      const lockouts = (await definition.lockout?.(context, inputs.values, observed, "removal")) ?? [];
      if (lockouts.length > 0) {
        refuseLockouts(context, inputs.values, lockouts);
        await goLast(context, lockouts);
      }
      let failure: Error | undefined;
      try {
        await definition.release?.(context, inputs.values);
      } catch (error) {
        if (isDliError(error) && error.outcome === "unknown") {
          failure = error;
        } else if (!isNotFoundError(error)) {
          throw error;
        }
      }
      context.device.readAfterWrites();
      const look = () => this.#look(inputs, state);
      const after = lockouts.length > 0 ? await observeAfter(context, lockouts, failure, look) : await look();
      if (after === undefined || after === "ended") {
        return;
      }
      if (attempt === attempts) {
        throw failure ?? this.#misunderstood("DELETE", id, "is still there although the device took the request");
      }
    }
  }

  #look(inputs: Properties, previous: Properties | undefined): Promise<Values | undefined> {
    return this.#definition.observe(this.#context, inputs.values, previous?.values) as Promise<Values | undefined>;
  }

  /** Applies, and gives back the error when it only means that an answer was lost. */
  async #tryApply(
    desired: Properties,
    observed: Properties | undefined,
    changes: ReadonlySet<string>,
  ): Promise<DliError | undefined> {
    try {
      await this.#definition.apply(this.#context, desired.values, observed?.values, changes);
      return undefined;
    } catch (error) {
      if (isDliError(error) && error.outcome === "unknown") {
        return error;
      }
      throw error;
    }
  }

  /** Waits until the device has finished what a write began. */
  async #settle(
    desired: Properties,
    first: Values | undefined,
    written: ReadonlySet<string>,
    previous: Properties | undefined,
  ): Promise<Properties | undefined> {
    const context = this.#context;
    const definition = this.#definition;
    const { pending, settleMilliseconds } = definition;
    let observed = first;
    let unfinished = observed && pending?.(observed, desired.values, written);
    if (unfinished !== undefined) {
      const limit = context.timeoutMilliseconds ?? (await settleMilliseconds?.(context, desired.values)) ?? 0;
      const started = context.clock.now();
      context.device.readNow();
      for (let pause = firstPollMilliseconds; unfinished !== undefined; pause *= 2) {
        if (context.clock.now() - started > limit) {
          throw new TimeoutError({
            device: context.device.name,
            message: `${unfinished} after ${Math.round(limit / 1000)} s`,
            remedy: "Look at the device's log and at its delays, then run again; the state holds what was observed.",
            outcome: "unknown",
          });
        }
        await context.clock.sleep(Math.min(pause, longestPollMilliseconds));
        observed = await this.#look(desired, previous);
        unfinished = observed && pending?.(observed, desired.values, written);
      }
    }
    return observed && Properties.of(definition, observed);
  }

  #didNotTake(id: string, desired: Properties, observed: Properties | undefined, left: ReadonlySet<string>): Error {
    if (!observed) {
      return this.#misunderstood("GET", id, "is not there although the device took the request");
    }
    const parts = [...left].map((path) => {
      if (desired.isSecret(path)) {
        return `${path} is not the declared one`;
      }
      const value = JSON.stringify(desired.get(path));
      const found = observed.get(path);
      return found === undefined
        ? `${path} is not there (declared: ${value})`
        : `${path} reads ${JSON.stringify(found)} instead of ${value}`;
    });
    return this.#misunderstood(
      "GET",
      id,
      `does not stand as declared although the device took the request: ${parts.join(" and ")}`,
    );
  }

  #misunderstood(method: string, id: string, message: string): Error {
    return new NotUnderstoodError({
      device: this.#context.device.name,
      method,
      message: `${id} ${message}`,
      remedy: "Somebody else may be writing at the same time, or this device does not allow the value.",
      outcome: "unknown",
    });
  }

  /** What an operation failed with, together with what is true on the device now. */
  async #partialFailure(id: string, error: unknown, last: StateParts, desired: Properties): Promise<Error> {
    const cause = error instanceof Error ? error : new Error(String(error));
    this.#context.device.readAfterWrites();
    const now = await this.observe(desired, last.previous).then(
      (seen) => ({ seen }),
      () => ({ seen: last.observed }),
    );
    // Cleanly not there: the write did not happen, and there is nothing for the state to hold.
    if (now.seen === undefined) {
      return cause;
    }
    return new PartialFailure(id, stateAfter({ ...last, observed: now.seen }), cause);
  }
}
