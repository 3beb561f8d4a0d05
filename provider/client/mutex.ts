import type PQueue from "p-queue";
import { libraries } from "./libraries";

/** One piece of work at a time, first come first served. */
export class Mutex {
  #queue: PQueue | undefined;

  /**
   * Runs the work when its turn has come.
   * @param signal Given up at once while it waits; work that has begun watches the signal itself.
   */
  async run<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted();
    const { PQueue } = await libraries();
    this.#queue ??= new PQueue({ concurrency: 1 });
    if (!signal) {
      return this.#queue.add(work);
    }
    // p-queue's own signal would let the next turn begin while the request of this one is still being taken back.
    const waiting = new AbortController();
    const giveUp = () => waiting.abort(signal.reason);
    signal.addEventListener("abort", giveUp, { once: true });
    const added = this.#queue.add(
      async () => {
        signal.removeEventListener("abort", giveUp);
        return work();
      },
      { signal: waiting.signal },
    );
    return added.finally(() => signal.removeEventListener("abort", giveUp));
  }

  /** Resolves when nothing runs and nothing waits. */
  async idle(): Promise<void> {
    await this.#queue?.onIdle();
  }
}
