import type { Settings } from "../options";

/** In milliseconds. */
const shortestPause = 1;

/**
 * Knows when this client is about to write, so that a read that is to verify writes can wait for all of a wave and one
 * read verifies them together.
 */
export class WriteTracker {
  #pending = 0;
  #requested = 0;
  #requestedAt = Number.NEGATIVE_INFINITY;
  #waiting: Promise<void> | undefined;
  #idle: (() => void)[] = [];

  readonly #settings: Settings;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  /** Runs something that writes, from the moment it is requested to its end. */
  async track<T>(write: () => Promise<T>): Promise<T> {
    this.#pending += 1;
    this.#requested += 1;
    this.#requestedAt = this.#settings.clock.now();
    try {
      return await write();
    } finally {
      this.#pending -= 1;
      for (const wake of this.#idle.splice(0)) {
        wake();
      }
    }
  }

  /**
   * Waits until no write is pending and none has been requested for the quiet window; not much longer than the longest
   * time, counted from the first who waits. All who wait at the same time are let go together.
   */
  quiet(): Promise<void> {
    this.#waiting ??= this.#waitForQuiet().finally(() => {
      this.#waiting = undefined;
    });
    return this.#waiting;
  }

  async #waitForQuiet(): Promise<void> {
    const { clock, quiet, maxSettle } = this.#settings;
    const latest = clock.now() + maxSettle;
    for (;;) {
      // A write that is still pending at the latest moment needs no waiting for: the read queues behind it.
      while (this.#pending > 0 && clock.now() < latest) {
        await new Promise<void>((wake) => this.#idle.push(wake));
      }
      const left = latest - clock.now();
      if (left <= 0) {
        return;
      }
      const seen = this.#requested;
      // However long the last write took, whoever made it gets the time to request the next.
      const sinceRequest = clock.now() - this.#requestedAt;
      await clock.sleep(Math.min(Math.max(quiet - sinceRequest, shortestPause), left));
      if (this.#pending === 0 && this.#requested === seen) {
        return;
      }
    }
  }
}
