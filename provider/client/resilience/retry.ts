/** Repeats a request after a failure that may pass in a moment. */
import type { Clock } from "../clock";
import type { Handler, Interceptor } from "../interceptor";
import type { Settings } from "../settings";
import { type DeviceRequest, isRead, label } from "../transport/request";
import type { DeviceResponse } from "../transport/response";
import { isPassing } from "../transport/transport-errors";
import { TransportFault } from "../transport/transport-fault";

const tries = 3;
const firstDelayMilliseconds = 250;
const longestDelayMilliseconds = 10_000;

/**
 * Repeats a request while that is harmless: a read, or a write that was certainly not acted upon. One that adds,
 * removes or starts something is not sent again after an answer: if a busy device had acted nevertheless, it would do so
 * twice, or to the element that has moved up. That answer is handed on once the device has had its pause.
 */
export class Retry implements Interceptor {
  readonly #name: string;
  readonly #log: (line: string) => void;
  readonly #clock: Pick<Clock, "sleep">;
  readonly #random: () => number;

  constructor({ name, log, clock, random }: Pick<Settings, "name" | "log" | "clock" | "random">) {
    this.#name = name;
    this.#log = log;
    this.#clock = clock;
    this.#random = random;
  }

  async intercept(request: DeviceRequest, next: Handler): Promise<DeviceResponse> {
    const pauses = pausesBetweenTries(this.#random);
    for (;;) {
      request.signal?.throwIfAborted();
      const result = await attempt(request, next);
      const pause = request.probe ? undefined : await pauseAfter(result, request, pauses);
      if (pause !== undefined) {
        const isRepeated = result instanceof TransportFault || request.once !== true;
        this.#log(`${this.#name}: ${label(request)} ${isRepeated ? "again" : "is judged"} in ${pause} ms`);
        await this.#clock.sleep(pause, request.signal);
        if (isRepeated) {
          continue;
        }
      }
      if (result instanceof TransportFault) {
        throw result;
      }
      return result;
    }
  }
}

async function attempt(request: DeviceRequest, next: Handler): Promise<DeviceResponse | TransportFault> {
  try {
    return await next(request);
  } catch (error) {
    if (error instanceof TransportFault) {
      return error;
    }
    throw error;
  }
}

/** How long to wait before the next try, in milliseconds; `undefined` if this result is final. */
async function pauseAfter(
  result: DeviceResponse | TransportFault,
  request: DeviceRequest,
  pauses: AsyncGenerator<number>,
): Promise<number | undefined> {
  if (!mayRepeat(result, isRead(request))) {
    return undefined;
  }
  const pause = await pauses.next();
  if (pause.done) {
    return undefined;
  }
  return (result instanceof TransportFault ? undefined : askedFor(result)) ?? pause.value;
}

function mayRepeat(result: DeviceResponse | TransportFault, read: boolean): boolean {
  if (result instanceof TransportFault) {
    return isPassing(result, read);
  }
  // 429 and 503 are answered before anything is done; after 408, 502 and 504 a write may still happen.
  return (read ? [408, 429, 502, 503, 504] : [429, 503]).includes(result.status);
}

/**
 * The pauses before the second and third try of a request, in milliseconds: growing, with jitter, so that several
 * clients do not come back at the same moment. cockatiel computes them; its own retry loop is not used, because it
 * waits with its own timers instead of the injected clock.
 */
async function* pausesBetweenTries(random: () => number): AsyncGenerator<number> {
  const { ExponentialBackoff, noJitterGenerator } = await import("cockatiel");
  let backoff = new ExponentialBackoff<number>({
    initialDelay: firstDelayMilliseconds,
    maxDelay: longestDelayMilliseconds,
    generator: (state, options) => {
      const [delay, next] = noJitterGenerator(state, options);
      return [Math.round((delay / 2) * (1 + random())), next];
    },
  }).next();
  for (let pause = 1; pause < tries; pause++) {
    yield backoff.duration;
    backoff = backoff.next(undefined);
  }
}

/**
 * How long a `Retry-After` header (RFC 9110 section 10.2.3) asks to wait, in milliseconds; at most 10 seconds, since a
 * person is waiting. A date is compared with the device's own `Date`, because its clock may be wrong.
 */
function askedFor(response: DeviceResponse): number | undefined {
  const value = response.header("retry-after");
  if (value === undefined) {
    return undefined;
  }
  const date = response.header("date") ?? "";
  const wait = /^\s*\d+\s*$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.parse(date);
  return Number.isFinite(wait) ? Math.min(Math.max(wait, 0), longestDelayMilliseconds) : undefined;
}
