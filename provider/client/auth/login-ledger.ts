/**
 * What all clients of a process know of the logins to a device: which ones were refused, since a few failures lock
 * everybody out, and the strongest digest that was offered.
 */
import { createHmac, randomBytes } from "node:crypto";
import { Mutex } from "../mutex";
import { TransportFault } from "../transport/transport-fault";
import type { Account } from "./credentials";

/** How many logins may fail on one device. Some devices lock everybody out after three. */
const mostFailed = 2;

/**
 * A device's verdict on a login; `open` when it gives none, `stale` when it says that only the nonce was too old.
 */
export type LoginVerdict = "accepted" | "refused" | "stale" | "open";

/** Why a login must not be tried. */
export type Barred = "refusedBefore" | "tooManyFailed";

/** A login was not tried. */
export class LoginBarred extends Error {
  constructor(readonly reason: Barred) {
    super(`not tried (${reason})`);
  }
}

/** Key of the hashes that identify logins without revealing them. */
const markKey = randomBytes(32);

/** A login as the ledger remembers it. */
export interface LoginMark {
  readonly mark: string;
  /** Whose login it is; `undefined` for a token. */
  readonly username: string | undefined;
}

/** Cached, because every request needs the mark of its account. */
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
 * The logins to one device: which ones it has refused, how many have failed, and how strong a digest it has offered.
 * Every unproven login goes through `attempt`. A login that the device has accepted before is not a guess, so only
 * consecutive failures can bar it.
 */
export class DeviceLogins {
  readonly #attempts = new Mutex();
  readonly #checks = new Mutex();
  readonly #accepted = new Set<string>();
  /** The user of each refused login, by its mark; `undefined` for a token. */
  readonly #refused = new Map<string, string | undefined>();
  #failed = 0;
  #failedInARow = 0;
  /** Attempts whose answer was lost or called stale, by mark: each may have failed. */
  readonly #unclear = new Map<string, number>();
  #strongestOffer = -1;

  /** The rank of the strongest digest that the device has offered; -1 before the first offer. */
  get strongestOffer(): number {
    return this.#strongestOffer;
  }

  /** How many logins have failed since the device last accepted one. */
  get failedInARow(): number {
    return this.#failedInARow;
  }

  /** Whether the device has refused any login. */
  get hasRefused(): boolean {
    return this.#failed > 0;
  }

