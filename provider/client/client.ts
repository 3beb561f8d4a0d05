/** The client of one device. */
import { AsyncLocalStorage } from "node:async_hooks";
import type { Account } from "./auth/credentials";
import { Login } from "./auth/login";
import { LoginCheck } from "./auth/login-check";
import { type DeviceLogins, markOfAccount } from "./auth/login-ledger";
import { PasswordChange } from "./auth/password-change";
import { ReadCache, type Wanted } from "./cache/read-cache";
import { WriteTracker } from "./cache/write-tracker";
import { ConfigurationError } from "./errors/errors";
import { isForbiddenError, isNotFoundError, isRestDisabledError } from "./errors/guards";
import type { Interceptor } from "./interceptor";
import type { Json } from "./json";
import { Methods } from "./methods";
import { Mutex } from "./mutex";
import type { DliClientOptions } from "./options";
import { MatrixSegment } from "./paths/matrix-segment";
import { DevicePath, devicePath, type PathLike, toPath, toPaths } from "./paths/path";
import { clientPipeline, Pipeline } from "./pipeline";
import { DeviceSession } from "./session";
import { type Settings, settingsOf } from "./settings";
import { about, type DeviceRequest, type ErrorContext, isRead, refuseUnwritable } from "./transport/request";

/** How to observe a subtree. */
export interface ObserveOptions {
  /** The part of the subtree that the caller uses; writes elsewhere do not matter to it. @default the whole */
  of?: PathLike | PathLike[] | undefined;
  /** How old an earlier read may be. @default 10000 */
  maxAgeMilliseconds?: number | undefined;
  /** Wait until this client's writes have settled before reading. @default false */
  settled?: boolean | undefined;
}

/** Every digest is computed from it, so a change makes earlier nonces useless. */
const realm = devicePath("auth", "realm");

/** Everything that decides who may log in is below it. */
const auth = devicePath("auth");

/** The one user whose account a path selects; `undefined` if it covers more, or the user is not known. */
function userAt(path: DevicePath): string | undefined {
  const [, users, user] = path.segments;
  return users === "users" && user instanceof MatrixSegment ? user.valueSelecting("name") : undefined;
}

/** The session that the running code belongs to. */
const inside = new AsyncLocalStorage<DeviceSession>();

/**
 * One Digital Loggers device over its REST-style API.
 * A client sends its requests one at a time, in the order they were made, and does not connect before the first one.
 */
export class DliClient extends Methods {
  /** The device's name in errors. */
  readonly name: string;
  #settings: Settings;
  readonly #context: ErrorContext;
  readonly #isLimited: boolean;
  readonly #logins: DeviceLogins;
  readonly #login: Login;
  readonly #loginCheck: LoginCheck;
  readonly #passwordChange: PasswordChange;
  readonly #mutex = new Mutex();
  readonly #writeTracker: WriteTracker;
  readonly #readCache: ReadCache;
  #pipeline: Pipeline;
  #sent = 0;
  #closed = false;

