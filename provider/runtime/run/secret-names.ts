/** Outlets whose names are secrets of the program, so the device's names for them are not shown either. */
export class SecretNames {
  readonly #outlets = new Map<string, Set<number>>();

  add(device: string, outlet: number): void {
    this.#outlets.set(device, (this.#outlets.get(device) ?? new Set()).add(outlet));
  }

  has(device: string, outlet: number): boolean {
    return this.#outlets.get(device)?.has(outlet) ?? false;
  }
}
