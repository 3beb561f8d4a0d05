/** Waiting until the device has finished what a write began. */
import { TimeoutError } from "../../client";
import type { Context } from "../../runtime/context";
import { boundedWait, longerWait, patienceWithLag, pollUntil } from "../../runtime/poll";
import type { AnyThing } from "../../schema/definition";
import type { Properties } from "../../schema/properties";
import type { Values } from "../../schema/values";

/** First pause between two reads; it doubles up to the longest. */
const firstPauseMilliseconds = 250;
const longestPauseMilliseconds = 2_000;

/** What one look at the device has shown; `undefined` = proved not to exist. */
interface Observation {
  readonly observed: Properties | undefined;
}

/** A write whose effect may take a while. */
interface PendingWrite<T extends Observation> {
  readonly desired: Values;
  /** Paths of the inputs that were written. */
  readonly written: ReadonlySet<string>;
  /** What was observed right after the write. */
  readonly first: T;
  readonly observe: () => Promise<T>;
  /** Whether everything that was written shows, or need not: without an answer, it may never have arrived. */
  readonly isShown: (observation: T) => boolean;
}

/**
 * Waits until what the device has accepted shows and nothing is pending, and returns what is observed then.
 * @throws TimeoutError if that takes longer than the inputs or the device's own delays allow.
 */
export async function settled<T extends Observation>(
  definition: AnyThing,
  context: Context,
  write: PendingWrite<T>,
): Promise<T> {
  const { desired, written, first, observe, isShown } = write;
  const pendingIn = ({ observed }: T) => observed && definition.pending?.(observed.values, desired, written);
  const { clock, timeoutMilliseconds } = context;
  const begun = clock.now();
  let latest = isShown(first) ? first : await observedLater(context, observe, isShown);
  let pending = pendingIn(latest);
  if (pending === undefined) {
    return latest;
  }
  const delay = await definition.settleMilliseconds?.(context, desired);
  const patience = delay === undefined ? patienceWithLag(context).limitMilliseconds : boundedWait(context, delay);
  // The resource's own timeout is for all that it waits for; the device's delays begin when the write shows.
  const limit = timeoutMilliseconds ?? clock.now() - begun + patience;
  context.device.readNow();
  for (let pause = firstPauseMilliseconds; pending !== undefined; pause *= 2) {
    const left = limit - (clock.now() - begun);
    if (left <= 0) {
      throw stillPendingError(context, pending, limit);
    }
    await clock.sleep(Math.min(pause, longestPauseMilliseconds, left));
    latest = await observe();
    pending = pendingIn(latest);
  }
  return latest;
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

function stillPendingError(context: Context, pending: string, limit: number): TimeoutError {
  return new TimeoutError({
    device: context.device.name,
    message: `${pending} after ${Math.round(limit / 1000)} s`,
    remedy: `${longerWait(context)} the device's log and its delays, then run again; the state holds what was observed.`,
    outcome: "unknown",
  });
}
