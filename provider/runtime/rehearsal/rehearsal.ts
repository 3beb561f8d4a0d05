/** One operation of a plan: everything that an update would do, except that writes are noted instead of sent. */
import type { Clock } from "../../client";
import type { Account } from "../account";
import type { WriteRequest } from "../gate/effect";
import type { ReadPath } from "../tree/read";

/** Ends the plan of an operation that would wait for the device to follow a write; this is not a failure. */
export class RehearsalEnds extends Error {
  override readonly name = "RehearsalEnds";
}

/** One change that an operation has been found to make; `path` is in terms of its inputs. */
export interface PlannedChange {
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
  /** Whether messages may show both values. */
  readonly isShown: boolean;
}

/** A function that an operation needs and the device's script does not have. */
export interface MissingFunction {
  readonly device: string;
  readonly name: string;
}

/** What the user should know about a write besides what it changes. */
export interface PlannedNotice {
  readonly text: string;
  /** Need not be shown if the program gives the admin another password. */
  readonly isOfPassword?: true;
}

/** A request that the operation would send. */
export interface NotedRequest {
  readonly request: WriteRequest;
  /** Reads the device as it will be just before the request. */
  readonly before: ReadPath;
}

/**
 * What is rehearsed.
 * - `change`: a change in the plan, on which later parts of the plan build.
 * - `removal`: the removal of a resource in the run that the plan is for.
 * - `later`: the removal of a resource one day, once the program has stopped declaring it.
 */
export type Rehearsed = "change" | "removal" | "later";

export class Rehearsal {
  /** In order. */
  readonly requests: NotedRequest[] = [];
  readonly warnings: string[] = [];
  readonly notices: PlannedNotice[] = [];
  readonly missingFunctions: MissingFunction[] = [];
  /** Whether the operation needs a function that the program's Script may bring, though its text does not tell. */
  hasUncertainFunction = false;
  /** What the operation changes about the thing that it creates or updates; `undefined` until that is known. */
  changes: readonly PlannedChange[] | undefined;
  isMade = false;
  /** The error with which the gate has refused a request. */
  refusal: unknown;
  #hasWaited = false;
  #account: Pick<Account, "seesAll"> | undefined;

  readonly #clock: Clock;
  #waited = 0;

  constructor(
    clock: Clock,
    readonly of: Rehearsed = "change",
  ) {
    this.#clock = clock;
  }

  /** Whether the operation had to wait for the device before its first write, so that what follows is not known. */
  get hasWaited(): boolean {
    return this.#hasWaited;
  }

  /** Notes who logs in. */
  by(account: Pick<Account, "seesAll">): void {
    this.#account = account;
  }

  /** Whether the login is shown everything at a path. */
  async seesAll(path: string): Promise<boolean> {
    return (await this.#account?.seesAll(path)) === true;
  }

  /** Notes a request instead of sending it. */
  note(noted: NotedRequest): void {
    this.requests.push(noted);
  }

  /** Keeps a warning to show, unless the operation has begun to write: from then on it is not about the real device. */
  warn(message: string): void {
    if (this.requests.length === 0) {
      this.warnings.push(message);
    }
  }

  /** A clock on which waiting takes no time; after the first noted request, waiting ends the plan. */
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
