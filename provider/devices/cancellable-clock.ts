/** A clock for operations that the user may cancel. */
import type { Clock } from "../client";
import { OperationCancelled } from "../runtime/operation-cancelled";

/** A clock whose pauses end, with an error, as soon as the signal is aborted. */
export function cancellableClock(clock: Clock, cancelled: AbortSignal): Clock {
  return {
    now: () => clock.now(),
    async sleep(milliseconds, signal) {
      const ends = signal ? AbortSignal.any([signal, cancelled]) : cancelled;
      try {
        await clock.sleep(milliseconds, ends);
      } catch (error) {
        throw cancelled.aborted && !signal?.aborted ? new OperationCancelled() : error;
      }
    },
  };
}
