/** Every way in which the simulator can fail a request, for the fault matrix. */
import { monitorEventLoopDelay } from "node:perf_hooks";
import type { Fault, FaultKind } from "../../simulator";

type Variants = readonly (readonly [name: string, settings: Omit<Fault, "kind">])[];

/** Of every kind, what the matrix tries; a new kind does not compile before it is here. */
const variants: Record<FaultKind, Variants> = {
  dropBefore: [
    ["drop before acting", {}],
    ["cut off from then on", { times: "always" }],
  ],
  dropAfter: [
    ["drop after acting", {}],
    ["cut off from then on after acting", { times: "always" }],
  ],
  status: [
    ["401", { status: 401 }],
    ["409", { status: 409 }],
    ["500", { status: 500 }],
    ["500 after acting", { status: 500, acts: true }],
    ["503 with Retry-After", { status: 503, retryAfterSeconds: 2 }],
  ],
  garbage: [["garbage", {}]],
  // The other forms are tried on reads, in absence.test.ts: to a write, a device may rightly answer null or an empty object.
  oddAnswer: [["the note of a busy device", {}]],
  halfBody: [["half a body", {}]],
  reset: [["reset", {}]],
  slowDrip: [["slow drip", { milliseconds: 5 }]],
  // A late answer fails in no other way than a slow one.
  delay: [],
  // Its answer comes when the test says so; the tests of interrupted runs use it.
  hold: [],
};

/** A label, and the fault. */
export const everyFault: readonly (readonly [string, Fault])[] = Object.entries(variants).flatMap(([kind, ofKind]) =>
  ofKind.map(([name, settings]) => [name, { kind: kind as FaultKind, ...settings }] as const),
);

/** Configuration for the run that is struck. An answer that drips passes only when it is short. */
export function configUnder({ kind }: Fault): Record<string, string> {
  return kind === "slowDrip" ? { "dli:requestTimeoutSeconds": "0.1" } : {};
}

/** Far below the deadline of `configUnder`. */
const LONG_PAUSE_NANOSECONDS = 30e6;

/**
 * Makes a run that is struck. The deadline that a dripping answer misses is short and of real time, so on a busy machine other
 * requests may miss it as well, which is more than one fault: a run that failed after such a pause is made again.
 */
export async function struckRun({ kind }: Fault, run: () => Promise<void>): Promise<void> {
  const triesLeft = kind === "slowDrip" ? [5, 4, 3, 2, 1, 0] : [0];
  for (const left of triesLeft) {
    const pauses = monitorEventLoopDelay({ resolution: 5 });
    pauses.enable();
    try {
      return await run();
    } catch (error) {
      if (left === 0 || pauses.max < LONG_PAUSE_NANOSECONDS) {
        throw error;
      }
    } finally {
      pauses.disable();
    }
  }
}
