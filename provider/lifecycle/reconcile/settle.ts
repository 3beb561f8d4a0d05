/** Waiting until the device has finished what a write began. */
import { TimeoutError } from "../../client";
import type { Context } from "../../runtime/context";
import { boundedWait, patienceWithLag, pollUntil } from "../../runtime/poll";
import type { AnyThing } from "../../schema/definition";
import type { Values } from "../../schema/properties";

/** First pause between two reads; it doubles up to the longest. */
const firstPauseMilliseconds = 250;
const longestPauseMilliseconds = 2_000;

/** A write whose effect may take a while. */
export interface Effect {
  readonly desired: Values;
  /** Paths of the inputs that were written. */
  readonly written: ReadonlySet<string>;
  /** What was observed right after the write. */
  readonly observed: Values | undefined;
  readonly observe: () => Promise<Values | undefined>;
  /** Whether everything that was written shows, or need not: without an answer, it may never have arrived. */
  readonly isShown: (values: Values | undefined) => boolean;
}

/**
 * Waits until what the device has accepted shows and nothing is pending, and returns what is observed then.
 * @throws TimeoutError if that takes longer than the inputs or the device's own delays allow.
 */
export async function settled(definition: AnyThing, context: Context, effect: Effect): Promise<Values | undefined> {
  const { desired, written, observe } = effect;
  const pendingIn = (values: Values | undefined) => values && definition.pending?.(values, desired, written);
  let observed = await shown(context, effect);
  let pending = pendingIn(observed);
  if (pending === undefined) {
    return observed;
  }
  const limit =
    context.timeoutMilliseconds ?? boundedWait(context, (await definition.settleMilliseconds?.(context, desired)) ?? 0);
  const started = context.clock.now();
  context.device.readNow();
  for (let pause = firstPauseMilliseconds; pending !== undefined; pause *= 2) {
    if (context.clock.now() - started > limit) {
      throw stillPending(context.device.name, pending, limit);
    }
    await context.clock.sleep(Math.min(pause, longestPauseMilliseconds));
    observed = await observe();
    pending = pendingIn(observed);
  }
  return observed;
}

/** What is observed once the device shows what it has accepted, or has had enough time to. */
function shown(context: Context, { observed, observe, isShown }: Effect): Promise<Values | undefined> {
  return isShown(observed) ? Promise.resolve(observed) : observedLater(context, observe, isShown);
}

/** Observes until `isDone`, for as long as a device may take to show what it has accepted. */
export function observedLater<T>(
  context: Context,
  observe: () => Promise<T>,
  isDone: (observed: T) => boolean,
): Promise<T> {
  context.device.readNow();
  return pollUntil(context, patienceWithLag(context), observe, isDone);
}

function stillPending(device: string, pending: string, limit: number): TimeoutError {
  return new TimeoutError({
    device,
    message: `${pending} after ${Math.round(limit / 1000)} s`,
    remedy: "Check the device's log and its delays, then run again; the state holds what was observed.",
    outcome: "unknown",
  });
}
