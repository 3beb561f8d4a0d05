/** Digest access authentication as in RFC 7616, with qop auth and auth-int; written independently of any client. */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { DeviceCore } from "../device/contract";
import { fromHeader, toHeader } from "./header-text";
import type { DeviceRequest } from "./request";

/** The result of a digest login; stale = right, but the nonce is no longer valid. */
export type DigestOutcome = "right" | "stale" | "wrong";

const hashNames = { MD5: "md5", "MD5-sess": "md5", "SHA-256": "sha256" } as const;
type Algorithm = keyof typeof hashNames;

/** The parameters of an Authorization header, names in lower case. */
export function parseParameters(text: string): Map<string, string> {
  const parameters = new Map<string, string>();
  // Matches only from the start of a word; otherwise a long word takes quadratic time.
  const pattern = /(?<![\w*-])([\w*-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/g;
  for (const [, name = "", quoted, bare = ""] of text.matchAll(pattern)) {
    parameters.set(name.toLowerCase(), quoted === undefined ? bare : quoted.replace(/\\(.)/g, "$1"));
  }
  return parameters;
}

function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/** The use of one nonce so far. */
interface Nonce {
  readonly issuedAt: number;
  uses: number;
  /** The counts used so far, if each may be used only once. */
  readonly counts: Set<number>;
  highestCount: number;
}

/** How many nonces a device remembers; the oldest is forgotten first, and is then stale. */
const mostNonces = 1000;

/** Knows the nonces of one device, and checks a digest against a password. */
export class DigestChecker {
  readonly #device: DeviceCore;
  #nonces = new Map<string, Nonce>();
  #opaque = randomBytes(8).toString("hex");

  constructor(device: DeviceCore) {
    this.#device = device;
  }

  /** Forgets all nonces, as a restart does. */
  forget(): void {
    this.#nonces = new Map();
    this.#opaque = randomBytes(8).toString("hex");
  }

  /** The realm as clients get it. */
  get realm(): string {
    return fromHeader(toHeader(this.#device.tree.auth.realm));
  }

  /** The realm as a parameter of a challenge. */
  get realmParameter(): string {
    return `realm="${this.realm.replace(/["\\]/g, "\\$&")}"`;
  }

  /** The values of WWW-Authenticate. */
  challenges(stale: boolean): string[] {
    return this.#algorithms().map((algorithm) => {
      const nonce = this.#issue();
      return (
        `Digest ${this.realmParameter}, qop="auth,auth-int", algorithm=${algorithm}, nonce="${nonce}", ` +
        `opaque="${this.#opaque}"${stale ? ", stale=true" : ""}`
      );
    });
  }

  /** Checks the header against the password of the user that it names. */
  check(request: DeviceRequest, parameters: ReadonlyMap<string, string>, password: string): DigestOutcome {
    const algorithm = (parameters.get("algorithm") ?? "MD5") as Algorithm;
    const { realm } = this;
    const qop = parameters.get("qop") ?? "";
    const isSound =
      this.#algorithms().includes(algorithm) &&
      ["auth", "auth-int"].includes(qop) &&
      parameters.get("realm") === realm &&
      parameters.get("uri") === fromHeader(request.target) &&
      /^[0-9a-f]{8}$/.test(parameters.get("nc") ?? "") &&
      (parameters.get("cnonce") ?? "") !== "";
    if (!isSound) {
      return "wrong";
    }
    const hash = (data: string | Buffer): string => createHash(hashNames[algorithm]).update(data).digest("hex");
    const part = (name: string): string => parameters.get(name) ?? "";
    let secret = hash(`${part("username")}:${realm}:${password}`);
    if (algorithm === "MD5-sess") {
      secret = hash(`${secret}:${part("nonce")}:${part("cnonce")}`);
    }
    const bodyPart = qop === "auth-int" ? `:${hash(request.body)}` : "";
    const action = hash(`${request.wireMethod}:${part("uri")}${bodyPart}`);
    const expected = hash([secret, part("nonce"), part("nc"), part("cnonce"), qop, action].join(":"));
    if (!sameText(expected, part("response"))) {
      return "wrong";
    }
    return part("opaque") === this.#opaque && this.#use(part("nonce"), Number.parseInt(part("nc"), 16))
      ? "right"
      : "stale";
  }

  #algorithms(): readonly Algorithm[] {
    const algorithm = this.#device.dialects.digestAlgorithm;
    return algorithm === "both" ? ["SHA-256", "MD5"] : [algorithm];
  }

  #issue(): string {
    const [oldest] = this.#nonces.keys();
    if (oldest !== undefined && this.#nonces.size >= mostNonces) {
      this.#nonces.delete(oldest);
    }
    const text = randomBytes(16).toString("base64");
    this.#nonces.set(text, { issuedAt: this.#device.clock.now(), uses: 0, counts: new Set(), highestCount: 0 });
    return text;
  }

  #isUsedUp(nonce: Nonce): boolean {
    const [, amount = "0", unit] = /^(\d+)(seconds|uses?)$/.exec(this.#device.dialects.nonceLifetime) ?? [];
    return unit === "seconds"
      ? this.#device.clock.now() - nonce.issuedAt > Number(amount) * 1000
      : nonce.uses >= Number(amount);
  }

  /** Records a use of a nonce; false if it is unknown, used up or too old, or if the count must not be used again. */
  #use(text: string, count: number): boolean {
    const nonce = this.#nonces.get(text);
    if (nonce === undefined) {
      return false;
    }
    if (this.#isUsedUp(nonce)) {
      this.#nonces.delete(text);
      return false;
    }
    const rule = this.#device.dialects.nonceCount;
    const isRefused =
      (rule === "unused" && nonce.counts.has(count)) ||
      (rule === "increasing" && count <= nonce.highestCount) ||
      (rule === "next" && count !== nonce.highestCount + 1);
    if (isRefused) {
      return false;
    }
    if (rule === "unused") {
      nonce.counts.add(count);
    }
    nonce.uses += 1;
    nonce.highestCount = Math.max(nonce.highestCount, count);
    return true;
  }
}
