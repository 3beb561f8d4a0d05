/** Every way in which the simulator can fail a request, for the fault matrix. */
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
  oddAnswer: [
    ["the note of a busy device", {}],
    ["an empty object", { body: "{}" }],
    ["null", { body: "null" }],
  ],
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

/**
 * Configuration for the run that is struck. An answer that drips passes only when it is short; a request that misses
 * the deadline for another reason (a busy machine) is one more fault, and has to end as well as any.
 */
export function configUnder({ kind }: Fault): Record<string, string> {
  return kind === "slowDrip" ? { "dli:requestTimeoutSeconds": "0.1" } : {};
}
