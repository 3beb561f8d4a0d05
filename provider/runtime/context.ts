/**
 * What a definition is given to work with: one device, seen through reads that resources share and writes that are
 * counted, so that the lifecycle knows whether a failed operation may have changed something.
 */
import {
  type Clock,
  type DeviceSession,
  type DliClient,
  type DliError,
  type ForbiddenError,
  isDliError,
  isForbiddenError,
  isNotFoundError,
  isRestDisabledError,
  type Json,
  memberOf,
  type PathLike,
  type WriteOptions,
} from "../client";
import { type Identity, missingRight, withMissingRight } from "./denials";
import { withLockBit } from "./lock-bits";
import type { Operation } from "./operations";
import type { Run } from "./run";

/** Random bytes, as many as asked for. */
export type RandomBytes = (count: number) => Uint8Array;

/** Everything a context is made of. */
export interface ContextParts {
  /** Name of the device in configuration. */
  readonly device: string;
  /** Who we log in as. */
  readonly identity: Identity;
  /** The operation that this is about, for changes that have to come last. */
  readonly operation?: Operation | undefined;
  readonly random: RandomBytes;
  readonly client: DliClient;
  readonly clock: Clock;
  readonly run: Run;
  /** Says something to the person at the terminal. */
  readonly warn: (message: string) => void;
  /** Aborted when the person asks to stop. */
  readonly cancelled?: AbortSignal | undefined;
  /** How long the operation may wait for the device to settle, where the program says so. */
  readonly timeoutMilliseconds?: number | undefined;
}

/** The administrator's account on a device where nobody has renamed it. */
export const factoryAdmin = "admin";

/** The person asked to stop, so this write was not begun or this pause was cut short. */
export class OperationCancelled extends Error {
  override readonly name = "OperationCancelled";
  constructor() {
    super("stopped because the operation was cancelled; nothing more is written. Run again to go on.");
  }
}

/** One operation of one resource on one device. */
export class Context {
  /** True from the moment on when a write of this operation has, or may have, changed the device. */
  written = false;
  #mode: "shared" | "settled" | "now" = "shared";

  readonly #parts: ContextParts;

  constructor(parts: ContextParts) {
    this.#parts = parts;
  }

  get device(): string {
    return this.#parts.device;
  }

  /** The account we log in with, when it is an account and not a token. */
  get username(): string | undefined {
    const { identity } = this.#parts;
    return "user" in identity ? identity.user : undefined;
  }

  /** The client whose token we log in with, when it is not an account. */
  get tokenClient(): string | undefined {
    const { identity } = this.#parts;
    return "client" in identity ? identity.client : undefined;
  }

  /** Scheme, host and port at which the device is reached. */
  get url(): string {
    return this.#parts.client.address;
  }

  get random(): RandomBytes {
    return this.#parts.random;
  }

  get operation(): Operation | undefined {
    return this.#parts.operation;
  }

  get clock(): Clock {
    return this.#parts.clock;
  }

  get run(): Run {
    return this.#parts.run;
  }

  get timeoutMilliseconds(): number | undefined {
    return this.#parts.timeoutMilliseconds;
  }

  warn(message: string): void {
    this.#parts.warn(message);
  }

  /** From here on reads see the device as it is after the writes of this wave of operations. */
  readAfterWrites(): void {
    if (this.#mode === "shared") {
      this.#mode = "settled";
    }
  }

  /** From here on reads are never answered from an earlier one, for a device that is still changing by itself. */
  readNow(): void {
    this.#mode = "now";
  }

