/** Tells when the writes of a client have settled. */
import type { Clock } from "../clock";
import type { Settings } from "../settings";

const shortestPauseMilliseconds = 1;

/** Knows when this client has stopped writing, so that one read can verify a whole wave of writes. */
export class WriteTracker {
  #pending = 0;
  #requested = 0;
  #requestedAt = Number.NEGATIVE_INFINITY;
  #waiting: Promise<void> | undefined;
  #idle: (() => void)[] = [];

  readonly #clock: Clock;
  /** In milliseconds. */
  readonly #quietWindow: number;
  readonly #longestWait: number;

  constructor({ clock, quietWindow, longestQuietWait }: Pick<Settings, "clock" | "quietWindow" | "longestQuietWait">) {
    this.#clock = clock;
    this.#quietWindow = quietWindow;
    this.#longestWait = longestQuietWait;
  }

  /** Runs a write, which is pending from its request to its end. */
  async track<T>(write: () => Promise<T>): Promise<T> {
    this.#pending += 1;
    this.#requested += 1;
    this.#requestedAt = this.#clock.now();
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
   * Waits until no write is pending and none has been requested for the quiet window, but not much longer than the
   * longest wait, counted from the first caller. All who wait at the same time are released together.
   */
  quiet(): Promise<void> {
    this.#waiting ??= this.#waitForQuiet().finally(() => {
      this.#waiting = undefined;
    });
    return this.#waiting;
  }

  async #waitForQuiet(): Promise<void> {
    const clock = this.#clock;
    const latest = clock.now() + this.#longestWait;
    for (;;) {
      // A write still pending at the latest moment need not be waited for: the read queues behind it.
      while (this.#pending > 0 && clock.now() < latest) {
        await new Promise<void>((wake) => this.#idle.push(wake));
      }
      const left = latest - clock.now();
      if (left <= 0) {
        return;
      }
      const seen = this.#requested;
      // Even after a long write, its caller gets the time to request the next one.
      const sinceRequest = clock.now() - this.#requestedAt;
      await clock.sleep(Math.min(Math.max(this.#quietWindow - sinceRequest, shortestPauseMilliseconds), left));
      if (this.#pending === 0 && this.#requested === seen) {
        return;
      }
    }
  }
}
