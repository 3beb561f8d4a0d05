/** Time as the client sees it. */
import { setTimeout as realSleep } from "node:timers/promises";

/**
 * Time as this client sees it: pauses between retries, the quiet window before a verifying read, the age of a shared
 * read, the circuit breaker. Socket deadlines are not part of it: they always run in real time.
 */
export interface Clock {
  /** Milliseconds since any fixed moment; never goes back. */
  now(): number;
  /** Resolves after this many milliseconds; rejects with the signal's reason when that is aborted first. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

/** The real time. */
export const systemClock: Clock = {
  now: () => performance.now(),
  sleep: async (milliseconds, signal) => {
    await realSleep(milliseconds, undefined, signal && { signal }).catch((error: unknown) => {
      throw signal?.aborted ? signal.reason : error;
    });
  },
};
