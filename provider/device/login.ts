import { type Challenge, chooseDigest, type DigestChallenge, parseChallenges } from "./challenge";
import type { Account, DigestAnswerer, DigestFactory } from "./digest";
import { LoginRefusedError, NotSupportedError } from "./errors";
import type { Settings } from "./options";
import { about, type DeviceRequest, targetOf } from "./request";
import type { WireAnswer } from "./wire";

/** How one request was authorised. */
interface Attempt {
  readonly header: string | undefined;
  readonly digest: DigestAnswerer | undefined;
}

/**
 * The login to one device, and the guard of its lock-out counter: a login that is refused is refused for the rest of the
 * run, without another request.
 *
 * A refused digest answer means one of two things, and only `stale=true` tells them apart by itself. Without it, this
 * is how they are told apart:
 * - The nonce was new, or no login has succeeded yet: the password is wrong.
 * - The nonce had been accepted before and the device now offers another one: the old one has run out; one more try.
 *   As a device may count even that as a failed login, later nonces are given up before they reach that age.
 */
export class Login {
  private accounts: Account[];
  private digest: DigestAnswerer | undefined;
  private obtained = 0;
  /** Whether the account in use has logged in successfully. */
  private proven = false;
  private triedPrevious = false;
  private limit = { uses: Number.POSITIVE_INFINITY, age: Number.POSITIVE_INFINITY };
  private refusal: { message: string; remedy: string | undefined; status: number } | undefined;

  constructor(
    private readonly settings: Settings,
    private readonly factory: DigestFactory,
  ) {
    const { username, password, previousPassword } = settings;
    const passwords = [password, previousPassword].filter((text) => text !== undefined);
    this.accounts = username === undefined ? [] : passwords.map((text) => ({ username, password: text }));
  }

  /** Logs in with this password from now on, and forgets an earlier refusal. */
  usePassword(username: string, password: string): void {
    this.accounts = [{ username, password }];
    this.digest = undefined;
    this.refusal = undefined;
    this.proven = false;
    this.triedPrevious = false;
  }

  /**
   * Sends a request as often as the login needs: once when the device's nonce is known, twice when not.
   * @throws LoginRefusedError, NotSupportedError, and whatever `send` throws.
   */
  async perform(request: DeviceRequest, send: (authorization?: string) => Promise<WireAnswer>): Promise<WireAnswer> {
    const renewed = { done: false };
    for (;;) {
      this.throwIfRefused(request);
      const attempt = this.prepare(request);
      const answer = await send(attempt.header);
      if (answer.status !== 401) {
        if (attempt.header !== undefined) this.succeeded(answer);
        return answer;
      }
      this.use(this.judge(request, attempt, parseChallenges(answer.headers["www-authenticate"]), renewed));
    }
  }

  /** @throws LoginRefusedError when the device has refused the login before. */
  throwIfRefused(request: DeviceRequest): void {
    if (this.refusal)
      throw new LoginRefusedError({ ...about(this.settings.name, request, "refused"), ...this.refusal });
  }

  private prepare(request: DeviceRequest): Attempt {
    const { token, clock } = this.settings;
    if (token !== undefined && this.accounts.length === 0) return { header: `Bearer ${token}`, digest: undefined };
    const { digest, limit } = this;
    const used = digest !== undefined && digest.uses > 0;
    if (used && (digest.uses >= limit.uses || clock.now() - this.obtained >= limit.age)) this.digest = undefined;
    return { header: this.digest?.authorization(request.method, targetOf(request)), digest: this.digest };
  }

  private succeeded(answer: WireAnswer): void {
    this.proven = true;
    this.accounts = this.accounts.slice(0, 1);
    // RFC 7616 section 3.5: the nonce to use next.
    const info = answer.headers["authentication-info"];
    const next = typeof info === "string" ? /(?:^|,)\s*nextnonce="([^"\\]+)"/i.exec(info)?.[1] : undefined;
    if (next !== undefined && this.digest) this.use({ ...this.digest.challenge, nonce: next });
  }

  /** The challenge to answer in another try. Refuses for good when there must be none. */
  private judge(
    request: DeviceRequest,
    { header, digest }: Attempt,
    offered: Challenge[],
    renewed: { done: boolean },
  ): DigestChallenge {
    const challenge = chooseDigest(offered);
    if (header !== undefined && !digest) {
      const remedy = "Set a valid token with `pulumi config set --secret dli:token` or DLI_TOKEN.";
      throw this.refuse(request, "the device refuses the token", remedy);
    }
    if (this.accounts.length === 0) {
      const remedy = "Set dli:username and, with --secret, dli:password (DLI_USERNAME, DLI_PASSWORD).";
      throw this.refuse(request, "the device wants a login, and none is configured", remedy);
    }
    if (!challenge) throw digest ? this.refuse(request, this.wrongPassword()) : this.notOffered(request, offered);
    if (!digest) return challenge;
    const { stale } = challenge;
    const ranOut = this.proven && digest.uses > 1 && challenge.nonce !== digest.challenge.nonce;
    if ((stale || ranOut) && !renewed.done) {
      renewed.done = true;
      if (!stale) this.limit = { uses: digest.uses - 1, age: 0.8 * (this.settings.clock.now() - this.obtained) };
      return challenge;
    }
    if (!this.proven && !stale && this.accounts.length > 1) {
      this.accounts = this.accounts.slice(1);
      this.triedPrevious = true;
      this.settings.log(`${this.settings.name}: the password was refused; trying the previous one`);
      return challenge;
    }
    throw this.refuse(request, this.wrongPassword());
  }

  private use(challenge: DigestChallenge): void {
    const [account] = this.accounts;
    this.digest = account && this.factory(account, challenge);
    this.obtained = this.settings.clock.now();
  }

  private wrongPassword(): string {
    const user = this.accounts[0]?.username ?? "";
    if (this.proven) return `the device no longer accepts the password of user \`${user}\``;
    const which = this.triedPrevious ? "password and the previous password" : "password";
    return `the device refuses the ${which} of user \`${user}\``;
  }

  private refuse(request: DeviceRequest, message: string, remedy?: string): LoginRefusedError {
    this.refusal = { message, remedy, status: 401 };
    this.digest = undefined;
    return new LoginRefusedError({ ...about(this.settings.name, request, "refused"), ...this.refusal });
  }

  private notOffered(request: DeviceRequest, offered: Challenge[]): NotSupportedError {
    const schemes = [...new Set(offered.map(({ scheme }) => scheme))].join(", ") || "none";
    return new NotSupportedError({
      ...about(this.settings.name, request, "refused"),
      status: 401,
      message: `the device offers no digest login that this client knows (offered: ${schemes})`,
      remedy: "Check that dli:url points at the device itself, or log in with a token (dli:token).",
    });
  }
}
