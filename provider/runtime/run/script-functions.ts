/** Script functions that the program of one run brings to the devices, and waiting for one that is not there yet. */
import type { Clock } from "../../client";

/** How long the Script of the same program may take to be declared after a resource that names its function. */
const announcementMilliseconds = 1_500;
/** How long that Script may then take to bring the function. */
const scriptMilliseconds = 15_000;

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

  /** Whether a Script of the program brings this function, once the program has had time to declare it. */
  isComing(device: string, name: string): Promise<boolean> {
    return this.until(() => this.isAnnounced(device, name), announcementMilliseconds);
  }

  /** Something has happened that may have brought a function: everything that waits in `until` looks again. */
  recheck(): void {
    for (const wake of this.#waiting.splice(0)) {
      wake();
    }
  }

  /** Whether a function that is not there comes with a Script of the program, once that has been waited for. */
  async comes(device: string, name: string, isPresent: () => Promise<boolean>): Promise<boolean> {
    return (await this.isComing(device, name)) && this.until(isPresent, scriptMilliseconds);
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

/** What a plan knows of them: a function that a Script of the program brings counts as being there. */
export class PlannedScriptFunctions extends ScriptFunctions {
  readonly #functions: ScriptFunctions;
  readonly #missing: (device: string, name: string) => void;

  /** @param missing Told of each function that no Script has announced yet: one may still do so. */
  constructor(functions: ScriptFunctions, clock: Clock, missing: (device: string, name: string) => void) {
    super(clock);
    this.#functions = functions;
    this.#missing = missing;
  }

  override async comes(device: string, name: string): Promise<boolean> {
    const isAnnounced = this.#functions.isAnnounced(device, name);
    if (!isAnnounced) {
      this.#missing(device, name);
    }
    return isAnnounced;
  }
}
