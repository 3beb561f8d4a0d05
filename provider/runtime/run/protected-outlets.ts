/** Outlets that the program of one run forbids to switch off. */
export class ProtectedOutlets {
  readonly #outlets = new Set<string>();

  add(device: string, number: number): void {
    this.#outlets.add(`${device}/${number}`);
  }

  has(device: string, number: number): boolean {
    return this.#outlets.has(`${device}/${number}`);
  }
}
