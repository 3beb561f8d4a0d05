/**
 * Brings a thing on the device from what was observed to what is wanted, or removes it.
 *
 * - Nothing is written that has not been observed to differ, and every write is verified by a read after it.
 * - A write whose answer was lost is not repeated: the device is observed, and that decides.
 * - When something has, or may have, changed and the operation fails all the same, `PartialFailure` carries the truth.
 */
import { type DliError, isDliError, isNotFoundError, NotUnderstoodError, TimeoutError } from "../client";
import type { Context } from "../runtime/context";
import type { Lockout } from "../runtime/lockout";
import type { AnyThing } from "../schema/definition";
import type { InputSpec } from "../schema/inputs";
import { partsOf } from "../schema/properties";
import { goLast, observeAfter, refuseLockouts } from "./access-change";
import { changesToWrite, isSecret, type State, specOf, viewOf } from "./diff";
import { PartialFailure } from "./errors";
import { completedInputs, declaredSecrets, type Inputs, type Seen, type StateParts, stateOf } from "./state";

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
  observe(inputs: Inputs, previous?: State): Promise<Seen | undefined> {
    return this.#definition.observe(this.#context, inputs, previous) as Promise<Seen | undefined>;
  }

  /** Makes or changes the thing. `first` is what was observed before; gives back the state. */
  async bring(id: string, inputs: Inputs, first: Seen | undefined, previous: State): Promise<State> {
    const context = this.#context;
    const definition = this.#definition;
    let observed = first;
    const isKnown = observed && viewOf(definition, observed, inputs);
    const wanted = completedInputs(definition, inputs, previous, isKnown, context.random);
    let assumed = declaredSecrets(definition, wanted, previous);
    const written = new Set<string>();
    const state = (seen: Seen) => stateOf(definition, { wanted: inputs, observed: seen, previous, assumed, first });
    try {
      for (let attempt = 1, isLast = false; ; attempt++) {
        const changes = this.changes(observed, wanted, assumed);
        if (observed && changes.size === 0) {
          return state(observed);
        }
        await definition.guard?.(context, wanted, observed);
        const lockouts = await this.#lockouts(wanted, observed, changes);
        if (lockouts.length > 0 && !isLast) {
          refuseLockouts(context, inputs, lockouts);
          await goLast(context, lockouts);
          isLast = true;
          context.device.readNow();
          observed = await this.observe(wanted, previous);
          continue;
        }
        for (const name of changes) {
          written.add(name);
        }
        const failure = await this.#tryApply(wanted, observed, changes);
        if (!failure) {
          assumed = declaredSecrets(definition, wanted, wanted);
        }
        context.device.readAfterWrites();
        const look = () => this.observe(wanted, previous);
        const after = lockouts.length > 0 ? await observeAfter(context, lockouts, failure, look) : await look();
        if (after === "ended") {
          return state({ ...observed, ...inputs });
        }
        observed = await this.#settle(wanted, after, written, previous);
        const left = changesToWrite(definition, observed, wanted, assumed);
        if (observed && left.size === 0) {
          return state(observed);
        }
        if (attempt >= attempts || (!failure && attempt >= attempts - 1)) {
          throw failure ?? this.#didNotTake(id, wanted, observed, left);
        }
      }
    } catch (error) {
      if (!context.device.hasWritten) {
        throw error;
      }
      throw await this.#partialFailure(
        id,
        error,
        { wanted: inputs, observed: observed ?? {}, previous, first },
        wanted,
      );
    }
  }

  /** Removes the thing; what is gone is fine. */
  async remove(id: string, inputs: Inputs, state: State): Promise<void> {
    const context = this.#context;
    const definition = this.#definition;
    for (let attempt = 1; ; attempt++) {
      const observed = await this.observe(inputs, state);
      if (observed === undefined) {
        return;
      }
      const lockouts = (await definition.lockout?.(context, inputs, observed, "removal")) ?? [];
      if (lockouts.length > 0) {
        refuseLockouts(context, inputs, lockouts);
        await goLast(context, lockouts);
      }
      let failure: Error | undefined;
      try {
        await definition.release?.(context, inputs);
      } catch (error) {
        if (isDliError(error) && error.outcome === "unknown") {
          failure = error;
        } else if (!isNotFoundError(error)) {
          throw error;
        }
      }
      context.device.readAfterWrites();
      const look = () => this.observe(inputs, state);
      const after = lockouts.length > 0 ? await observeAfter(context, lockouts, failure, look) : await look();
      if (after === undefined || after === "ended") {
        return;
      }
      if (attempt === attempts) {
        throw failure ?? this.#misunderstood("DELETE", id, "is still there although the device took the request");
      }
    }
  }

  /** The managed inputs that differ from what was observed. */
  changes(observed: Seen | undefined, wanted: Inputs, assumed: State): Set<string> {
    const view = observed && viewOf(this.#definition, observed, wanted);
    return changesToWrite(this.#definition, view, wanted, assumed);
  }

  async #lockouts(
    wanted: Inputs,
    observed: Seen | undefined,
    changes: ReadonlySet<string>,
  ): Promise<readonly Lockout[]> {
    return (await this.#definition.lockout?.(this.#context, wanted, observed, changes)) ?? [];
  }

  /** Applies, and gives back the error when it only means that an answer was lost. */
  async #tryApply(
    wanted: Inputs,
    observed: Seen | undefined,
    changes: ReadonlySet<string>,
  ): Promise<DliError | undefined> {
    try {
      await this.#definition.apply(this.#context, wanted, observed, changes);
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
    wanted: Inputs,
    first: Seen | undefined,
    written: ReadonlySet<string>,
    previous: State,
  ): Promise<Seen | undefined> {
    const context = this.#context;
    const { pending, settleMilliseconds } = this.#definition;
    let observed = first;
    let unfinished = observed && pending?.(observed, wanted, written);
    if (unfinished === undefined) {
      return observed;
    }
    const limit = context.timeoutMilliseconds ?? (await settleMilliseconds?.(context, wanted)) ?? 0;
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
      observed = await this.observe(wanted, previous);
      unfinished = observed && pending?.(observed, wanted, written);
    }
    return observed;
  }

  #didNotTake(id: string, wanted: Inputs, observed: Seen | undefined, left: ReadonlySet<string>): Error {
    if (!observed) {
      return this.#misunderstood("GET", id, "is not there although the device took the request");
    }
    const [seen, declared] = [partsOf(this.#definition, observed), partsOf(this.#definition, wanted)];
    const parts = [...left].map((path) => {
      if (isSecret(specOf(this.#definition, path) as InputSpec, wanted)) {
        return `${path} is not the declared one`;
      }
      const value = JSON.stringify(declared.get(path)?.value);
      const found = seen.get(path)?.value;
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
  async #partialFailure(id: string, error: unknown, last: StateParts, wanted: Inputs): Promise<Error> {
    const cause = error instanceof Error ? error : new Error(String(error));
    this.#context.device.readAfterWrites();
    const now = await this.observe(wanted, last.previous).then(
      (seen) => ({ seen }),
      () => ({ seen: last.observed }),
    );
    // Cleanly not there: the write did not happen, and there is nothing for the state to hold.
    if (now.seen === undefined) {
      return cause;
    }
    return new PartialFailure(id, stateOf(this.#definition, { ...last, observed: now.seen }), cause);
  }
}
