/** Watching a device that has yet to finish what was begun. */
import { isDliError, isLoginRefusedError } from "../client";
import type { Context } from "./context";

/** How long and how often to look, in milliseconds. */
export interface Patience {
  readonly limit: number;
  readonly pause: number;
}

/**
 * Looks until what is seen is as hoped for, and gives back what was seen last. What was begun goes on whether or not a
 * look fails, so that is an error only when it is the last one.
 */
export async function lookUntil<T>(
  context: Context,
  { limit, pause }: Patience,
  look: () => Promise<T>,
  isDone: (seen: T) => boolean,
): Promise<T> {
  const started = context.clock.now();
  for (;;) {
    const isLast = context.clock.now() - started >= limit;
    try {
      const seen = await look();
      if (isLast || isDone(seen)) {
        return seen;
      }
    } catch (error) {
      if (isLast || !isDliError(error) || isLoginRefusedError(error)) {
        throw error;
      }
    }
    await context.clock.sleep(pause);
  }
}
