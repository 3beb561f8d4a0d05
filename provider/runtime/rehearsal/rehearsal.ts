/** One operation of a plan: everything that an update would do, but for the writes, which are noted. */
import type { Clock } from "../../client";
import type { WriteRequest } from "../gate/effect";
import type { Read } from "../gate/gate";

/** A plan ends where the operation would wait for the device to follow a write. It is no failure. */
export class RehearsalEnds extends Error {
  override readonly name = "RehearsalEnds";
}

/** What an operation has been found to change, by the names of its inputs. */
export interface PlannedChange {
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
  /** Whether messages may show both values. */
  readonly isShown: boolean;
}

/** A function of the device's script that an operation needs and that is not there. */
export interface MissingFunction {
  readonly device: string;
  readonly name: string;
}

/** What is to be known of a write besides what it changes. */
export interface PlannedNotice {
  readonly text: string;
  /** It need not be said where the program gives the admin another password. */
  readonly isOfPassword?: true;
}

/** A request that the operation would send. */
export interface NotedRequest {
  readonly request: WriteRequest;
  /** Reads the device as it will be just before. */
  readonly before: Read;
}

/**
 * What is rehearsed.
 * - `change`: something of the plan, which what comes later in it builds upon.
 * - `removal`: that a resource goes, in the run that the plan is for.
 * - `later`: that it goes one day, when the program does not declare it any more.
 */
export type Rehearsed = "change" | "removal" | "later";

export class Rehearsal {
  /** In order. */
  readonly requests: NotedRequest[] = [];
  readonly warnings: string[] = [];
  readonly notices: PlannedNotice[] = [];
  readonly missingFunctions: MissingFunction[] = [];
  /** The operation needs a function of which the text of the program's Script does not tell whether it brings it. */
  hasUncertainFunction = false;
  /** Where a thing is made or changed: what of it; `undefined` until that is known. */
  changes: readonly PlannedChange[] | undefined;
  isMade = false;
  /** What the gate has refused. */
  refusal: unknown;
  #hasWaited = false;

  readonly #clock: Clock;
  #waited = 0;

  constructor(
    clock: Clock,
    readonly of: Rehearsed = "change",
  ) {
    this.#clock = clock;
  }

  /** Whether the operation had to wait for the device before its first write: what comes then is not known. */
  get hasWaited(): boolean {
    return this.#hasWaited;
  }

  /** Notes a request instead of sending it. */
  note(noted: NotedRequest): void {
    this.requests.push(noted);
  }

  /** Shows a warning, unless the operation has begun to write: what it says then is not about this device. */
  warn(message: string): void {
    if (this.requests.length === 0) {
      this.warnings.push(message);
    }
  }

  /** A clock on which waiting takes no time. */
  get clock(): Clock {
    return {
      now: () => this.#clock.now() + this.#waited,
      sleep: async (milliseconds) => {
        if (this.requests.length > 0) {
          throw new RehearsalEnds("the device would be waited for");
        }
        this.#hasWaited = true;
        this.#waited += milliseconds;
      },
    };
  }
}
