/** The login to one device. */
import type { Clock } from "../clock";
import { LoginRefusedError, NotSupportedError } from "../errors/errors";
import type { Handler, Interceptor } from "../interceptor";
import { devicePath } from "../paths/path";
import { about, type DeviceRequest, type ErrorContext, isRead, targetOf } from "../transport/request";
import type { DeviceResponse } from "../transport/response";
import { type Challenge, chooseDigest, type DigestChallenge, parseChallenges } from "./challenge";
import type { Account, Credentials } from "./credentials";
import { type DigestAnswerer, type DigestFactory, loadDigest } from "./digest";

/** How many logins in a row may be refused: three in a row lock some devices. */
const mostRefused = 2;

/** How a request was authorised the last time, and what was tried for it before. */
interface Attempt {
  header?: string | undefined;
  digest?: DigestAnswerer | undefined;
  /** A stale nonce was replaced. */
  hasNewNonce?: boolean;
  /** The login was found to be good at another path. */
  isChecked?: boolean;
  /** Uses and age at which a nonce was refused. */
  ranOut?: NonceLimit;
}

/** How often and how long a nonce is used. */
interface NonceLimit {
  readonly uses: number;
  readonly age: number;
}

const noLimit: NonceLimit = { uses: Number.POSITIVE_INFINITY, age: Number.POSITIVE_INFINITY };

/** What a login needs to know. */
export interface LoginParts {
  readonly credentials: Credentials;
  readonly context: ErrorContext;
  readonly clock: Pick<Clock, "now">;
  readonly log: (line: string) => void;
}

/**
 * The login to one device, and the guard of its lock-out counter: a login that is refused is refused for the rest of the
 * run, without another request.
 *
 * What a refused digest answer means is clear only with `stale=true`. Without it:
 * - Before any login has succeeded, the password is wrong.
 * - Afterwards, the nonce has run out, the password was changed, or the device answers 401 to a request that this user
 *   has no right to. A read of `cred/`, open to every user, with the new nonce tells these apart: it makes two failed
 *   logins in all when the password was changed. As a device may count even a worn-out nonce as a failed login, later
 *   ones are replaced before they reach the age at which one was refused.
 */
export class Login implements Interceptor {
  #digest: DigestAnswerer | undefined;
  #obtained = 0;
  /** Whether the account in use has logged in successfully. */
  #isProven = false;
  #triedAlternative = false;
  /** Logins that the device has refused since it last accepted one. */
  #refused = 0;
  #limit = noLimit;
  #factory: DigestFactory | undefined;
  #refusal: { message: string; remedy: string | undefined; status: number } | undefined;

  readonly #credentials: Credentials;
  readonly #context: ErrorContext;
  readonly #clock: Pick<Clock, "now">;
  readonly #log: (line: string) => void;

  constructor({ credentials, context, clock, log }: LoginParts) {
    this.#credentials = credentials;
    this.#context = context;
    this.#clock = clock;
    this.#log = log;
  }

  /** The user that logs in. */
  get username(): string | undefined {
    return this.#credentials.account?.username;
  }

  /** The account whose login the device has accepted. */
  get provenAccount(): Account | undefined {
    return this.#isProven ? this.#credentials.account : undefined;
  }

  /** See `DliClient.offerPassword`. */
  offerPassword(password: string, beforePrevious: boolean): void {
    const { account, alternative } = this.#credentials;
    if (this.#isProven || !account || [account, alternative].some((known) => known?.password === password)) {
      return;
    }
    if (this.#refused === 0 && (!alternative || beforePrevious)) {
      this.#credentials.setAlternative(password);
    } else if (this.#refused < mostRefused && this.#refusal) {
      this.usePassword({ ...account, password });
    }
  }

  /** Logs in with this password from now on, and forgets an earlier refusal. */
  usePassword(account: Account): void {
    this.#credentials.use(account);
    this.#digest = undefined;
    this.#refusal = undefined;
    this.#isProven = false;
    this.#triedAlternative = false;
  }

  /**
   * Logs in again with the next request.
   * @param isSameDevice Whether it goes to the device that has accepted the account, where a 401 need not mean a wrong
   *   password.
   */
  restart(isSameDevice: boolean): void {
    this.#digest = undefined;
    this.#refusal = undefined;
    this.#isProven &&= isSameDevice;
    this.#triedAlternative = false;
    this.#refused = 0;
    this.#limit = noLimit;
  }

  /**
   * Sends a request as often as the login needs: once when the device's nonce is known, twice when not. A response with
   * status 401 is returned only when the login is good nevertheless.
   * @throws LoginRefusedError, NotSupportedError, and what `next` throws.
   */
  async intercept(request: DeviceRequest, next: Handler): Promise<DeviceResponse> {
    if (this.#credentials.account) {
      // Loads while the first request is on its way; a failure shows where the library is needed.
      loadDigest().catch(() => {});
    }
    const attempt: Attempt = {};
    for (;;) {
      this.#throwIfRefused(request);
      this.#prepare(request, attempt);
      const response = await next(authorized(request, attempt.header));
      if (response.status !== 401) {
        if (attempt.header !== undefined) {
          this.#succeeded(response);
        }
        if (attempt.ranOut) {
          this.#limit = attempt.ranOut;
        }
        return response;
      }
      if (attempt.header !== undefined && this.#isProven && (attempt.isChecked || !attempt.digest)) {
        return response;
      }
      await this.#prepareRetry(request, attempt, parseChallenges(response.headers["www-authenticate"]), next);
    }
  }

