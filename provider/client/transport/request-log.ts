/** Debug lines about requests: path, status, size and duration. */
import type { Clock } from "../clock";
import type { Handler, Interceptor } from "../interceptor";
import type { Settings } from "../settings";
import { type DeviceRequest, label } from "./request";
import type { DeviceResponse } from "./response";

/** Writes one line for every response; never a secret, a header or a body. */
export class RequestLog implements Interceptor {
  readonly #name: string;
  readonly #log: (line: string) => void;
  readonly #clock: Pick<Clock, "now">;

  constructor({ name, log, clock }: Pick<Settings, "name" | "log" | "clock">) {
    this.#name = name;
    this.#log = log;
    this.#clock = clock;
  }

  async intercept(request: DeviceRequest, next: Handler): Promise<DeviceResponse> {
    const started = this.#clock.now();
    const response = await next(request);
    const took = Math.round(this.#clock.now() - started);
    const { status, text } = response;
    this.#log(`${this.#name}: ${label(request)} -> ${status}, ${text.length} characters, ${took} ms`);
    return response;
  }
}
