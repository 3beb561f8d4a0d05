import type { DliError } from "../errors/base";
import type { Settings } from "../options";
import type { DeviceRequest } from "../transport/request";

/** Makes the same error again, about another request. */
export type SameError = (request: DeviceRequest) => DliError;

/**
 * Leaves a dead device alone for a while, so that it costs one connect timeout and not one per resource. Two timeouts of
 * requests in a row count as dead, too; a single one may be the request's own fault.
 * Not cockatiel's breaker: that measures its pause with the real time instead of the injected clock.
 */
export class CircuitBreaker {
  #openUntil = Number.NEGATIVE_INFINITY;
  #error: SameError | undefined;
  #timeouts = 0;

  readonly #settings: Settings;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  /** @throws the error that opened the circuit, while it is open. */
  check(request: DeviceRequest): void {
    if (this.#error && !request.probe && this.#settings.clock.now() < this.#openUntil) {
      throw this.#error(request);
    }
  }

  /** The device could not be reached. */
  open(error: SameError): void {
    this.#error = error;
    this.#openUntil = this.#settings.clock.now() + this.#settings.unreachableFor;
  }

  /** The device was reached and did not answer in time. */
  timedOut(error: SameError): void {
    this.#timeouts += 1;
    if (this.#timeouts > 1) {
      this.open(error);
    }
  }

  /** The device answered. */
  answered(): void {
    this.#error = undefined;
    this.#timeouts = 0;
  }
}
