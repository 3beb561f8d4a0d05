/** Polls a device until it has finished what was started. */
import { isDliError, isLoginNotTriedError, isLoginRefusedError } from "../client";
import type { Context } from "./context";

/** How long to poll, and the pause between two reads. */
export interface Patience {
  readonly limitMilliseconds: number;
  readonly pauseMilliseconds: number;
}

/**
 * How long a device may take to show what it has accepted. Until then it is neither sent again nor an error: a short lag
 * is normal (device.md section 4.1 point 6).
 */
const lagMilliseconds = 5_000;
const lagPauseMilliseconds = 250;

/**
 * The patience with a device that has accepted a write and does not show its effect yet.
 * @param delayMilliseconds How much later the effect may come by the device's own delays.
 */
export function patienceWithLag(context: Context, delayMilliseconds = 0): Patience {
  const limitMilliseconds = boundedWait(context, lagMilliseconds + delayMilliseconds);
  return { limitMilliseconds, pauseMilliseconds: lagPauseMilliseconds };
}

/** How long anything waits for a device if the program sets no timeout. */
const longestWaitMilliseconds = 10 * 60 * 1000;

/**
 * A duration that a device asks for, in milliseconds, but never longer than the resource's own timeout. A value that is
 * not a duration gives 0.
 */
export function boundedWait({ timeoutMilliseconds }: Context, milliseconds: number): number {
  const wait = Number.isNaN(milliseconds) ? 0 : milliseconds;
  return Math.min(Math.max(wait, 0), timeoutMilliseconds ?? longestWaitMilliseconds);
}

/** The beginning of the remedy for a wait that was too short, before what is to be checked. */
export function longerWait({ timeoutMilliseconds }: Context): string {
  return timeoutMilliseconds === undefined ? "Check" : "Raise `customTimeouts` if it only takes longer, or check";
}

/**
 * Polls until `isDone` or the limit, and returns the last value. The device carries on even if a read fails, so a
 * failed request is an error only at the last poll, or if the login was refused or not tried.
 */
export async function pollUntil<T>(
  { clock }: Context,
  { limitMilliseconds, pauseMilliseconds }: Patience,
  poll: () => Promise<T>,
  isDone: (value: T) => boolean,
): Promise<T> {
  const started = clock.now();
  for (;;) {
    const left = limitMilliseconds - (clock.now() - started);
    const isLast = left <= 0;
    try {
      const value = await poll();
      if (isLast || isDone(value)) {
        return value;
      }
    } catch (error) {
      if (isLast || !isDliError(error) || isLoginRefusedError(error) || isLoginNotTriedError(error)) {
        throw error;
      }
    }
    await clock.sleep(Math.min(pauseMilliseconds, left));
  }
}
