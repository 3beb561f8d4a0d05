/** The login to one device. */
import type { Clock } from "../clock";
import type { DliError } from "../errors/base";
import { LoginNotTriedError, LoginRefusedError } from "../errors/errors";
import type { Handler, Interceptor } from "../interceptor";
import { devicePath } from "../paths/path";
import { about, type DeviceRequest, type ErrorContext } from "../transport/request";
import type { DeviceResponse } from "../transport/response";
import { type Challenge, chooseDigest, type DigestChallenge, parseChallenges, strengthOf } from "./challenge";
import type { Account, Credentials } from "./credentials";
import { type DigestAnswerer, loadDigest } from "./digest";
import { DigestSession, type NonceLimit } from "./digest-session";
import {
  type Barred,
  type DeviceLogins,
  LoginBarred,
  type LoginMark,
  markOfAccount,
  markOfToken,
} from "./login-ledger";
import {
  type LoginProblem,
  noLoginConfigured,
  nothingOffered,
  notTried,
  refusedToken,
  weakerOffer,
  wrongPassword,
} from "./login-problems";
import { verdictOf } from "./login-verdict";

/** How a request was last authorised, and what has been tried for it. */
interface Attempt {
  header?: string | undefined;
  digest?: DigestAnswerer | undefined;
  /** A stale nonce was replaced. */
  hasNewNonce?: boolean;
  /** The login was confirmed at another path. */
  isChecked?: boolean;
  /** The limit learnt from a nonce that ran out. */
  ranOut?: NonceLimit;
}

/** What a login needs to know. */
export interface LoginParts {
  readonly credentials: Credentials;
  /** What the whole process knows about logins to this device. */
  readonly logins: DeviceLogins;
  readonly context: ErrorContext;
  readonly clock: Pick<Clock, "now">;
  readonly log: (line: string) => void;
}

/**
 * The login of one client. Once it has been refused, every further request fails unsent; `DeviceLogins` limits how many
 * logins may fail on the device across all clients.
 *
 * What a refused digest answer means is clear only with `stale=true`. Without it:
 * - Before any login has succeeded, the password is wrong.
 * - Afterwards, the nonce has expired, the password was changed, or the device answers 401 to a request that this user
 *   has no right to make. Reading `cred/`, open to every user, with the new nonce tells these apart, at the cost of a
 *   second failed login if the password was changed. As a device may count even an expired nonce as a failed login,
 *   later ones are replaced before they reach the age or the uses at which one was refused.
 */
export class Login implements Interceptor {
  /** Whether the account in use has logged in successfully. */
  #isProven = false;
  #triedAlternative = false;
  /** Creates the error of every further request once the login has been refused. */
  #refusal: ((request: DeviceRequest) => DliError) | undefined;

  readonly #credentials: Credentials;
  readonly #logins: DeviceLogins;
  readonly #context: ErrorContext;
  readonly #digest: DigestSession;
  readonly #log: (line: string) => void;

  constructor({ credentials, logins, context, clock, log }: LoginParts) {
    this.#credentials = credentials;
    this.#logins = logins;
    this.#context = context;
    this.#digest = new DigestSession(clock);
    this.#log = log;
  }

  /** The user that logs in. */
  get username(): string | undefined {
    return this.#credentials.account?.username;
  }

  /** The account in use, if the device has accepted it. */
  get provenAccount(): Account | undefined {
    return this.#isProven ? this.#credentials.account : undefined;
  }

  /** See `DliClient.offerPassword`. */
  offerPassword(password: string, beforePrevious: boolean): void {
    const { account, alternative } = this.#credentials;
    if (this.#isProven || !account || [account, alternative].some((known) => known?.password === password)) {
      return;
    }
    if (this.#refusal) {
      if (this.#logins.hasRoom) {
        this.usePassword({ ...account, password });
      }
    } else if (!this.#triedAlternative && (!alternative || beforePrevious)) {
      this.#credentials.setAlternative(password);
    }
  }

  /** Logs in with this account from now on, and forgets an earlier refusal. */
  usePassword(account: Account): void {
    this.#credentials.use(account);
    this.#digest.forget();
    this.#refusal = undefined;
    this.#isProven = false;
    this.#triedAlternative = false;
  }

