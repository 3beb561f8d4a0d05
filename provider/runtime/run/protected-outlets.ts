/** Outlets that the configuration, or the program of one run, forbids switching off. */
export class ProtectedOutlets {
  readonly #outlets = new Map<string, Set<number>>();
  readonly #deviceKey: (device: string) => string;

  /** @param deviceKey Returns the same for all names of one device. */
  constructor(deviceKey: (device: string) => string = (device) => device) {
    this.#deviceKey = deviceKey;
  }

  add(device: string, number: number): void {
    const key = this.#deviceKey(device);
    this.#outlets.set(key, (this.#outlets.get(key) ?? new Set()).add(number));
  }

  has(device: string, number: number): boolean {
    return this.#outlets.get(this.#deviceKey(device))?.has(number) ?? false;
  }

  /** Numbers of a device's protected outlets. */
  of(device: string): number[] {
    return [...(this.#outlets.get(this.#deviceKey(device)) ?? [])];
  }
}
