/** Which things on the devices the deleted resources of one run release, and in what order. */
export class Releases {
  readonly #inProgress = new Map<string, Promise<unknown>>();
  readonly #released = new Set<string>();

  /**
   * Releases these ids after any release of them that is in progress. The engine deletes younger resources first, so
   * the oldest one decides what is restored; `isFirst` is false if any of the ids has already been released in this
   * run.
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
}
