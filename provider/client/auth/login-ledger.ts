/** Logins that devices have refused, counted over every client of a process: some failures lock everybody out. */
import { createHmac, randomBytes } from "node:crypto";
import { Mutex } from "../mutex";
import { TransportFault } from "../transport/transport-fault";
import type { Account } from "./credentials";

/** How many logins may fail on one device. Some devices lock everybody out after three. */
const mostFailed = 2;

/** What a device says to a login; `open` when it says neither. */
export type LoginVerdict = "accepted" | "refused" | "open";

/** Why a login is not tried. */
export type Barred = "refusedBefore" | "tooManyFailed";

/** A login was not tried. */
export class LoginBarred extends Error {
  constructor(readonly reason: Barred) {
    super(`not tried (${reason})`);
  }
}

/** Makes marks of logins that reveal none of them. */
const markKey = randomBytes(32);

/** A login as the ledger remembers it. */
export interface LoginMark {
  readonly mark: string;
  /** Whose login it is; `undefined` for a token. */
  readonly username: string | undefined;
}

/** Every request asks for the mark of its account. */
const marksOfAccounts = new WeakMap<Account, LoginMark>();

/** The mark of a user's password. */
export function markOfAccount(account: Account): LoginMark {
  const { username, password } = account;
  const mark = marksOfAccounts.get(account) ?? { mark: markOf(["account", username, password]), username };
  marksOfAccounts.set(account, mark);
  return mark;
}

/** The mark of a token. */
export function markOfToken(token: string): LoginMark {
  return { mark: markOf(["token", token]), username: undefined };
}

function markOf(parts: readonly string[]): string {
  return createHmac("sha256", markKey).update(JSON.stringify(parts)).digest("base64");
}

/**
 * The logins to one device: which it has refused, and how many have failed. Every login that may fail passes `attempt`.
 * One that the device has accepted before is no guess, so it counts only against the failures in a row.
 */
export class DeviceLogins {
  readonly #attempts = new Mutex();
  readonly #checks = new Mutex();
  readonly #accepted = new Set<string>();
  /** With whose logins they are. */
  readonly #refused = new Map<string, string | undefined>();
  #failed = 0;
  #failedInARow = 0;
  /** Attempts whose answer was lost, by login: each may have failed. */
  readonly #unanswered = new Map<string, number>();

  /** Logins that failed since the device last accepted one. */
  get failedInARow(): number {
    return this.#failedInARow;
  }

  /** Whether a login of which nothing is known may be tried. */
  get hasRoom(): boolean {
    const lost = [...this.#unanswered.values()].reduce((sum, times) => sum + times, 0);
    return this.#failed + lost < mostFailed;
  }

  /** Why this login must not be tried, if it must not. */
  barred({ mark }: LoginMark): Barred | undefined {
    if (this.#refused.has(mark)) {
      return "refusedBefore";
    }
    const mayFail = this.#accepted.has(mark) ? this.#failedInARow < mostFailed : this.hasRoom;
    return mayFail ? undefined : "tooManyFailed";
  }

  /**
   * Makes one attempt to log in. Attempts of several clients come one after the other, so that each knows what became of
   * the one before.
   * @throws LoginBarred without having tried; and what `send` throws, after which the login may have failed.
   */
  attempt<T>(login: LoginMark, send: () => Promise<T>, verdictOf: (response: T) => LoginVerdict): Promise<T> {
    return this.#attempts.run(async () => {
      const reason = this.barred(login);
      if (reason !== undefined) {
        throw new LoginBarred(reason);
      }
      const response = await send().catch((error: unknown) => {
        this.#lost(login, error);
        throw error;
      });
      const verdict = verdictOf(response);
      if (verdict === "accepted") {
        this.accepted(login);
      } else if (verdict === "refused") {
        this.refused(login);
      }
      return response;
    });
  }

  #lost({ mark }: LoginMark, error: unknown): void {
    if (error instanceof TransportFault && error.sent && !this.#accepted.has(mark)) {
      this.#unanswered.set(mark, (this.#unanswered.get(mark) ?? 0) + 1);
    }
  }

  /** Checks one login of somebody else, with nobody else's check before it has ended. */
  check<T>(work: () => Promise<T>): Promise<T> {
    return this.#checks.run(work);
  }

  /** The device has accepted a login. */
  accepted({ mark }: LoginMark): void {
    this.#accepted.add(mark);
    this.#unanswered.delete(mark);
    this.#failedInARow = 0;
  }

  /** The device has refused a login, for the time being for good. */
  refused({ mark, username }: LoginMark, times = 1): void {
    this.#accepted.delete(mark);
    this.#refused.set(mark, username);
    const all = times + (this.#unanswered.get(mark) ?? 0);
    this.#unanswered.delete(mark);
    this.#failed += all;
    this.#failedInARow += all;
  }

  /** A write may have made logins right that were wrong: of one user, or all. What has failed stays counted. */
  forgetRefused(username?: string): void {
    for (const [mark, owner] of this.#refused) {
      if (username === undefined || owner === username) {
        this.#refused.delete(mark);
      }
    }
  }
}

/** The logins to every device that the clients of a process use, by its address. */
export class LoginLedger {
  readonly #devices = new Map<string, DeviceLogins>();

  /** The logins to the device at an address. */
  of(origin: string): DeviceLogins {
    const known = this.#devices.get(origin) ?? new DeviceLogins();
    this.#devices.set(origin, known);
    return known;
  }

  /** A device responds at another address from now on, unless it is another device that does: what it refuses is open. */
  moved(logins: DeviceLogins, origin: string): void {
    if (this.#devices.get(origin) === logins) {
      return;
    }
    logins.forgetRefused();
    this.#devices.set(origin, logins);
  }
}

/** What this process remembers for as long as it lives. */
export const processLogins: LoginLedger = new LoginLedger();