  /** Reads a subtree; `of` names the part the caller looks at, so that writes elsewhere do not force a new read. */
  read(subtree: PathLike, of?: PathLike | PathLike[]): Promise<Json> {
    return this.#named(() =>
      this.#parts.client.observe(subtree, {
        settled: this.#mode !== "shared",
        ...(this.#mode === "now" && { maxAgeMilliseconds: 0 }),
        ...(of !== undefined && { of }),
      }),
    );
  }

  /** Reads a path by itself, as deep as asked for; see `DliClient.get`. */
  get(path: PathLike, options: { depth?: number } = {}): Promise<Json> {
    return this.#named(() => this.#parts.client.get(path, options));
  }

  put(path: PathLike, value: Json, options?: WriteOptions): Promise<Json | undefined> {
    return this.#counted(() => this.#parts.client.put(path, value, options));
  }

  post(path: PathLike, value: Json, options?: WriteOptions): Promise<Json | undefined> {
    return this.#counted(() => this.#parts.client.post(path, value, options));
  }

  /** Makes a call of the device. */
  invoke(path: PathLike, args: Json[] = [], options?: WriteOptions): Promise<Json | undefined> {
    return this.#counted(() => this.#parts.client.invoke(path, args, options));
  }

  delete(path: PathLike, options?: WriteOptions): Promise<void> {
    return this.#counted(() => this.#parts.client.delete(path, options));
  }

  /** Several requests with nothing of ours in between, for array elements that have no name of their own. */
  exclusive<T>(work: (session: DeviceSession) => Promise<T>): Promise<T> {
    return this.#counted(() => this.#parts.client.exclusive(work));
  }

  /** See `DliClient.offerPassword`. */
  offerPassword(password: string, options?: { beforePrevious?: boolean }): Promise<void> {
    return this.#parts.client.offerPassword(password, options);
  }

  /** Whether this is the password that we log in with, as the device has accepted it. */
  isLoggedInWith(password: string): boolean {
    return this.#parts.client.isLoggedInWith(password);
  }

  /** Changes the password that we log in with; see `DliClient.changePassword`. */
  changePassword(user: PathLike, password: string): Promise<void> {
    return this.#counted(() => this.#parts.client.changePassword(user, password));
  }

  /** Logs in once as somebody else. True when the device accepts the password. */
  verifyLogin(username: string, password: string): Promise<boolean> {
    return this.#parts.client.verifyLogin(username, password);
  }

  /** Something that this operation sent in a session has, or may have, changed the device. */
  somethingHappened(): void {
    this.written = true;
  }

  /** The error that names the right which reading a path takes. */
  lacksRight(path: PathLike): ForbiddenError {
    const { device, identity } = this.#parts;
    return missingRight(identity, { device, method: "GET", path: String(path), outcome: "refused" });
  }

  /** The device itself shows that what was sent, and not answered, did not happen. */
  nothingHappened(): void {
    this.written = false;
  }

  /** Connects and logs in anew from the next request on, at another address if one is given. */
  renew(url?: string): Promise<void> {
    return this.#parts.client.renew(url);
  }

  async #counted<T>(write: () => Promise<T>): Promise<T> {
    if (this.#parts.cancelled?.aborted) {
      throw new OperationCancelled();
    }
    try {
      const answer = await this.#named(write);
      this.written = true;
      return answer;
    } catch (error) {
      if (!isDliError(error) || error.outcome === "unknown") {
        this.written = true;
      }
      throw error;
    }
  }

  /** Makes a request; an error names the right or the lock bit that stands against it. */
  async #named<T>(request: () => Promise<T>): Promise<T> {
    await this.#proveLogin();
    try {
      return await request();
    } catch (error) {
      if (!isDliError(error)) {
        throw error;
      }
      const isAdmin = await this.#isAdmin(error);
      const named = isForbiddenError(error) && isAdmin !== true ? error : withLockBit(error);
      throw isAdmin ? named : withMissingRight(named, this.#parts.identity, isAdmin);
    }
  }

  /**
   * A device may answer 401 to what a login has no right to, and to a first request that looks like a wrong password or
   * token. So whoever may not be the administrator first asks who he is, which every user may.
   */
  async #proveLogin(): Promise<void> {
    const { client } = this.#parts;
    if (this.username === factoryAdmin || client.requestCount > 0) {
      return;
    }
    await client.observe("cred/").catch((error: unknown) => {
      const isAnswered = isForbiddenError(error) || isNotFoundError(error) || isRestDisabledError(error);
      if (!isAnswered) {
        throw error;
      }
    });
  }

  /** Whether we are the administrator; `undefined` when the device does not say, or when it does not matter. */
  async #isAdmin(error: DliError): Promise<boolean | undefined> {
    if (this.username === undefined) {
      return false;
    }
    // The factory's administrator sees everything, so that what he does not find is not there.
    const isHidden = isNotFoundError(error) && this.username !== factoryAdmin;
    if (!isForbiddenError(error) && !isHidden) {
      return undefined;
    }
    const cred = await this.#parts.client.observe("cred/").catch(() => undefined);
    const is = memberOf(cred, "is_admin");
    return typeof is === "boolean" ? is : undefined;
  }
}