  /** A login that the device has refused before is not tried again. */
  #throwIfRefused(request: DeviceRequest): void {
    if (this.#refusal) {
      throw new LoginRefusedError({ ...about(this.#context, request), ...this.#refusal });
    }
  }

  #prepare(request: DeviceRequest, attempt: Attempt): void {
    const { account, token } = this.#credentials;
    const digest = this.#digest;
    const limit = this.#limit;
    const isUsed = digest !== undefined && digest.uses > 0;
    if (isUsed && (digest.uses >= limit.uses || this.#clock.now() - this.#obtained >= limit.age)) {
      this.#digest = undefined;
    }
    attempt.digest = this.#digest;
    attempt.header = this.#digest?.authorization(request.method, targetOf(request));
    if (token !== undefined && !account) {
      attempt.header = `Bearer ${token}`;
    }
  }

  #succeeded(response: DeviceResponse): void {
    this.#isProven = true;
    this.#refused = 0;
    this.#credentials.dropAlternative();
    // RFC 7616 section 3.5: the nonce to use next.
    const info = response.headers["authentication-info"];
    const next = typeof info === "string" ? /(?:^|,)\s*nextnonce="([^"\\]+)"/i.exec(info)?.[1] : undefined;
    if (next !== undefined && this.#digest) {
      this.#use({ ...this.#digest.challenge, nonce: next });
    }
  }

  /** Gets ready for another try. Refuses for good when there must be none. */
  async #prepareRetry(request: DeviceRequest, attempt: Attempt, offered: Challenge[], next: Handler): Promise<void> {
    const { digest } = attempt;
    if (attempt.header !== undefined && !digest) {
      throw this.#refusedToken(request);
    }
    if (!this.#credentials.account) {
      const remedy = "Set dli:username and, with --secret, dli:password (DLI_USERNAME, DLI_PASSWORD).";
      throw this.#refuse(request, "the device requires a login, but none is configured", remedy);
    }
    this.#factory = await loadDigest();
    const challenge = chooseDigest(offered);
    if (!challenge) {
      throw digest ? this.#wrongPassword(request) : this.#notOffered(request, offered);
    }
    if (!digest || (challenge.stale && !attempt.hasNewNonce)) {
      attempt.hasNewNonce = digest !== undefined;
      return this.#use(challenge);
    }
    if (challenge.stale) {
      throw this.#wrongPassword(request);
    }
    if (this.#isProven) {
      if (digest.uses > 1) {
        const age = this.#clock.now() - this.#obtained;
        attempt.ranOut = { uses: digest.uses - 1, age: Math.max(1000, 0.8 * age) };
      }
      this.#use(challenge);
      return this.#check(request, attempt, next);
    }
    if (!this.#credentials.alternative) {
      throw this.#wrongPassword(request);
    }
    this.#credentials.useAlternative();
    this.#triedAlternative = true;
    this.#refused += 1;
    this.#log(`${this.#context.device}: the password was refused; trying the previous one`);
    this.#use(challenge);
  }

  /** Finds out whether the login is still good. */
  async #check(request: DeviceRequest, attempt: Attempt, next: Handler): Promise<void> {
    const cred: DeviceRequest = { method: "GET", path: devicePath("cred") };
    const response = await next(authorized(cred, this.#digest?.authorization(cred.method, targetOf(cred))));
    if (response.status === 401) {
      throw this.#wrongPassword(request);
    }
    this.#succeeded(response);
    attempt.isChecked = true;
  }

  #use(challenge: DigestChallenge): void {
    const { account } = this.#credentials;
    const again = this.#digest?.challenge.nonce === challenge.nonce;
    // The count of a nonce that is offered again goes on.
    this.#digest = account && this.#factory?.(account, challenge, { uses: again ? (this.#digest?.uses ?? 0) : 0 });
    this.#obtained = this.#clock.now();
  }

  #wrongPassword(request: DeviceRequest): LoginRefusedError {
    this.#refused += this.#isProven ? 2 : 1;
    const user = this.username ?? "";
    const which = this.#triedAlternative ? "password and the previous password" : "password";
    const message = this.#isProven
      ? `the device no longer accepts the password of user \`${user}\``
      : `the device refuses the ${which} of user \`${user}\``;
    return this.#refuse(request, message);
  }

  #refusedToken(request: DeviceRequest): LoginRefusedError {
    const scope = `/${request.path}?access=${isRead(request) ? "get" : "modify"}`;
    const remedy =
      "Set a valid token with `pulumi config set --secret dli:token` or DLI_TOKEN; if it is valid, it may lack the" +
      ` scope \`${scope}\`.`;
    return this.#refuse(request, "the device refuses the token", remedy);
  }

  #refuse(request: DeviceRequest, message: string, remedy?: string): LoginRefusedError {
    this.#refusal = { message, remedy, status: 401 };
    this.#digest = undefined;
    return new LoginRefusedError({ ...about(this.#context, request, "refused"), ...this.#refusal });
  }

  #notOffered(request: DeviceRequest, offered: Challenge[]): NotSupportedError {
    const schemes = [...new Set(offered.map(({ scheme }) => scheme))].join(", ") || "none";
    return new NotSupportedError({
      ...about(this.#context, request, "refused"),
      status: 401,
      message: `the device offers no digest login that this client knows (offered: ${schemes})`,
      remedy: "Check that dli:url points at the device itself, or log in with a token (dli:token).",
    });
  }
}

function authorized(request: DeviceRequest, authorization: string | undefined): DeviceRequest {
  return authorization === undefined ? request : { ...request, headers: { ...request.headers, authorization } };
}
