/** Which things on the devices the resources of one run have created or taken over. */
export class Claims {
  readonly #ids = new Set<string>();

  /** Claims `id` for a resource; false if another resource of the run already has it. */
  take(id: string): boolean {
    const isFree = !this.#ids.has(id);
    this.#ids.add(id);
    return isFree;
  }

  /** Drops the claim, after a failed create. */
  drop(id: string): void {
    this.#ids.delete(id);
  }

  /** Whether a resource of this run has created or taken over `id`. */
  has(id: string): boolean {
    return this.#ids.has(id);
  }
}