  /**
   * Makes the next request log in again.
   * @param isSameDevice Whether that request goes to the device that accepted the account, where a 401 need not mean a
   *   wrong password.
   */
  restart(isSameDevice: boolean): void {
    this.#digest.restart();
    this.#refusal = undefined;
    this.#isProven &&= isSameDevice;
    this.#triedAlternative = false;
  }

  /**
   * Sends a request as often as the login needs: once if a nonce is known, otherwise twice. A 401 is returned only if
   * the login itself is good.
   * @throws LoginRefusedError, LoginNotTriedError, NotSupportedError, and what `next` throws.
   */
  async intercept(request: DeviceRequest, next: Handler): Promise<DeviceResponse> {
    if (this.#credentials.account) {
      // Loads while the first request is under way; a failure surfaces where the library is needed.
      loadDigest().catch(() => {});
    }
    const attempt: Attempt = {};
    for (;;) {
      this.#throwIfRefused(request);
      this.#prepare(request, attempt);
      const response = await this.#send(request, attempt, next);
      if (response.status !== 401) {
        if (attempt.header !== undefined && verdictOf(response) === "accepted") {
          this.#succeeded(response);
        }
        if (attempt.ranOut) {
          this.#digest.limitTo(attempt.ranOut);
        }
        return response;
      }
      if (attempt.header !== undefined && this.#isProven && (attempt.isChecked || !attempt.digest)) {
        return response;
      }
      await this.#prepareRetry(request, attempt, parseChallenges(response.headers["www-authenticate"]), next);
    }
  }

  /** Throws if the login must not be tried. If the device has refused it before, turns to the alternative first. */
  #throwIfRefused(request: DeviceRequest): void {
    if (this.#refusal) {
      throw this.#refusal(request);
    }
    const { account, alternative } = this.#credentials;
    if (!this.#isProven && account && alternative && this.#logins.barred(markOfAccount(account)) === "refusedBefore") {
      this.#digest.forget();
      this.#useAlternative();
    }
    const barred = this.#mark && this.#logins.barred(this.#mark);
    // A login that works is no guess, unless another client of this process has found out that it no longer does.
    if (barred !== undefined && !(this.#isProven && barred === "tooManyFailed")) {
      throw this.#barredError(barred, request);
    }
  }

