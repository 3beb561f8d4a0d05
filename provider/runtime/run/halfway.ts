/**
 * What has failed halfway in one run. If an error hook of the program asks for it, the engine repeats an operation, with
 * the same request and without asking anything in between; it has not heard what the device has by then.
 */
import type { Json } from "../../client";

/** An operation that failed after it had, or may have, changed the device. */
interface HalfwayError extends Error {
  /** What is true afterwards. */
  readonly state: Readonly<Record<string, Json>>;
}

export class Halfway {
  readonly #failures = new Map<string, HalfwayError>();

  /** Notes that an operation on `id` has failed halfway. */
  hold(id: string, failure: HalfwayError): void {
    this.#failures.set(id, failure);
  }

  /** Notes that the program declares `id`: what follows is no repetition. */
  drop(id: string): void {
    this.#failures.delete(id);
  }

  /** The failure that the next operation on `id` would repeat. */
  failureOf(id: string): HalfwayError | undefined {
    return this.#failures.get(id);
  }
}