  /** Whether a login that is not known to be right may be tried. */
  get hasRoom(): boolean {
    const unclear = [...this.#unclear.values()].reduce((sum, times) => sum + times, 0);
    return this.#failed + unclear < mostFailed;
  }

  /** Why this login must not be tried; `undefined` if it may be. */
  barred({ mark }: LoginMark): Barred | undefined {
    if (this.#refused.has(mark)) {
      return "refusedBefore";
    }
    const mayFail = this.#accepted.has(mark) ? this.#failedInARow < mostFailed : this.hasRoom;
    return mayFail ? undefined : "tooManyFailed";
  }

  /**
   * Attempts one login. Attempts of all clients run one at a time, so that each knows the outcome of the one before.
   * @throws LoginBarred without having tried; what `send` throws, after which the login may have failed.
   */
  attempt<T>(login: LoginMark, send: () => Promise<T>, verdictOf: (response: T) => LoginVerdict): Promise<T> {
    return this.#attempts.run(async () => {
      const reason = this.barred(login);
      if (reason !== undefined) {
        throw new LoginBarred(reason);
      }
      const response = await send().catch((error: unknown) => {
        this.#mayHaveFailed(login, isSent(error) ? 1 : 0);
        throw error;
      });
      const verdict = verdictOf(response);
      if (verdict === "accepted") {
        this.accepted(login);
      } else if (verdict === "refused") {
        this.refused(login);
      } else if (verdict === "stale") {
        this.#mayHaveFailed(login, 1);
      }
      return response;
    });
  }

  #mayHaveFailed({ mark }: LoginMark, times: number): void {
    if (!this.#accepted.has(mark)) {
      this.#unclear.set(mark, (this.#unclear.get(mark) ?? 0) + times);
    }
  }

  /**
   * Finds out whether a login that was accepted before still is, after a request with it that may have counted as a
   * failure. If several clients have to, one asks and the others learn from it.
   * @returns The response to `ask`; `undefined` if that was not sent, because earlier logins have failed.
   * @throws What `ask` throws, after which the login is no longer one that is known to be right.
   */
  confirm<T>(
    login: LoginMark,
    ask: () => Promise<T>,
    isAccepted: (response: T) => boolean,
  ): Promise<T | "refused" | undefined> {
    return this.#attempts.run(async () => {
      const isRefused = this.#refused.has(login.mark);
      if (isRefused || this.#failedInARow > 0) {
        this.refused(login);
        return isRefused ? "refused" : undefined;
      }
      const response = await ask().catch((error: unknown) => {
        this.#accepted.delete(login.mark);
        this.#mayHaveFailed(login, isSent(error) ? 2 : 1);
        throw error;
      });
      if (!isAccepted(response)) {
        this.refused(login, 2);
        return "refused";
      }
      return response;
    });
  }

  /** Records that the device offers a digest of this rank. Returns whether none was stronger before. */
  offered(rank: number): boolean {
    this.#strongestOffer = Math.max(this.#strongestOffer, rank);
    return rank === this.#strongestOffer;
  }

  /** Runs one check of a login at a time. */
  check<T>(work: () => Promise<T>): Promise<T> {
    return this.#checks.run(work);
  }

  /** Records that the device has accepted a login. */
  accepted({ mark }: LoginMark): void {
    this.#accepted.add(mark);
    this.#unclear.delete(mark);
    this.#failedInARow = 0;
  }

  /**
   * Records that the device has refused a login, which stays barred until `forgetRefused`.
   * @param times How many attempts that was, besides those of which it was not clear.
   */
  refused({ mark, username }: LoginMark, times = 1): void {
    this.#accepted.delete(mark);
    this.#refused.set(mark, username);
    const all = times + (this.#unclear.get(mark) ?? 0);
    this.#unclear.delete(mark);
    this.#failed += all;
    this.#failedInARow += all;
  }

  /** Forgets the refusals of one user, or of all: a write may have made those logins valid. Failures stay counted. */
  forgetRefused(username?: string): void {
    for (const [mark, owner] of this.#refused) {
      if (username === undefined || owner === username) {
        this.#refused.delete(mark);
      }
    }
  }
}

/** Whether the device may have received what this error is about. */
function isSent(error: unknown): boolean {
  return error instanceof TransportFault && error.sent;
}

/** The logins to all devices that the clients of a process use, by address. */
export class LoginLedger {
  readonly #devices = new Map<string, DeviceLogins>();

  /** The logins to the device at an address. */
  of(origin: string): DeviceLogins {
    const known = this.#devices.get(origin) ?? new DeviceLogins();
    this.#devices.set(origin, known);
    return known;
  }

  /** Lets these addresses of one device share one record of its logins: one that has no room, if there is any. */
  join(origins: readonly string[]): void {
    const known = origins.flatMap((origin) => this.#devices.get(origin) ?? []);
    const logins = known.find(({ hasRoom }) => !hasRoom) ?? known[0] ?? new DeviceLogins();
    for (const { strongestOffer } of known) {
      logins.offered(strongestOffer);
    }
    for (const origin of origins) {
      this.#devices.set(origin, logins);
    }
  }

  /** Records a device's new address. Refusals are forgotten, because another device may answer there. */
  moved(logins: DeviceLogins, origin: string): void {
    if (this.#devices.get(origin) === logins) {
      return;
    }
    logins.forgetRefused();
    this.#devices.set(origin, logins);
  }
}

/** The ledger that the clients of this process share by default. */
export const processLogins: LoginLedger = new LoginLedger();
