import { LoginRefusedError, NotSupportedError } from "../errors/errors";
import type { Settings } from "../options";
import { devicePath } from "../paths/path";
import { about, type DeviceRequest, isRead, targetOf } from "../transport/request";
import type { DeviceResponse } from "../transport/transport";
import { type Challenge, chooseDigest, type DigestChallenge, parseChallenges } from "./challenge";
import { type Account, type DigestAnswerer, type DigestFactory, loadDigest } from "./digest";

/** Sends a request with an `Authorization` header. */
export type Send = (request: DeviceRequest, authorization: string | undefined) => Promise<DeviceResponse>;

/** How many logins in a row may be refused: three in a row lock some devices. */
const mostRefused = 2;

/** How a request was authorised the last time, and what was tried for it before. */
interface Attempt {
  header?: string | undefined;
  digest?: DigestAnswerer | undefined;
  /** A stale nonce was replaced. */
  replacedNonce?: boolean;
  /** The login was found to be good at another path. */
  checked?: boolean;
  /** Uses and age at which a nonce was refused. */
  ranOut?: { uses: number; age: number };
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
 *   ones are given up before they reach the age at which one was refused.
 */
export class Login {
  #accounts: Account[];
  #digest: DigestAnswerer | undefined;
  #obtained = 0;
  /** Whether the account in use has logged in successfully. */
  #proven = false;
  #triedPrevious = false;
  /** Logins that the device has refused since it last accepted one. */
  #refused = 0;
  #limit = { uses: Number.POSITIVE_INFINITY, age: Number.POSITIVE_INFINITY };
  #factory: DigestFactory | undefined;
  #refusal: { message: string; remedy: string | undefined; status: number } | undefined;

  readonly #settings: Settings;

  constructor(settings: Settings) {
    this.#settings = settings;
    const { username, password, previousPassword } = settings;
    const passwords = [password, previousPassword].filter((text) => text !== undefined);
    this.#accounts = username === undefined ? [] : passwords.map((text) => ({ username, password: text }));
  }

  /** The account in use, for a login anew; `undefined` without one, and while there is still a choice. */
  get account(): Account | undefined {
    return this.#accounts.length === 1 ? this.#accounts[0] : undefined;
  }

  /** The account whose login the device has accepted. */
  get provenAccount(): Account | undefined {
    return this.#proven ? this.#accounts[0] : undefined;
  }

  /** The device has accepted this account before, so that a 401 need not mean a wrong password. */
  trust(): void {
    this.#proven = true;
  }

  /** See `DliClient.offerPassword`. */
  offerPassword(password: string, beforePrevious: boolean): void {
    const [first, second] = this.#accounts;
    if (this.#proven || !first || first.password === password || second?.password === password) {
      return;
    }
    if (this.#refused === 0 && (!second || beforePrevious)) {
      this.#accounts = [first, { ...first, password }];
    } else if (this.#refused < mostRefused && this.#refusal) {
      this.usePassword(first.username, password);
    }
  }

  /** Logs in with this password from now on, and forgets an earlier refusal. */
  usePassword(username: string, password: string): void {
    this.#accounts = [{ username, password }];
    this.#digest = undefined;
    this.#refusal = undefined;
    this.#proven = false;
    this.#triedPrevious = false;
  }

  /**
   * Sends a request as often as the login needs: once when the device's nonce is known, twice when not. An answer with
   * status 401 is returned only when the login is good all the same.
   * @throws LoginRefusedError, NotSupportedError, and whatever `send` throws.
   */
  async perform(request: DeviceRequest, send: Send): Promise<DeviceResponse> {
    const attempt: Attempt = {};
    if (this.#accounts.length > 0) {
      // While the first request is on its way.
      void loadDigest();
    }
    for (;;) {
      this.throwIfRefused(request);
      this.#prepare(request, attempt);
      const answer = await send(request, attempt.header);
      if (answer.status !== 401) {
        if (attempt.header !== undefined) {
          this.#succeeded(answer);
        }
        if (attempt.ranOut) {
          this.#limit = attempt.ranOut;
        }
        return answer;
      }
      if (attempt.header !== undefined && this.#proven && (attempt.checked || !attempt.digest)) {
        return answer;
      }
      await this.#prepareRetry(request, attempt, parseChallenges(answer.headers["www-authenticate"]), send);
    }
  }