  /** @throws ConfigurationError */
  constructor(options: DliClientOptions) {
    super();
    const { settings, credentials } = settingsOf(options);
    const { name, clock, log } = settings;
    this.name = name;
    this.#settings = settings;
    this.#context = { device: name, secrets: credentials };
    this.#isLimited = credentials.token !== undefined;
    const logins = settings.logins.of(settings.origin);
    this.#logins = logins;
    this.#login = new Login({ credentials, logins, context: this.#context, clock, log });
    const open = (login: Interceptor, context: ErrorContext) => this.#openForLogin(login, context);
    this.#loginCheck = new LoginCheck({ device: name, logins, clock, log, open });
    this.#passwordChange = new PasswordChange({
      login: this.#login,
      logins,
      context: this.#context,
      verify: (account) => this.#loginCheck.run(account),
    });
    this.#pipeline = this.#open();
    this.#writeTracker = new WriteTracker(settings);
    this.#readCache = new ReadCache(clock, (path, sent) => this.#read(path, sent), this.#isLimited);
  }

  /** How many HTTP requests have been sent so far, retries included. */
  get requestCount(): number {
    return this.#sent;
  }

  /**
   * Reads a subtree, or shares an earlier read that is recent enough and not followed by a related write of this
   * client. The value is the caller's own copy.
   * @throws DliError; all callers that share a failed read get its error, and nothing is cached.
   */
  async observe(subtree: PathLike, options: ObserveOptions = {}): Promise<Json> {
    this.#checkUse();
    const path = toPath(subtree);
    const wanted: Wanted = {
      subtree: path,
      of: toPaths(options.of) ?? [path],
      maxAge: options.maxAgeMilliseconds ?? 10_000,
    };
    const shared = this.#readCache.shared(wanted);
    if (shared !== undefined) {
      return shared;
    }
    if (options.settled) {
      await this.#writeTracker.quiet();
      const verified = this.#readCache.shared(wanted);
      if (verified !== undefined) {
        return verified;
      }
    }
    return this.#readCache.take(path);
  }

  /**
   * Runs work during which this client sends no other requests. The work must use its session: the client's own methods
   * would wait forever, so they throw. Anything that it waits for blocks all other callers.
   */
  async exclusive<T>(work: (session: DeviceSession) => Promise<T>): Promise<T> {
    this.#checkUse();
    return this.#writeTracker.track(() =>
      this.#mutex.run(async () => {
        const session = new DeviceSession(
          this,
          (request, touches) => this.#send(request, touches),
          (username, password) => this.#verify({ username, password }),
        );
        return session.run(() => inside.run(session, () => work(session)));
      }),
    );
  }

  /**
   * Whether the device accepts this login, tried once with a fresh connection and nonce. The device counts a wrong
   * password as a failed login, so a login that it has refused before is not tried again, and the client logs in itself
   * between two failures.
   * @throws LoginNotTriedError after two failed logins to the device in this process; DliError when the answer cannot
   *   be determined.
   */
  async verifyLogin(username: string, password: string): Promise<boolean> {
    this.#checkUse();
    return this.#mutex.run(() => this.#verify({ username, password }));
  }

  /** The caller holds the mutex. */
  #verify(account: Account): Promise<boolean> {
    this.#context.secrets.remember([account.password]);
    return this.#logins.check(async () => {
      if (this.#logins.failedInARow > 0 && this.#logins.barred(markOfAccount(account)) === undefined) {
        await this.#logInOurselves();
      }
      return this.#loginCheck.run(account);
    });
  }

  /** Devices count consecutive failures, and our own login resets the count. */
  async #logInOurselves(): Promise<void> {
    try {
      await this.#pipeline.run({ method: "GET", path: devicePath("cred") });
    } catch (error) {
      if (!(isForbiddenError(error) || isNotFoundError(error) || isRestDisabledError(error))) {
        throw error;
      }
    }
  }

  /**
   * Logs in with this password from the next request on, for use after a change of the client's own password.
   * @param username Default: the username in use.
   */
  async usePassword(password: string, username?: string): Promise<void> {
    const name = username ?? this.#login.username;
    if (name === undefined) {
      throw new ConfigurationError({ device: this.name, message: "there is no user whose password could be set" });
    }
    this.#login.usePassword({ username: name, password });
  }

  /**
   * Offers another password to try if the configured one is refused. It is never tried as a third password, which could
   * lock the account out.
   * @param options `beforePrevious`: replace `previousPassword` with it. Default false.
   */
  async offerPassword(password: string, { beforePrevious = false } = {}): Promise<void> {
    this.#login.offerPassword(password, beforePrevious);
  }

  /** Whether the last login that the device accepted was made with this password. */
  isLoggedInWith(password: string): boolean {
    return this.#login.provenAccount?.password === password;
  }

  /**
   * Changes the password that this client logs in with, verifies the new one with a fresh login and uses it from then
   * on. If the response is lost, that login also shows which password is active.
   * @param user Path of the client's own account.
   * @throws DliError
   */
  async changePassword(user: PathLike, password: string): Promise<void> {
    this.#checkUse();
    const path = toPath(user);
    await this.#writeTracker.track(() =>
      this.#mutex.run(() =>
        this.#passwordChange.make(path, password, (request) => this.#send(request, [path.container])),
      ),
    );
  }

  /** Scheme, host and port in use, without a slash at the end. */
  get address(): string {
    return this.#settings.origin;
  }

  /**
   * Makes the next request connect and log in again, for use after a change to how the device is reached.
   * @param url Address to use from then on. Default: the one in use.
   * @throws ConfigurationError
   */
  async reconnect(url?: string): Promise<void> {
    this.#checkUse();
    await this.#mutex.run(() => this.#reconnect(url));
  }

  /** Waits for the requests already made and ends the connection. Later requests throw. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#mutex.idle();
    await this.#pipeline.close();
  }

  // biome-ignore lint/style/useConsistentMemberAccessibility: seen by subclasses alone
  protected override perform(request: DeviceRequest, touches: readonly DevicePath[]): Promise<Json | undefined> {
    this.#checkUse();
    const send = () => this.#mutex.run(() => this.#send(request, touches), request.signal);
    return isRead(request) ? send() : this.#writeTracker.track(send);
  }

  #read(path: DevicePath, sent: () => void): Promise<Json> {
    return this.#mutex.run(async () => {
      sent();
      return (await this.#send({ method: "GET", path }, [])) as Json;
    });
  }

  /** Sends a request; the caller holds the mutex. */
  async #send(request: DeviceRequest, touches: readonly DevicePath[]): Promise<Json | undefined> {
    if (request.body) {
      refuseUnwritable(request.body, about(this.#context, request));
    }
    this.#readCache.noteWritten(touches);
    this.#context.secrets.remember(request.body?.strings ?? []);
    try {
      return await this.#pipeline.run(request);
    } finally {
      // Again, for a read that was sent while a lost write was still on its way.
      this.#readCache.noteWritten(touches);
      for (const path of touches.filter((touched) => touched.isRelatedTo(auth))) {
        this.#logins.forgetRefused(userAt(path));
      }
      if (touches.some((path) => path.isRelatedTo(realm))) {
        await this.#reconnect();
      }
    }
  }

  async #reconnect(url?: string): Promise<void> {
    const { origin } = url === undefined ? this.#settings : settingsOf({ name: this.name, url }).settings;
    this.#login.restart(origin === this.#settings.origin);
    if (origin !== this.#settings.origin) {
      // What was read at the old address says nothing about the new one.
      this.#readCache.noteWritten([new DevicePath([])]);
    }
    this.#settings = { ...this.#settings, origin };
    this.#settings.logins.moved(this.#logins, origin);
    const before = this.#pipeline;
    this.#pipeline = this.#open();
    await before.close();
  }

  #open(): Pipeline {
    return clientPipeline({
      settings: this.#settings,
      context: this.#context,
      count: () => this.#count(),
      passwordChange: this.#passwordChange,
      login: this.#login,
      isLimited: this.#isLimited,
    });
  }

  #openForLogin(login: Interceptor, context: ErrorContext): Pipeline {
    return new Pipeline({ settings: this.#settings, context, count: () => this.#count() }, [login]);
  }

  #count(): void {
    this.#sent += 1;
  }

  #checkUse(): void {
    if (this.#closed) {
      throw new Error(`the client of device "${this.name}" is closed`);
    }
    const session = inside.getStore();
    if (session?.owner === this && session.isOpen) {
      throw new Error("inside exclusive(), use the session: the client's own requests would wait forever");
    }
  }
}
