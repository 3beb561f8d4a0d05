/** Polls a device that has not finished what was started. */
import { isDliError, isLoginNotTriedError, isLoginRefusedError } from "../client";
import type { Context } from "./context";

/** How long to poll, and the pause between two reads. */
export interface Patience {
  readonly limitMilliseconds: number;
  readonly pauseMilliseconds: number;
}

/** How long anything waits for a device where the program says nothing. */
const longestWaitMilliseconds = 10 * 60 * 1000;

/**
 * A duration that a device asks for, in milliseconds: never longer than the resource's own timeout. What is no duration
 * counts as none.
 */
export function boundedWait({ timeoutMilliseconds }: Context, milliseconds: number): number {
  const wait = Number.isNaN(milliseconds) ? 0 : milliseconds;
  return Math.min(Math.max(wait, 0), timeoutMilliseconds ?? longestWaitMilliseconds);
}

/**
 * Polls until `isDone`, and returns the last value. What was started goes on whether or not a read fails, so a failure
 * counts only when it is the last one.
 */
export async function pollUntil<T>(
  { clock }: Context,
  { limitMilliseconds, pauseMilliseconds }: Patience,
  poll: () => Promise<T>,
  isDone: (value: T) => boolean,
): Promise<T> {
  const started = clock.now();
  for (;;) {
    const isLast = clock.now() - started >= limitMilliseconds;
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
    await clock.sleep(pauseMilliseconds);
  }
}
