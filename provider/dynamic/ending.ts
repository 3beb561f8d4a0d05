/**
 * What Pulumi's process for dynamic providers says when the engine ends it. Of a resource that the program does not declare
 * any more the engine asks nothing before it deletes it, and by then the program has ended; but where it refreshes, the
 * engine has read it, and what this process prints is still shown.
 */
import type { Leaving } from "../lifecycle/plan/found";
import type { Preview } from "./preview";

/** The engine kills what has not ended after five seconds. */
const longestMilliseconds = 3_000;

export class Ending {
  /** By id. */
  readonly #read = new Map<string, Leaving>();
  readonly #preview: () => Preview;
  #calls = 0;
  #isChanging = false;

  constructor(preview: () => Preview) {
    this.#preview = preview;
  }

  /** The engine has read what is in the state. */
  wasRead(leaving: Leaving): void {
    if (this.#read.size === 0 && !this.#isChanging) {
      process.once("SIGINT", () => void this.#end().finally(() => process.exit()));
    }
    this.#read.set(leaving.id, leaving);
  }

  /** The run changes the device: what is deleted in it was planned before. */
  changesBegin(): void {
    this.#isChanging = true;
  }

  /** A call of the engine, which a run does not end before. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    this.#calls += 1;
    try {
      return await work();
    } finally {
      this.#calls -= 1;
    }
  }

  async #end(): Promise<void> {
    if (this.#isChanging || this.#calls > 0) {
      return;
    }
    const limit = new Promise<string[]>((resolve) => setTimeout(() => resolve([]), longestMilliseconds));
    for (const line of await Promise.race([this.#preview().left(this.#read.values()), limit])) {
      console.log(line);
    }
  }
}
