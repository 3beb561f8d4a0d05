/** One piece of work at a time, for the requests of a client. */
import type PQueue from "p-queue";

/** Runs one piece of work at a time, first come first served. */
export class Mutex {
  #queue: Promise<PQueue> | undefined;

  /**
   * Runs the work once everything before it has ended.
   * @param signal Takes waiting work out of the queue at once; work that has begun watches the signal itself.
   */
  async run<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted();
    this.#queue ??= loadQueue();
    const queue = await this.#queue;
    if (!signal) {
      return queue.add(work);
    }
    // p-queue's own signal would start the next work while this one's request is still being aborted.
    const waiting = new AbortController();
    const abort = () => waiting.abort(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    const added = queue.add(
      async () => {
        signal.removeEventListener("abort", abort);
        return work();
      },
      { signal: waiting.signal },
    );
    return added.finally(() => signal.removeEventListener("abort", abort));
  }

  /** Resolves when nothing runs and nothing waits. */
  async idle(): Promise<void> {
    await (await this.#queue)?.onIdle();
  }
}

/** Loads p-queue on first use, with `import()`: it is an ES module, and `require` of one warns on Node 20. */
async function loadQueue(): Promise<PQueue> {
  const { default: Queue } = await import("p-queue");
  return new Queue({ concurrency: 1 });
}
