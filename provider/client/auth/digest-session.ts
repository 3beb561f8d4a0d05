/** The current nonce of a digest login, and how long nonces of this device last. */
import type { Clock } from "../clock";
import { type DeviceRequest, targetOf } from "../transport/request";
import type { DigestChallenge } from "./challenge";
import type { Account } from "./credentials";
import { type DigestAnswerer, type DigestFactory, loadDigest } from "./digest";

/** How often and how long (in milliseconds) a nonce may be used. */
export interface NonceLimit {
  readonly uses: number;
  readonly age: number;
}

const noLimit: NonceLimit = { uses: Number.POSITIVE_INFINITY, age: Number.POSITIVE_INFINITY };

export class DigestSession {
  #answerer: DigestAnswerer | undefined;
  #obtained = 0;
  #limit = noLimit;
  #factory: DigestFactory | undefined;
  readonly #clock: Pick<Clock, "now">;

  constructor(clock: Pick<Clock, "now">) {
    this.#clock = clock;
  }

  /** The answerer for the current nonce; `undefined` if there is none, or the nonce is about to be refused. */
  get answerer(): DigestAnswerer | undefined {
    const answerer = this.#answerer;
    const isUsed = answerer !== undefined && answerer.uses > 0;
    if (isUsed && (answerer.uses >= this.#limit.uses || this.#age >= this.#limit.age)) {
      this.forget();
    }
    return this.#answerer;
  }

  /** The `Authorization` header of a request. */
  authorization(request: DeviceRequest): string | undefined {
    return this.#answerer?.authorization(request.method, targetOf(request));
  }

  /** Loads digest-fetch; until then no nonce can be used. */
  async load(): Promise<void> {
    this.#factory ??= await loadDigest();
  }

  /** Switches to this nonce. If it is the current one, offered again, its count continues. */
  use(account: Account | undefined, challenge: DigestChallenge): void {
    const isAgain = this.#answerer?.challenge.nonce === challenge.nonce;
    this.#answerer =
      account && this.#factory?.(account, challenge, { uses: isAgain ? (this.#answerer?.uses ?? 0) : 0 });
    this.#obtained = this.#clock.now();
  }

  /** Switches to the next nonce if a response names one (RFC 7616 section 3.5). */
  follow(account: Account | undefined, authenticationInfo: unknown): void {
    const next =
      typeof authenticationInfo === "string"
        ? /(?:^|,)\s*nextnonce="([^"\\]+)"/i.exec(authenticationInfo)?.[1]
        : undefined;
    if (next !== undefined && this.#answerer) {
      this.use(account, { ...this.#answerer.challenge, nonce: next });
    }
  }

  /** The limit for later nonces if this one was refused for its age or its uses. */
  get lifetime(): NonceLimit {
    return { uses: (this.#answerer?.uses ?? 1) - 1, age: Math.max(1000, 0.8 * this.#age) };
  }

  limitTo(limit: NonceLimit): void {
    this.#limit = limit;
  }

  forget(): void {
    this.#answerer = undefined;
  }

  /** Also forgets what was learnt about the device. */
  restart(): void {
    this.forget();
    this.#limit = noLimit;
  }

  get #age(): number {
    return this.#clock.now() - this.#obtained;
  }
}
