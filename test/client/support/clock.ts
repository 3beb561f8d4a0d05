/** Clocks for tests. */
import type { Clock } from "../../../provider/client";

/** A clock on which every sleep passes at once and is recorded. */
export interface InstantClock extends Clock {
  readonly slept: number[];
  advance(milliseconds: number): void;
}

export function instantClock(): InstantClock {
  let time = 1000;
  const slept: number[] = [];
  return {
    slept,
    now: () => time,
    advance: (milliseconds) => {
      time += milliseconds;
    },
    sleep: async (milliseconds, signal) => {
      signal?.throwIfAborted();
      slept.push(milliseconds);
      time += milliseconds;
    },
  };
}

/** A clock that moves only by hand. */
export interface ManualClock extends Clock {
  /** Moves the time and wakes the sleepers that are due. */
  advance(milliseconds: number): Promise<void>;
  /** Resolves when this many sleep at the same time. */
  sleepers(count: number): Promise<void>;
}

export function manualClock(): ManualClock {
  let time = 1000;
  let sleeping: { until: number; wake: () => void }[] = [];
  let watchers: { count: number; seen: () => void }[] = [];
  const look = () => {
    for (const watcher of watchers) {
      if (sleeping.length >= watcher.count) {
        watcher.seen();
      }
    }
    watchers = watchers.filter(({ count }) => sleeping.length < count);
  };
  return {
    now: () => time,
    sleep: (milliseconds) =>
      new Promise((wake) => {
        sleeping.push({ until: time + milliseconds, wake });
        look();
      }),
    advance: async (milliseconds) => {
      time += milliseconds;
      const due = sleeping.filter(({ until }) => until <= time);
      sleeping = sleeping.filter(({ until }) => until > time);
      for (const { wake } of due) {
        wake();
      }
      await new Promise((resolve) => setImmediate(resolve));
    },
    sleepers: (count) =>
      new Promise((seen) => {
        watchers.push({ count, seen });
        look();
      }),
  };
}
