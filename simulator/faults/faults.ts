/** The faults of one device: what goes wrong, and with which requests. */

import type { Delivery } from "../http/delivery";
import { pathMatches } from "../journal";
import { checkedFault, type Fault } from "./fault";
import { faultRow } from "./kinds";

/** The properties of a request that select a fault. */
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

  /**
   * Adds one or more faults; each counts the requests from then on.
   * @throws Error if one could never strike as specified; none is added then.
   */
  add(...faults: readonly Fault[]): void {
    this.#armed.push(...faults.map((fault) => ({ fault: checkedFault(fault), seen: 0 })));
  }

  /** Removes all faults and releases held responses. */
  clear(): void {
    this.#armed = [];
    const held = this.#held;
    this.#held = [];
    for (const release of held) {
      release();
    }
  }

  /** Resolves the next time that the faults are cleared. */
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

/** How one request is handled. */
export interface Effect {
  /** The fault's name in the journal; null without a fault. */
  readonly name: string | null;
  /** Whether the request is carried out. */
  readonly acts: boolean;
  /** What happens before that. */
  readonly before: (wait: (milliseconds: number) => Promise<void>) => Promise<void> | undefined;
  /** The status that goes out instead of the device's own `status`; 0 if no response goes out. */
  readonly status: (status: number) => number;
  /** Sends the response, or does what happens instead. */
  readonly deliver: (delivery: Delivery) => void | Promise<void>;
}

const noFault: Effect = {
  name: null,
  acts: true,
  before: () => undefined,
  status: (status) => status,
  deliver: (delivery) => delivery.send(),
};

/** How a request is handled under a fault, or without one. */
export function effectOf(fault: Fault | undefined): Effect {
  if (fault === undefined) {
    return noFault;
  }
  const row = faultRow(fault.kind);
  return {
    name: fault.kind === "status" ? `status ${row.status(0, fault)}` : fault.kind,
    acts: fault.acts ?? row.acts,
    before: (wait) => row.before?.(wait, fault),
    status: (status) => row.status(status, fault),
    deliver: (delivery) => row.deliver(delivery, fault),
  };
}
