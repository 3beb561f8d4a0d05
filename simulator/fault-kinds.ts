/** Every kind of fault as one row; the keys are the type, and help, journal, delivery and tests follow from the rows. */
import type { Delivery } from "./http/delivery";

/** What a fault says about the way it strikes. */
export interface FaultSettings {
  /** For kind status: 401, 409, 429, 500, 503, or any other. Default 500. */
  readonly status?: number;
  /** For kind status: the Retry-After header. */
  readonly retryAfterSeconds?: number;
  /** For delay and slowDrip, in real milliseconds. */
  readonly milliseconds?: number;
}

/** One kind of fault. */
interface FaultRow {
  /** What goes wrong, for people. */
  readonly description: string;
  /** Whether the request is carried out, unless the fault itself says otherwise. */
  readonly acts: boolean;
  /** The status that goes out instead of the device's own `status`; 0 when no answer goes out. */
  readonly status: (status: number, settings: FaultSettings) => number;
  /** What happens before the request is carried out. */
  readonly before?: (wait: (milliseconds: number) => Promise<void>, settings: FaultSettings) => Promise<void>;
  /** Sends the answer, or does what happens in its place. */
  readonly deliver: (delivery: Delivery, settings: FaultSettings) => void | Promise<void>;
}

/** The status of an answer with a body: 204 has none. */
const withBody = (status: number) => (status === 204 ? 200 : status);

/** All kinds of faults. */
export const faultTable = {
  delay: {
    description: "nothing happens for `milliseconds` (default 1000) of real time, then the request is carried out",
    acts: true,
    status: (status) => status,
    before: (wait, { milliseconds = 1000 }) => wait(milliseconds),
    deliver: (delivery) => delivery.send(),
  },
  hold: {
    description:
      "the request is carried out, and its answer waits until the faults are cleared (DELETE /faults at the control port)",
    acts: true,
    status: (status) => status,
    deliver: async (delivery) => {
      await delivery.faultsCleared();
      delivery.send();
    },
  },
  dropBefore: {
    description: "the connection closes without an answer and nothing is done",
    acts: false,
    status: () => 0,
    deliver: (delivery) => delivery.drop(),
  },
  dropAfter: {
    description: "the request is carried out, then the connection closes without an answer",
    acts: true,
    status: () => 0,
    deliver: (delivery) => delivery.drop(),
  },
  status: {
    description: "the answer has this `status`, with Retry-After when `retryAfterSeconds` is given; nothing is done",
    acts: false,
    status: (_status, { status = 500 }) => status,
    deliver: (delivery, { status = 500, retryAfterSeconds }) => delivery.refuse(status, retryAfterSeconds),
  },
  garbage: {
    description: "the request is carried out, and the answer is 200 with a body that is not JSON",
    acts: true,
    status: () => 200,
    deliver: (delivery) =>
      delivery.send({
        status: 200,
        headers: { "Content-Type": "application/json" },
        body: "<<< this is not JSON {",
      }),
  },
  halfBody: {
    description: "the request is carried out, and the connection closes in the middle of the answer",
    acts: true,
    status: withBody,
    deliver: (delivery) => delivery.sendHalf(),
  },
  reset: {
    description: "a TCP reset, and nothing is done",
    acts: false,
    status: () => 0,
    deliver: (delivery) => delivery.reset(),
  },
  slowDrip: {
    description:
      "the request is carried out, and the answer comes byte by byte, one each `milliseconds` (default 10) of real time",
    acts: true,
    status: (status) => status,
    deliver: (delivery, { milliseconds = 10 }) => delivery.drip(milliseconds),
  },
} as const satisfies Record<string, FaultRow>;

/** The name of a kind. */
export type FaultKind = keyof typeof faultTable;

/** Their names. */
export const faultKinds = Object.keys(faultTable) as readonly FaultKind[];

/** The row of a kind. */
export function faultRow(kind: FaultKind): FaultRow {
  return faultTable[kind];
}
