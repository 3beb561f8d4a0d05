import type { Clock, ClockTimer } from "./clock";

/** A view on a clock that clears only its own timers, so that devices may share one clock. */
export function ownTimers(clock: Clock): Clock {
  const timers = new Set<ClockTimer>();
  return {
    now: () => clock.now(),
    startTimer(milliseconds, callback) {
      const timer = clock.startTimer(milliseconds, () => {
        timers.delete(timer);
        callback();
      });
      timers.add(timer);
      return {
        cancel() {
          timer.cancel();
          timers.delete(timer);
        },
      };
    },
    clear() {
      for (const timer of timers) {
        timer.cancel();
      }
      timers.clear();
    },
  };
}
