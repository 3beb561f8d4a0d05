/** Every way in which the simulator can fail a request, for the fault matrix. */
import { monitorEventLoopDelay } from "node:perf_hooks";
import type { Fault, FaultKind } from "../../simulator";

type Variants = readonly (readonly [name: string, settings: Omit<Fault, "kind">])[];

/** What the matrix tries of each kind; a new kind does not compile until it is here. */
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
  // absence.test.ts tries the other forms on reads: null and an empty object are valid responses to a write.
  oddAnswer: [["the note of a busy device", {}]],
  halfBody: [["half a body", {}]],
  reset: [["reset", {}]],
  slowDrip: [["slow drip", { milliseconds: 5 }]],
  // A late response fails in the same way as a slow one.
  delay: [],
  // The test decides when the response comes; the tests of interrupted runs use this.
  hold: [],
};

/** A label, and the fault. */
export const everyFault: readonly (readonly [string, Fault])[] = Object.entries(variants).flatMap(([kind, ofKind]) =>
  ofKind.map(([name, settings]) => [name, { kind: kind as FaultKind, ...settings }] as const),
);

/** Configuration for the run with the fault: only short responses arrive in time under `slowDrip`. */
export function configUnder({ kind }: Fault): Record<string, string> {
  return kind === "slowDrip" ? { "dli:requestTimeoutSeconds": "0.1" } : {};
}

/** A pause of the event loop far below the deadline in `configUnder`. */
const LONG_PAUSE_NANOSECONDS = 30e6;

/**
 * Does a run with a fault. A dripping response misses a short deadline in real time, which other requests may miss too
 * on a busy machine. That would be more than one fault, so a run that fails after a long pause is repeated.
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
