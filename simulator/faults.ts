import { pathMatches } from "./journal";

/**
 * What goes wrong.
 * - delay: nothing happens for `milliseconds` (default 1000) of real time, then the request is carried out
 * - hold: the request is carried out, and its answer waits until the faults are cleared
 * - dropBefore: the connection closes without an answer and nothing is done
 * - dropAfter: the request is carried out, then the connection closes without an answer
 * - status: answer `status`, for 503 and 429 with Retry-After when `retryAfterSeconds` is given
 * - garbage: 200 with a body that is not JSON
 * - halfBody: the connection closes in the middle of the answer
 * - reset: a TCP reset, nothing is done
 * - slowDrip: the answer comes byte by byte, one each `milliseconds` (default 10) of real time
 */
export const faultKinds = [
  "delay",
  "hold",
  "dropBefore",
  "dropAfter",
  "status",
  "garbage",
  "halfBody",
  "reset",
  "slowDrip",
] as const;

/** The name of a fault. */
export type FaultKind = (typeof faultKinds)[number];

/** One thing that is to go wrong, and when. */
export interface Fault {
  readonly kind: FaultKind;
  /** For kind status: 401, 409, 429, 500, 503, or any other. Default 500. */
  readonly status?: number;
  /** For kind status: the Retry-After header. */
  readonly retryAfterSeconds?: number;
  /** For delay and slowDrip, in real milliseconds. */
  readonly milliseconds?: number;
  /** Whether the request is carried out. Default: as listed for each kind, true for garbage, halfBody, slowDrip, delay, hold. */
  readonly acts?: boolean;
  /** Only requests with this method on the request line. */
  readonly method?: string;
  /** Only paths that begin so (below /restapi/, or with it) or match. */
  readonly path?: string | RegExp;
  /** Only requests that bring an Authorization header. Default false. */
  readonly onlyAuthenticated?: boolean;
  /** The first matching request that is struck, counted from 1. Default 1. */
  readonly nth?: number;
  /** How many matching requests are struck from there on. Default 1. */
  readonly times?: number | "always";
}

/** What a fault is chosen by. */
export interface FaultRequest {
  readonly method: string;
  readonly path: string;
  readonly isAuthenticated: boolean;
}

/** The faults of one device. */
export class Faults {
  #armed: { fault: Fault; seen: number }[] = [];
  #struck = 0;
  #held: (() => void)[] = [];

  /** Adds one or more faults; each counts the requests from now on. */
  add(...faults: readonly Fault[]): void {
    this.#armed.push(...faults.map((fault) => ({ fault, seen: 0 })));
  }

  /** Removes all faults, and lets go of the answers that are held. */
  clear(): void {
    this.#armed = [];
    const held = this.#held;
    this.#held = [];
    for (const release of held) {
      release();
    }
  }

  /** Resolves when the faults are cleared the next time. */
  cleared(): Promise<void> {
    return new Promise((resolve) => this.#held.push(resolve));
  }

  /** How many requests were struck so far. */
  get struck(): number {
    return this.#struck;
  }

  /** The fault for a request, the oldest one that applies. Every matching fault counts the request. */
  next(request: FaultRequest): Fault | undefined {
    let chosen: Fault | undefined;
    for (const armed of this.#armed) {
      const { fault } = armed;
      const isMatch =
        (fault.method === undefined || fault.method === request.method) &&
        (fault.path === undefined || pathMatches(request.path, fault.path)) &&
        (fault.onlyAuthenticated !== true || request.isAuthenticated);
      if (!isMatch) {
        continue;
      }
      armed.seen += 1;
      const first = fault.nth ?? 1;
      const times = fault.times ?? 1;
      const isStruck = armed.seen >= first && (times === "always" || armed.seen < first + times);
      if (isStruck && chosen === undefined) {
        chosen = fault;
      }
    }
    this.#struck += chosen === undefined ? 0 : 1;
    return chosen;
  }
}

/** Whether a request is carried out under a fault. */
export function faultActs(fault: Fault): boolean {
  return fault.acts ?? !["dropBefore", "status", "reset"].includes(fault.kind);
}

/** A fault as it shows in the journal. */
export function describeFault(fault: Fault): string {
  return fault.kind === "status" ? `status ${fault.status ?? 500}` : fault.kind;
}
