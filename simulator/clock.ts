/** The device's time: the clock of this machine, a clock for tests, and a device's own view of either. */
import { longestTimer } from "./longest-timer";

/** A timer of a clock. */
export interface ClockTimer {
  cancel(): void;
}

/** The device's time. Nothing in the simulator reads the time or waits in any other way. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Runs `callback` once, after that many milliseconds of this clock. */
  startTimer(milliseconds: number, callback: () => void): ClockTimer;
  /** Cancels every timer, so that no handle stays open. */
  clear(): void;
}

/** A clock that moves only when told to. */
export interface ManualClock extends Clock {
  /** Moves the clock and, before it returns, fires every timer that falls due, in order. */
  advance(milliseconds: number): void;
}

/** The time of this machine, running `speed` times faster (default 1). */
export function realClock(speed = 1): Clock {
  const started = Date.now();
  const timers = new Set<NodeJS.Timeout>();
  return {
    now: () => started + (Date.now() - started) * speed,
    startTimer(milliseconds, callback) {
      let timer: NodeJS.Timeout;
      const wait = (left: number): void => {
        const now = Math.min(left, longestTimer);
        timer = setTimeout(() => {
          timers.delete(timer);
          if (left > now) {
            wait(left - now);
          } else {
            callback();
          }
        }, now);
        timers.add(timer);
      };
      wait(milliseconds / speed);
      return {
        cancel() {
          clearTimeout(timer);
          timers.delete(timer);
        },
      };
    },
    clear() {
      for (const timer of timers) {
        clearTimeout(timer);
      }
      timers.clear();
    },
  };
}

/** A clock for tests; starts at `startMilliseconds` since 1970 (default: 2026-01-01 00:00 UTC). */
export function manualClock(startMilliseconds = Date.UTC(2026, 0, 1)): ManualClock {
  let now = startMilliseconds;
  let order = 0;
  const timers = new Set<{ due: number; order: number; callback: () => void }>();
  return {
    now: () => now,
    startTimer(milliseconds, callback) {
      const timer = { due: now + Math.max(0, milliseconds), order: order++, callback };
      timers.add(timer);
      return { cancel: () => void timers.delete(timer) };
    },
    clear: () => timers.clear(),
    advance(milliseconds) {
      const end = now + milliseconds;
      for (;;) {
        const due = [...timers]
          .filter((timer) => timer.due <= end)
          .sort((a, b) => a.due - b.due || a.order - b.order)[0];
        if (due === undefined) {
          break;
        }
        timers.delete(due);
        now = Math.max(now, due.due);
        due.callback();
      }
      now = end;
    },
  };
}

/** A view of a clock that clears only its own timers, so that devices may share one clock. */
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
