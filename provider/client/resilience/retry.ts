import type { Settings } from "../options";

const tries = 3;
const firstDelay = 250;
const longestDelay = 10_000;

/**
 * The pauses before the second and third try of a request, in milliseconds: growing, with jitter, so that several
 * clients do not come back at the same moment. cockatiel makes the numbers; its own retry loop is not used, because it
 * waits with timers of its own, and waiting is the injected clock's.
 */
export async function* pauses(settings: Settings): AsyncGenerator<number> {
  const { ExponentialBackoff, noJitterGenerator } = await import("cockatiel");
  let backoff = new ExponentialBackoff<number>({
    initialDelay: firstDelay,
    maxDelay: longestDelay,
    generator: (state, options) => {
      const [delay, next] = noJitterGenerator(state, options);
      return [Math.round((delay / 2) * (1 + settings.random())), next];
    },
  }).next();
  for (let pause = 1; pause < tries; pause++) {
    yield backoff.duration;
    backoff = backoff.next(undefined);
  }
}

/**
 * How long a `Retry-After` header (RFC 9110 section 10.2.3) asks to wait, in milliseconds; at most 10 seconds, since a
 * person is waiting. A date needs the device's `Date` to be of use, as its clock may be wrong.
 */
export function retryAfter(value: string | undefined, date: string | undefined): number | undefined {
  if (value === undefined) {
    return undefined;
  }
  const wait = /^\s*\d+\s*$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.parse(date ?? "");
  return Number.isFinite(wait) ? Math.min(Math.max(wait, 0), longestDelay) : undefined;
}
