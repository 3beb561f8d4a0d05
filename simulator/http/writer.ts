/** Writes JSON as the dialects of a device define it. */
import type { DialectSettings } from "../dialects";
import type { Json } from "../schema/nodes";

/** A small random generator (mulberry32), so that a run can be repeated. */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** Writes JSON as this device does: number form, empty tables and member order are dialects. */
export class JsonWriter {
  readonly #dialects: DialectSettings;
  readonly #random = seededRandom(1);
  /** Whether the device writes JSON in the usual way. */
  readonly #isPlain: boolean;

  constructor(dialects: DialectSettings) {
    this.#dialects = dialects;
    const { numbersAs, emptyTable, keyOrder } = dialects;
    this.#isPlain = numbersAs === "integers" && emptyTable === "typed" && keyOrder !== "shuffled";
  }

  write(value: Json): string {
    return this.#isPlain ? JSON.stringify(value) : this.#written(value);
  }

  #written(value: Json): string {
    if (typeof value === "number") {
      return this.#number(value);
    }
    if (Array.isArray(value)) {
      return value.length === 0 ? this.#empty("[]") : `[${value.map((element) => this.#written(element)).join(",")}]`;
    }
    if (typeof value === "object" && value !== null) {
      const entries = Object.entries(value);
      return entries.length === 0
        ? this.#empty("{}")
        : `{${this.#ordered(entries)
            .map(([key, member]) => `${JSON.stringify(key)}:${this.#written(member)}`)
            .join(",")}}`;
    }
    return JSON.stringify(value);
  }

  #number(value: number): string {
    if (!Number.isSafeInteger(value)) {
      return JSON.stringify(value);
    }
    switch (this.#dialects.numbersAs) {
      case "integers":
        return String(value);
      case "floats":
        return `${value}.0`;
      case "fractions":
        return value.toFixed(6);
    }
  }

  #empty(typed: "[]" | "{}"): string {
    return { typed, array: "[]", object: "{}" }[this.#dialects.emptyTable];
  }

  #ordered<T>(entries: T[]): T[] {
    if (this.#dialects.keyOrder === "shuffled") {
      for (let index = entries.length - 1; index > 0; index -= 1) {
        const other = Math.floor(this.#random() * (index + 1));
        [entries[index], entries[other]] = [entries[other] as T, entries[index] as T];
      }
    }
    return entries;
  }
}
