/** What the program of one run declares, and whether it has finished declaring. */
import type { Clock } from "../../client";

/** After this long without a new declaration the program is taken to have finished. */
const quietMilliseconds = 250;

export class Declarations {
  readonly #kept: Set<string>;
  #last = Number.NEGATIVE_INFINITY;

  readonly #clock: Clock;

  constructor(clock: Clock, kept: Set<string> = new Set()) {
    this.#clock = clock;
    this.#kept = kept;
  }

  /** The same declarations for a plan, which waits for no more of them. */
  withoutWaiting(): Declarations {
    return new Declarations(this.#clock, this.#kept);
  }

  /** Whether the program has declared anything. */
  get hasAny(): boolean {
    return this.#kept.size > 0 || this.#last > Number.NEGATIVE_INFINITY;
  }

  /** Notes that the program has just declared something. */
  arrived(): void {
    this.#last = this.#clock.now();
  }

  /**
   * Waits until the program has declared nothing new for a moment. The engine starts operations while the program is
   * still declaring resources, and what these say may forbid an operation.
   */
  async finished(): Promise<void> {
    for (;;) {
      const left = this.#last + quietMilliseconds - this.#clock.now();
      if (left <= 0) {
        return;
      }
      await this.#clock.sleep(left);
    }
  }

  /** Notes that the program declares `id`, whether or not this run has anything to do about it. */
  keep(id: string): void {
    this.#kept.add(id);
  }

  /**
   * Whether the program declares `id`. Deleting a resource of this id must then leave the thing alone: another resource
   * has taken it over, perhaps in an earlier run that failed before it could delete this one.
   */
  isKept(id: string): boolean {
    return this.#kept.has(id);
  }

  /** Names of the devices on which the program declares a thing, `users/fred`. */
  devicesWith(thing: string): string[] {
    return [...this.#kept].flatMap((id) => {
      const cut = id.indexOf("/");
      return id.slice(cut + 1) === thing ? [id.slice(0, cut)] : [];
    });
  }
}
