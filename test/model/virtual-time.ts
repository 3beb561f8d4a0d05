/**
 * The time of both devices and of the provider in a run: it stands still while anything is under way and then jumps to
 * the next moment that something waits for, so that what happens does not depend on how busy this machine is.
 */
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { Clock } from "../../provider/client";
import { type ManualClock, manualClock } from "../../simulator";

/** This many turns of the event loop without a request mean that only waiting is left. */
const quietTurns = 12;

/** The channels on which undici announces its requests. */
const beginnings = ["undici:request:create"];
const endings = ["undici:request:trailers", "undici:request:error"];

/** Pending requests of this process. */
class Requests {
  readonly #open = new Set<unknown>();
  /** Incremented whenever a request begins or ends. */
  events = 0;

  readonly #begin = (message: unknown) => {
    this.#open.add((message as { request: unknown }).request);
    this.events += 1;
  };
  readonly #end = (message: unknown) => {
    this.#open.delete((message as { request: unknown }).request);
    this.events += 1;
  };

  get count(): number {
    return this.#open.size;
  }

  watch(): void {
    for (const channel of beginnings) {
      subscribe(channel, this.#begin);
    }
    for (const channel of endings) {
      subscribe(channel, this.#end);
    }
  }

  ignore(): void {
    for (const channel of beginnings) {
      unsubscribe(channel, this.#begin);
    }
    for (const channel of endings) {
      unsubscribe(channel, this.#end);
    }
  }
}

interface Sleeper {
  readonly due: number;
  readonly wake: () => void;
}

export class VirtualTime {
  /** The devices' clock. */
  readonly devices: ManualClock = manualClock();
  readonly #requests = new Requests();
  #sleepers: Sleeper[] = [];
  #moving = false;

  /** The provider's clock. */
  readonly provider: Clock = {
    now: () => this.devices.now(),
    sleep: (milliseconds, signal) =>
      new Promise<void>((resolve, reject) => {
        if (signal?.aborted) {
          return reject(signal.reason);
        }
        const sleeper = { due: this.devices.now() + milliseconds, wake: resolve };
        this.#sleepers.push(sleeper);
        signal?.addEventListener(
          "abort",
          () => {
            this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
            reject(signal.reason);
          },
          { once: true },
        );
        void this.#move();
      }),
  };

  constructor() {
    this.#requests.watch();
  }

  /** Lets time pass on the devices, so that they come to rest. */
  pass(milliseconds: number): void {
    this.devices.advance(milliseconds);
  }

  end(): void {
    this.#requests.ignore();
  }

  async #move(): Promise<void> {
    if (this.#moving) {
      return;
    }
    this.#moving = true;
    while (this.#sleepers.length > 0) {
      await this.#quiet();
      const next = this.#sleepers.reduce<Sleeper | undefined>(
        (first, sleeper) => (first && first.due <= sleeper.due ? first : sleeper),
        undefined,
      );
      if (!next) {
        break;
      }
      this.devices.advance(Math.max(0, next.due - this.devices.now()));
      this.#sleepers = this.#sleepers.filter((sleeper) => sleeper !== next);
      next.wake();
    }
    this.#moving = false;
  }

  /** Resolves when nothing but waiting is left. */
  async #quiet(): Promise<void> {
    for (let turns = 0, seen = this.#requests.events; turns < quietTurns; turns++) {
      await new Promise((resolve) => setImmediate(resolve));
      if (this.#requests.count === 0 && this.#requests.events === seen) {
        continue;
      }
      seen = this.#requests.events;
      turns = -1;
    }
  }
}