  #barredError(reason: Barred, request: DeviceRequest): DliError {
    if (reason === "tooManyFailed") {
      return this.#notTried(request);
    }
    return this.#credentials.account ? this.#wrongPassword(request) : this.#refuse(request, refusedToken(request));
  }

  /** Sends a request, as a counted attempt if its login may fail. */
  async #send(request: DeviceRequest, { header }: Attempt, next: Handler): Promise<DeviceResponse> {
    const send = () => next(authorized(request, header));
    const login = this.#mark;
    if (header === undefined || login === undefined || this.#isProven) {
      return send();
    }
    try {
      return await this.#logins.attempt(login, send, verdictOf);
    } catch (error) {
      throw error instanceof LoginBarred ? this.#barredError(error.reason, request) : error;
    }
  }

  /** The login in use, as the ledger knows it. */
  get #mark(): LoginMark | undefined {
    const { account, token } = this.#credentials;
    return account ? markOfAccount(account) : token === undefined ? undefined : markOfToken(token);
  }

  #prepare(request: DeviceRequest, attempt: Attempt): void {
    const { account, token } = this.#credentials;
    attempt.digest = this.#digest.answerer;
    attempt.header = token !== undefined && !account ? `Bearer ${token}` : this.#digest.authorization(request);
  }

  #succeeded(response: DeviceResponse): void {
    this.#isProven = true;
    if (this.#mark !== undefined) {
      this.#logins.accepted(this.#mark);
    }
    this.#credentials.dropAlternative();
    this.#digest.follow(this.#credentials.account, response.headers["authentication-info"]);
  }

  /** Prepares another try; throws if there must be none. */
  async #prepareRetry(request: DeviceRequest, attempt: Attempt, offered: Challenge[], next: Handler): Promise<void> {
    const { digest } = attempt;
    if (attempt.header !== undefined && !digest) {
      throw this.#refuse(request, refusedToken(request));
    }
    if (!this.#credentials.account) {
      throw this.#refuse(request, noLoginConfigured);
    }
    await this.#digest.load();
    const offer = chooseDigest(offered);
    // A refusal need not come with a challenge; the nonce in use is then as good as it was.
    const challenge = offer ?? (digest && { ...digest.challenge, stale: false });
    if (!challenge) {
      throw nothingOffered(this.#context, request, offered);
    }
    this.#refuseWeaker(request, challenge);
    if (!digest || (challenge.stale && !attempt.hasNewNonce)) {
      attempt.hasNewNonce = digest !== undefined;
      return this.#use(challenge);
    }
    if (challenge.stale) {
      // No new nonce is stale: a device that says so means something else, and may have counted both answers as failures.
      if (this.#mark) {
        this.#logins.refused(this.#mark, this.#isProven ? 2 : 0);
      }
      throw this.#wrongPassword(request);
    }
    if (this.#isProven) {
      if (offer && digest.uses > 1) {
        attempt.ranOut = this.#digest.lifetime;
      }
      this.#use(challenge);
      await this.#check(request, attempt, next);
      if (attempt.ranOut?.uses === 1) {
        // It may have been used up by the check.
        this.#digest.forget();
      }
      return;
    }
    if (!this.#credentials.alternative) {
      throw this.#wrongPassword(request);
    }
    this.#useAlternative();
    this.#use(challenge);
  }

  #useAlternative(): void {
    this.#credentials.useAlternative();
    this.#triedAlternative = true;
    this.#log(`${this.#context.device}: the password was refused; trying the previous one`);
  }

  /** Finds out whether the login is still good. The previous request may have counted as a failed login. */
  async #check(request: DeviceRequest, attempt: Attempt, next: Handler): Promise<void> {
    const cred: DeviceRequest = { method: "GET", path: devicePath("cred") };
    const ask = () => next(authorized(cred, this.#digest.authorization(cred)));
    const confirmed = this.#mark && this.#logins.confirm(this.#mark, ask, ({ status }) => status !== 401);
    const response = await confirmed?.catch((error: unknown) => {
      this.#isProven = false;
      throw error;
    });
    if (response === undefined) {
      throw this.#notTried(request);
    }
    if (response === "refused") {
      throw this.#wrongPassword(request);
    }
    this.#succeeded(response);
    attempt.isChecked = true;
  }

  #use(challenge: DigestChallenge): void {
    this.#digest.use(this.#credentials.account, challenge);
  }

  #wrongPassword(request: DeviceRequest): DliError {
    const login = { isProven: this.#isProven, triedAlternative: this.#triedAlternative };
    return this.#refuse(request, wrongPassword(this.username ?? "", login));
  }

  #refuse(request: DeviceRequest, { message, remedy }: LoginProblem): DliError {
    const isToken = this.#mark !== undefined && this.#credentials.account === undefined;
    const details = { message, remedy, status: 401, isToken };
    this.#refusal = (later) => new LoginRefusedError({ ...about(this.#context, later), ...details });
    this.#digest.forget();
    return new LoginRefusedError({ ...about(this.#context, request, "refused"), ...details });
  }

  /** Bars the login, for this and every later request. */
  #notTried(request: DeviceRequest): DliError {
    const problem = notTried(this.#credentials.account, this.#logins.hasRefused);
    this.#refusal = (later) => new LoginNotTriedError({ ...about(this.#context, later), ...problem });
    this.#digest.forget();
    return this.#refusal(request);
  }

  #refuseWeaker(request: DeviceRequest, challenge: DigestChallenge): void {
    if (!this.#logins.offered(strengthOf(challenge))) {
      throw weakerOffer(this.#context, request, challenge);
    }
  }
}

function authorized(request: DeviceRequest, authorization: string | undefined): DeviceRequest {
  return authorization === undefined ? request : { ...request, headers: { ...request.headers, authorization } };
}
