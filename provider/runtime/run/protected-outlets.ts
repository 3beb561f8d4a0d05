/** Outlets that the configuration, or the program of one run, forbids to switch off. */
export class ProtectedOutlets {
  readonly #outlets = new Map<string, Set<number>>();

  add(device: string, number: number): void {
    this.#outlets.set(device, (this.#outlets.get(device) ?? new Set()).add(number));
  }

  has(device: string, number: number): boolean {
    return this.#outlets.get(device)?.has(number) ?? false;
  }

  /** Numbers of a device's protected outlets. */
  of(device: string): number[] {
    return [...(this.#outlets.get(device) ?? [])];
  }
}
