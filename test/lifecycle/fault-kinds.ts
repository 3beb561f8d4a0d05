/** Everything that the simulator can let go wrong with a request, for the fault matrix. */
import type { Fault } from "../../simulator";

/** What a person would call it, and the fault. */
export const everyFault: readonly (readonly [string, Fault])[] = [
  ["drop before acting", { kind: "dropBefore" }],
  ["drop after acting", { kind: "dropAfter" }],
  ["401", { kind: "status", status: 401 }],
  ["409", { kind: "status", status: 409 }],
  ["500", { kind: "status", status: 500 }],
  ["500 after acting", { kind: "status", status: 500, acts: true }],
  ["503 with Retry-After", { kind: "status", status: 503, retryAfterSeconds: 2 }],
  ["garbage", { kind: "garbage" }],
  ["half a body", { kind: "halfBody" }],
  ["reset", { kind: "reset" }],
  ["slow drip", { kind: "slowDrip", milliseconds: 5 }],
  ["cut off from then on", { kind: "dropBefore", times: "always" }],
  ["cut off from then on after acting", { kind: "dropAfter", times: "always" }],
];

/**
 * Configuration for the run that is struck. An answer that drips passes only when it is short; a request that misses
 * the deadline for another reason (a busy machine) is one more fault, and has to end as well as any.
 */
export function configUnder({ kind }: Fault): Record<string, string> {
  return kind === "slowDrip" ? { "dli:requestTimeoutSeconds": "0.1" } : {};
}
