/** Leaves a dead device alone for a while. */
import type { Clock } from "../clock";
import { DliError } from "../errors/base";
import type { Handler, Interceptor } from "../interceptor";
import type { Settings } from "../settings";
import type { DeviceRequest } from "../transport/request";
import type { DeviceResponse } from "../transport/response";
import { TransportFault } from "../transport/transport-fault";

/** A single timeout may be the request's fault. */
const timeoutsOfDeadDevice = 2;

/**
 * Leaves a dead device alone for a while, so that it costs one connect timeout rather than one per resource. Two
 * request timeouts in a row also mark it as dead.
 * Not cockatiel's breaker: that measures its pause in real time instead of by the injected clock.
 */
export class CircuitBreaker implements Interceptor {
  #openUntil = Number.NEGATIVE_INFINITY;
  #fault: TransportFault | undefined;
  #timeouts = 0;

  readonly #clock: Pick<Clock, "now">;
  readonly #unreachableFor: number;

  constructor({ clock, unreachableFor }: Pick<Settings, "clock" | "unreachableFor">) {
    this.#clock = clock;
    this.#unreachableFor = unreachableFor;
  }

  /** @throws TransportFault; while the breaker is open, the one that opened it, without sending. */
  async intercept(request: DeviceRequest, next: Handler): Promise<DeviceResponse> {
    if (this.#fault && !request.probe && this.#clock.now() < this.#openUntil) {
      throw this.#fault.unsent();
    }
    try {
      const response = await next(request);
      this.#close();
      return response;
    } catch (error) {
      if (error instanceof TransportFault) {
        this.#failed(error);
      }
      // The device did answer: it refused the login.
      if (error instanceof DliError) {
        this.#close();
      }
      throw error;
    }
  }

  #failed(fault: TransportFault): void {
    if (fault.kind === "timeout") {
      this.#timeouts += 1;
    }
    if (fault.kind === "connect" || (fault.kind === "timeout" && this.#timeouts >= timeoutsOfDeadDevice)) {
      this.#fault = fault;
      this.#openUntil = this.#clock.now() + this.#unreachableFor;
    }
  }

  #close(): void {
    this.#fault = undefined;
    this.#timeouts = 0;
  }
}
