/** Digest access authentication (RFC 7616) on top of digest-fetch. */
import { randomBytes } from "node:crypto";
import type { DigestClient } from "digest-fetch";
import type { DigestChallenge } from "./challenge";
import type { Account } from "./credentials";

/** Answers one challenge for as long as its nonce is accepted. */
export interface DigestAnswerer {
  readonly challenge: DigestChallenge;
  /** How many requests have been answered with this nonce. */
  readonly uses: number;
  /**
   * The `Authorization` header of the next request. Raises the count (`nc`), so every request needs its own call.
   * @param target Path as in the request line.
   */
  authorization(method: string, target: string): string;
}

/** The initial state of an answerer. */
interface DigestStart {
  /** How often the nonce was used before. Default 0. */
  readonly uses?: number;
  /** Only for test vectors. Default: random. */
  readonly cnonce?: string;
}

let loading: Promise<DigestFactory> | undefined;

/** Loads digest-fetch on first use, with `import()`: it is an ES module, and `require` of one warns on Node 20. */
export function loadDigest(): Promise<DigestFactory> {
  loading ??= import("digest-fetch").then(({ DigestClient }) => digestFactory(DigestClient));
  return loading;
}

/** Creates an answerer. */
export type DigestFactory = (account: Account, challenge: DigestChallenge, start?: DigestStart) => DigestAnswerer;

/**
 * Digest access authentication (RFC 7616) on top of digest-fetch, whose `addAuth` computes the hashes and assembles the
 * header. There is one object per nonce, because the count belongs to the nonce. It differs from digest-fetch:
 * - The challenge, algorithm included, comes from our own parser; digest-fetch takes the algorithm from its options and
 *   finds parameters by searching the whole header.
 * - The client nonce is cryptographically random, and the same for all requests of one nonce: session variants derive
 *   the key from the first one, and servers differ in which one they use later.
 * - The count is raised before a request is made, not after its answer, and is hexadecimal, where digest-fetch counts
 *   0…9, 10.
 * - The realm is hashed as the exact bytes that the device sent.
 * - Usernames are quoted, hashed (`userhash`) or sent as UTF-8 (`username*`), as the challenge asks.
 */
export function digestFactory(Base: typeof DigestClient): DigestFactory {
  class DeviceDigest extends Base implements DigestAnswerer {
    readonly #account: Account;
    #uses: number;

    constructor(
      account: Account,
      readonly challenge: DigestChallenge,
      { uses = 0, cnonce }: DigestStart,
    ) {
      super("", account.password, { algorithm: challenge.algorithm });
      this.#account = account;
      this.#uses = uses;
      const { realm, nonce, opaque, algorithm, qop } = challenge;
      const state = {
        scheme: "Digest",
        nc: uses,
        realm: quoted(realm),
        nonce,
        opaque: opaque === undefined ? null : quoted(opaque),
        algorithm,
        qop: qop ?? null,
        cnonce: cnonce ?? this.makeNonce(),
      };
      this.digest = state;
      this.hasAuth = true;
      const username = bytesOf(account.username);
      this.user = challenge.userhash ? this.hashWithAlgorithm(`${username}:${realm}`) : quoted(username);
    }

    get uses(): number {
      return this.#uses;
    }

    override makeNonce(): string {
      return randomBytes(16).toString("hex");
    }

    override computeHash(): string {
      const { username, password } = this.#account;
      return this.hashWithAlgorithm(`${bytesOf(username)}:${this.challenge.realm}:${bytesOf(password)}`);
    }

    /** Hashes bytes: all texts here hold one character per byte, as headers do. */
    override hashWithAlgorithm(data: string): string {
      return super.hashWithAlgorithm(Buffer.from(data, "latin1"));
    }

    authorization(method: string, target: string): string {
      this.#uses += 1;
      // What digest-fetch pads and prints.
      Object.assign(this.digest, { nc: this.#uses.toString(16) });
      const answer = this.addAuth(`http://device${target}`, { method }) as { headers: { Authorization: string } };
      return this.#finish(answer.headers.Authorization);
    }

    /** Adapts the header to the challenge; digest-fetch always prints every member. */
    #finish(header: string): string {
      const { qop, namesAlgorithm, algorithm, userhash, utf8 } = this.challenge;
      let text = header;
      if (!namesAlgorithm) {
        text = text.replace(",algorithm=MD5", "");
      }
      if (qop === undefined) {
        text = text.replace(algorithm.endsWith("-sess") ? /,nc=\w+/ : /,nc=\w+,cnonce="[^"]*"/, "");
      }
      if (userhash) {
        return `${text},userhash=true`;
      }
      const { username } = this.#account;
      if (!utf8 || /^[\x20-\x7e]*$/.test(username)) {
        return text;
      }
      const encoded = encodeURIComponent(username).replace(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`);
      return text.replace(`username="${this.user}"`, () => `username*=UTF-8''${encoded}`);
    }
  }
  return (account, challenge, start = {}) => new DeviceDigest(account, challenge, start);
}

/** The UTF-8 bytes of a text, one character per byte. */
function bytesOf(text: string): string {
  return Buffer.from(text, "utf8").toString("latin1");
}

function quoted(text: string): string {
  return text.replace(/["\\]/g, "\\$&");
}
