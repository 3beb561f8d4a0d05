/** Which things on the devices the deleted resources of one run release, in which order, and which of them they leave. */
import type { Json } from "../../client";

type Values = Readonly<Record<string, Json>>;

export class Releases {
  readonly #inProgress = new Map<string, Promise<unknown>>();
  readonly #released = new Set<string>();
  readonly #left = new Map<string, Values | undefined>();

  /**
   * Releases these ids after any release of them that is in progress. The engine deletes younger resources first, so the
   * oldest one decides what is restored; `isFirst` is false for those that come after another one.
   */
  async perform(ids: readonly string[], work: (isFirst: boolean) => Promise<void>): Promise<void> {
    const release = this.finished(ids).then(() => work(!ids.some((id) => this.#released.has(id))));
    for (const id of ids) {
      this.#inProgress.set(id, release);
    }
    await release;
    for (const id of ids) {
      this.#released.add(id);
    }
  }

  /** Resolves when no release of these ids is in progress, whether it succeeded or failed. */
  async finished(ids: readonly string[]): Promise<void> {
    await Promise.allSettled(ids.map((id) => this.#inProgress.get(id)));
  }

  /**
   * Notes that a deleted resource has left `id` to the resource that declares it now, and with it its state, where that
   * still holds.
   */
  leave(id: string, state?: Values): void {
    this.#left.set(id, state);
  }

  /** The state of the deleted resource that has left `id`. */
  leftState(id: string): Values | undefined {
    return this.#left.get(id);
  }

  /** Whether a deleted resource of this run has left `id` to the one that declares it now. */
  isLeft(id: string): boolean {
    return this.#left.has(id);
  }
}
