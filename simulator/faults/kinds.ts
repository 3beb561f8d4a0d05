/** Every kind of fault as one row, from which the type, help, journal, delivery and tests follow. */
import type { Delivery } from "../http/delivery";

/** The settings that kinds of faults use. */
export interface FaultSettings {
  /** For kind status: 401, 409, 429, 500, 503, or any other. Default 500. */
  readonly status?: number;
  /** For kind status: the Retry-After header. */
  readonly retryAfterSeconds?: number;
  /** For delay and slowDrip, in real milliseconds. */
  readonly milliseconds?: number;
  /** For oddAnswer: the body, as JSON. Default {"error":"busy"}. */
  readonly body?: string;
}

/** A kind of fault. */
interface FaultRow {
  /** What goes wrong, for --help. */
  readonly description: string;
  /** The settings that make a difference; others are refused. */
  readonly uses: readonly (keyof FaultSettings)[];
  /** Whether the request is carried out, unless the fault's own `acts` says otherwise. */
  readonly acts: boolean;
  /** The status that goes out instead of the device's own `status`; 0 if no response goes out. */
  readonly status: (status: number, settings: FaultSettings) => number;
  /** What happens before the request is carried out. */
  readonly before?: (wait: (milliseconds: number) => Promise<void>, settings: FaultSettings) => Promise<void>;
  /** Sends the response, or does what happens instead. */
  readonly deliver: (delivery: Delivery, settings: FaultSettings) => void | Promise<void>;
}

/** The status of a response with a body, which 204 cannot have. */
const withBody = (status: number) => (status === 204 ? 200 : status);

/** All kinds of faults. */
export const faultTable = {
  delay: {
    description: "nothing happens for `milliseconds` (default 1000) of real time, then the request is carried out",
    uses: ["milliseconds"],
    acts: true,
    status: (status) => status,
    before: (wait, { milliseconds = 1000 }) => wait(milliseconds),
    deliver: (delivery) => delivery.send(),
  },
  hold: {
    description:
      "the request is carried out, and its response waits until the faults are cleared (DELETE /faults at the control port)",
    uses: [],
    acts: true,
    status: (status) => status,
    deliver: async (delivery) => {
      await delivery.faultsCleared();
      delivery.send();
    },
  },
  dropBefore: {
    description: "the connection closes without a response and nothing is carried out",
    uses: [],
    acts: false,
    status: () => 0,
    deliver: (delivery) => delivery.drop(),
  },
  dropAfter: {
    description: "the request is carried out, then the connection closes without a response",
    uses: [],
    acts: true,
    status: () => 0,
    deliver: (delivery) => delivery.drop(),
  },
  status: {
    description:
      "the response has this `status`, with Retry-After when `retryAfterSeconds` is given; nothing is carried out",
    uses: ["status", "retryAfterSeconds"],
    acts: false,
    status: (_status, { status = 500 }) => status,
    deliver: (delivery, { status = 500, retryAfterSeconds }) => delivery.refuse(status, retryAfterSeconds),
  },
  garbage: {
    description: "the request is carried out, and the response is 200 with a body that is not JSON",
    uses: [],
    acts: true,
    status: () => 200,
    deliver: (delivery) =>
      delivery.send({
        status: 200,
        headers: { "Content-Type": "application/json" },
        body: "<<< this is not JSON {",
      }),
  },
  oddAnswer: {
    description:
      'the response is 200 with the JSON `body` (default {"error":"busy"}) instead of what was asked for; nothing is carried out',
    uses: ["body"],
    acts: false,
    status: () => 200,
    deliver: (delivery, { body = '{"error":"busy"}' }) =>
      delivery.send({ status: 200, headers: { "Content-Type": "application/json" }, body }),
  },
  halfBody: {
    description: "the request is carried out, and the connection closes in the middle of the response",
    uses: [],
    acts: true,
    status: withBody,
    deliver: (delivery) => delivery.sendHalf(),
  },
  reset: {
    description: "a TCP reset; nothing is carried out",
    uses: [],
    acts: false,
    status: () => 0,
    deliver: (delivery) => delivery.reset(),
  },
  slowDrip: {
    description:
      "the request is carried out, and the response comes byte by byte, one every `milliseconds` (default 10) of real time",
    uses: ["milliseconds"],
    acts: true,
    status: (status) => status,
    deliver: (delivery, { milliseconds = 10 }) => delivery.drip(milliseconds),
  },
} as const satisfies Record<string, FaultRow>;

/** The name of a kind. */
export type FaultKind = keyof typeof faultTable;

/** The names of all kinds. */
export const faultKinds = Object.keys(faultTable) as readonly FaultKind[];

/** The row of a kind. */
export function faultRow(kind: FaultKind): FaultRow {
  return faultTable[kind];
}
