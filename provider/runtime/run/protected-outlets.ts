/** Outlets that the configuration, or the program of one run, forbids switching off. */
export class ProtectedOutlets {
  readonly #outlets = new Map<string, Set<number>>();
  readonly #placeOf: (device: string) => string;

  /** @param placeOf Returns the same for all names of one device. */
  constructor(placeOf: (device: string) => string = (device) => device) {
    this.#placeOf = placeOf;
  }

  add(device: string, number: number): void {
    const place = this.#placeOf(device);
    this.#outlets.set(place, (this.#outlets.get(place) ?? new Set()).add(number));
  }

  has(device: string, number: number): boolean {
    return this.#outlets.get(this.#placeOf(device))?.has(number) ?? false;
  }

  /** Numbers of a device's protected outlets. */
  of(device: string): number[] {
    return [...(this.#outlets.get(this.#placeOf(device)) ?? [])];
  }
}
