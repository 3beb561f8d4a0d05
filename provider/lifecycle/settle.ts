/** Waiting until the device has finished what a write began. */
import { TimeoutError } from "../client";
import type { Context } from "../runtime/context";
import type { AnyThing } from "../schema/definition";
import type { Properties, Values } from "../schema/properties";

/** First pause between two reads; it doubles up to the longest. */
const firstPauseMilliseconds = 250;
const longestPauseMilliseconds = 2_000;

/**
 * What is observed once nothing is pending any more. `observed` is what was observed right after the write, and
 * `written` are the paths of the inputs that were written.
 * @throws TimeoutError when that takes longer than the inputs or the device's own delays allow.
 */
export async function settled(
  definition: AnyThing,
  context: Context,
  desired: Properties,
  written: ReadonlySet<string>,
  observed: Values | undefined,
  observe: () => Promise<Values | undefined>,
): Promise<Values | undefined> {
  const { pending, settleMilliseconds } = definition;
  let now = observed;
  let unfinished = now && pending?.(now, desired.values, written);
  if (unfinished === undefined) {
    return now;
  }
  const limit = context.timeoutMilliseconds ?? (await settleMilliseconds?.(context, desired.values)) ?? 0;
  const started = context.clock.now();
  context.device.readNow();
  for (let pause = firstPauseMilliseconds; unfinished !== undefined; pause *= 2) {
    if (context.clock.now() - started > limit) {
      throw new TimeoutError({
        device: context.device.name,
        message: `${unfinished} after ${Math.round(limit / 1000)} s`,
        remedy: "Look at the device's log and at its delays, then run again; the state holds what was observed.",
        outcome: "unknown",
      });
    }
    await context.clock.sleep(Math.min(pause, longestPauseMilliseconds));
    now = await observe();
    unfinished = now && pending?.(now, desired.values, written);
  }
  return now;
}
