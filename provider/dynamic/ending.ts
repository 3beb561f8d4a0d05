/**
 * What Pulumi's process for dynamic providers says when the engine ends it. If the program has stopped declaring a
 * resource, the engine asks nothing about it before deleting it, and by then the program has ended; but an engine that
 * refreshes has read the resource, and still shows what this process prints.
 */
import type { LeavingResource } from "../lifecycle/plan/resource-plan";
import type { Preview } from "./preview";

/** Less than the five seconds after which the engine kills a process that has not ended. */
const longestMilliseconds = 3_000;

export class Ending {
  /** By id. */
  readonly #read = new Map<string, LeavingResource>();
  readonly #preview: () => Preview;
  #calls = 0;
  #isChanging = false;

  constructor(preview: () => Preview) {
    this.#preview = preview;
  }

  /** Notes that the engine has read a resource that is in the state. */
  wasRead(leaving: LeavingResource): void {
    if (this.#read.size === 0 && !this.#isChanging) {
      process.once("SIGINT", () => void this.#end().finally(() => process.exit()));
    }
    this.#read.set(leaving.id, leaving);
  }

  /** Notes that the run changes the device: what it deletes was planned before. */
  changesBegin(): void {
    this.#isChanging = true;
  }

  /** Performs a call from the engine; a run that ends while one is under way was interrupted. */
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
    for (const line of await Promise.race([this.#preview().linesOfUndeclared(this.#read.values()), limit])) {
      console.log(line);
    }
  }
}