  /** @throws LoginRefusedError when the device has refused the login before. */
  throwIfRefused(request: DeviceRequest): void {
    if (this.#refusal) {
      throw new LoginRefusedError({ ...about(this.#settings.name, request), ...this.#refusal });
    }
  }

  #prepare(request: DeviceRequest, attempt: Attempt): void {
    const { token, clock } = this.#settings;
    const digest = this.#digest;
    const limit = this.#limit;
    const used = digest !== undefined && digest.uses > 0;
    if (used && (digest.uses >= limit.uses || clock.now() - this.#obtained >= limit.age)) {
      this.#digest = undefined;
    }
    attempt.digest = this.#digest;
    attempt.header = this.#digest?.authorization(request.method, targetOf(request));
    if (token !== undefined && this.#accounts.length === 0) {
      attempt.header = `Bearer ${token}`;
    }
  }

  #succeeded(answer: DeviceResponse): void {
    this.#proven = true;
    this.#refused = 0;
    this.#accounts = this.#accounts.slice(0, 1);
    // RFC 7616 section 3.5: the nonce to use next.
    const info = answer.headers["authentication-info"];
    const next = typeof info === "string" ? /(?:^|,)\s*nextnonce="([^"\\]+)"/i.exec(info)?.[1] : undefined;
    if (next !== undefined && this.#digest) {
      this.#use({ ...this.#digest.challenge, nonce: next });
    }
  }

  /** Gets ready for another try. Refuses for good when there must be none. */
  async #prepareRetry(request: DeviceRequest, attempt: Attempt, offered: Challenge[], send: Send): Promise<void> {
    const { digest } = attempt;
    if (attempt.header !== undefined && !digest) {
      const scope = `/${request.path}?access=${isRead(request) ? "get" : "modify"}`;
      const remedy =
        "Set a valid token with `pulumi config set --secret dli:token` or DLI_TOKEN; if it is valid, it may lack the" +
        ` scope \`${scope}\`.`;
      throw this.#refuse(request, "the device refuses the token", remedy);
    }
    if (this.#accounts.length === 0) {
      const remedy = "Set dli:username and, with --secret, dli:password (DLI_USERNAME, DLI_PASSWORD).";
      throw this.#refuse(request, "the device wants a login, and none is configured", remedy);
    }
    this.#factory = await loadDigest();
    const challenge = chooseDigest(offered);
    if (!challenge) {
      throw digest ? this.#wrongPassword(request) : this.#notOffered(request, offered);
    }
    if (!digest || (challenge.stale && !attempt.replacedNonce)) {
      attempt.replacedNonce = digest !== undefined;
      return this.#use(challenge);
    }
    if (this.#proven && !challenge.stale) {
      if (digest.uses > 1) {
        attempt.ranOut = {
          uses: digest.uses - 1,
          age: Math.max(1000, 0.8 * (this.#settings.clock.now() - this.#obtained)),
        };
      }
      this.#use(challenge);
      return this.#check(request, attempt, send);
    }
    if (!this.#proven && !challenge.stale && this.#accounts.length > 1) {
      this.#accounts = this.#accounts.slice(1);
      this.#triedPrevious = true;
      this.#refused += 1;
      this.#settings.log(`${this.#settings.name}: the password was refused; trying the previous one`);
      return this.#use(challenge);
    }
    throw this.#wrongPassword(request);
  }

  /** Finds out whether the login is still good. */
  async #check(request: DeviceRequest, attempt: Attempt, send: Send): Promise<void> {
    const cred: DeviceRequest = { method: "GET", path: devicePath("cred") };
    const answer = await send(cred, this.#digest?.authorization(cred.method, targetOf(cred)));
    if (answer.status === 401) {
      throw this.#wrongPassword(request);
    }
    this.#succeeded(answer);
    attempt.checked = true;
  }

  #use(challenge: DigestChallenge): void {
    const [account] = this.#accounts;
    const again = this.#digest?.challenge.nonce === challenge.nonce;
    // The count of a nonce that is offered again goes on.
    this.#digest = account && this.#factory?.(account, challenge, { uses: again ? (this.#digest?.uses ?? 0) : 0 });
    this.#obtained = this.#settings.clock.now();
  }

  #wrongPassword(request: DeviceRequest): LoginRefusedError {
    this.#refused += this.#proven ? 2 : 1;
    const user = this.#accounts[0]?.username ?? "";
    const which = this.#triedPrevious ? "password and the previous password" : "password";
    const message = this.#proven
      ? `the device no longer accepts the password of user \`${user}\``
      : `the device refuses the ${which} of user \`${user}\``;
    return this.#refuse(request, message);
  }

  #refuse(request: DeviceRequest, message: string, remedy?: string): LoginRefusedError {
    this.#refusal = { message, remedy, status: 401 };
    this.#digest = undefined;
    return new LoginRefusedError({ ...about(this.#settings.name, request, "refused"), ...this.#refusal });
  }

  #notOffered(request: DeviceRequest, offered: Challenge[]): NotSupportedError {
    const schemes = [...new Set(offered.map(({ scheme }) => scheme))].join(", ") || "none";
    return new NotSupportedError({
      ...about(this.#settings.name, request, "refused"),
      status: 401,
      message: `the device offers no digest login that this client knows (offered: ${schemes})`,
      remedy: "Check that dli:url points at the device itself, or log in with a token (dli:token).",
    });
  }
}
