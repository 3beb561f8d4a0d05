/** Outlets of devices by their numbers, the same under every name of a device. */
export class OutletNumbers {
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

  /** The numbers of one device's outlets. */
  of(device: string): number[] {
    return [...(this.#outlets.get(this.#deviceKey(device)) ?? [])];
  }
}
