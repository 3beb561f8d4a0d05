/** Outlets whose names are secrets of the program, so the device's names for them are not shown either. */
export class SecretNames {
  readonly #outlets = new Map<string, Set<number>>();
  readonly #deviceKey: (device: string) => string;

  /** @param deviceKey Returns the same for all names of one device. */
  constructor(deviceKey: (device: string) => string = (device) => device) {
    this.#deviceKey = deviceKey;
  }

  add(device: string, outlet: number): void {
    const key = this.#deviceKey(device);
    this.#outlets.set(key, (this.#outlets.get(key) ?? new Set()).add(outlet));
  }

  has(device: string, outlet: number): boolean {
    return this.#outlets.get(this.#deviceKey(device))?.has(outlet) ?? false;
  }
}
