/** Script functions that the program of one run brings to the devices, and waiting for one that is not there yet. */
import type { Clock } from "../../client";

export class ScriptFunctions {
  readonly #announced = new Map<string, Set<string>>();
  #waiting: (() => void)[] = [];

  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Notes that a Script of the program brings these functions to the device. */
  announce(device: string, names: readonly string[]): void {
    this.#announced.set(device, new Set([...(this.#announced.get(device) ?? []), ...names]));
    this.recheck();
  }

  /** Whether a Script of the program brings this function. */
  isAnnounced(device: string, name: string): boolean {
    return this.#announced.get(device)?.has(name) ?? false;
  }

  /** Something has happened that may have brought a function: everything that waits in `until` looks again. */
  recheck(): void {
    for (const wake of this.#waiting.splice(0)) {
      wake();
    }
  }

  /** Resolves when `condition` holds, with false when it still does not after `milliseconds`. */
  async until(condition: () => boolean | Promise<boolean>, milliseconds: number): Promise<boolean> {
    const timer = new AbortController();
    const deadline = this.#clock.sleep(milliseconds, timer.signal).then(
      () => true,
      () => true,
    );
    try {
      for (;;) {
        const woken = new Promise<false>((resolve) => this.#waiting.push(() => resolve(false)));
        if (await condition()) {
          return true;
        }
        if (await Promise.race([woken, deadline])) {
          return condition();
        }
      }
    } finally {
      timer.abort();
    }
  }
}
