/** What a `WWW-Authenticate` header offers, and which digest challenge to answer. */

/** One challenge of a `WWW-Authenticate` header (RFC 9110 section 11.6.1). */
export interface Challenge {
  /** In lower case. */
  readonly scheme: string;
  /** What follows the scheme when it is a single token, as with Negotiate. */
  readonly token68?: string;
  /** Names in lower case; values unquoted and unescaped. The first of a repeated name wins. */
  readonly parameters: ReadonlyMap<string, string>;
}

const parameter = /([!#$%&'*+.^_`|~0-9A-Za-z-]+)[ \t]*=[ \t]*(?:"((?:[^"\\]|\\[\s\S])*)"|([^\s,"]+))/y;
const openQuote = /[!#$%&'*+.^_`|~0-9A-Za-z-]+[ \t]*=[ \t]*"(?:[^"\\]|\\[\s\S])*\\?$/y;
const token68 = /([A-Za-z0-9._~+/-]+=*)(?=[ \t]*(?:,|$))/y;
const scheme = /([!#$%&'*+.^_`|~0-9A-Za-z-]+)(?:[ \t]+|(?=,|$))/y;

/**
 * Parses all challenges in one or several `WWW-Authenticate` headers. Commas separate both parameters and challenges,
 * and may occur inside quoted values. Anything that does not match the grammar is skipped up to the next comma.
 */
export function parseChallenges(headers: string | readonly string[] | undefined): Challenge[] {
  const found: Challenge[] = [];
  for (const header of typeof headers === "string" ? [headers] : (headers ?? [])) {
    parseHeader(header, found);
  }
  return found;
}

function parseHeader(header: string, found: Challenge[]): void {
  let parameters: Map<string, string> | undefined;
  let position = 0;
  const next = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = position;
    const match = pattern.exec(header);
    if (match) {
      position = pattern.lastIndex;
    }
    return match;
  };
  while (position < header.length) {
    if (next(/[\s,]+/y)) {
      continue;
    }
    if (next(openQuote)) {
      // An unclosed quote: looking for its end from every position would take for ever.
      break;
    }
    const pair = next(parameter);
    if (pair) {
      const name = pair[1]?.toLowerCase() ?? "";
      if (!parameters?.has(name)) {
        parameters?.set(name, pair[2]?.replace(/\\([\s\S])/g, "$1") ?? pair[3] ?? "");
      }
      continue;
    }
    const start = next(scheme);
    if (start) {
      parameters = new Map();
      const word = next(token68)?.[1];
      found.push({ scheme: start[1]?.toLowerCase() ?? "", ...(word !== undefined && { token68: word }), parameters });
      continue;
    }
    next(/[^,]+/y);
  }
}

/** The algorithms of RFC 7616, weakest first; each also as a session variant (`-sess`). */
const algorithms: readonly string[] = ["MD5", "SHA-256", "SHA-512-256"];

/** A digest challenge that this client can answer. */
export interface DigestChallenge {
  /** As received, one character per byte. */
  readonly realm: string;
  readonly nonce: string;
  readonly opaque: string | undefined;
  /** As RFC 7616 spells it. */
  readonly algorithm: string;
  /** Whether the challenge names its algorithm; if not, it is MD5 and the answer omits it too. */
  readonly namesAlgorithm: boolean;
  /** `undefined` for the older form without quality of protection (RFC 2069). */
  readonly qop: "auth" | undefined;
  readonly stale: boolean;
  readonly userhash: boolean;
  readonly utf8: boolean;
}

/**
 * The strongest challenge that this client can answer: its algorithm is known, and its qualities of protection, if
 * named, include `auth`. `undefined` if there is none.
 */
export function chooseDigest(challenges: readonly Challenge[]): DigestChallenge | undefined {
  let best: DigestChallenge | undefined;
  for (const challenge of challenges) {
    const digest = readDigest(challenge);
    if (digest && (!best || strengthOf(digest) > strengthOf(best))) {
      best = digest;
    }
  }
  return best;
}

/** The rank of a digest, from 0: by algorithm, then by quality of protection. */
export function strengthOf({ algorithm, qop }: DigestChallenge): number {
  return 2 * algorithms.indexOf(algorithm.replace("-sess", "")) + (qop === undefined ? 0 : 1);
}

function readDigest({ scheme, parameters }: Challenge): DigestChallenge | undefined {
  const nonce = parameters.get("nonce");
  // Servers disagree on whether the backslashes of a nonce that needs escaping are hashed.
  if (scheme !== "digest" || nonce === undefined || /["\\]/.test(nonce)) {
    return undefined;
  }
  const named = parameters.get("algorithm");
  const algorithm = algorithms
    .flatMap((name) => [name, `${name}-sess`])
    .find((name) => name.toLowerCase() === (named ?? "MD5").toLowerCase());
  const qops = parameters
    .get("qop")
    ?.split(",")
    .map((qop) => qop.trim().toLowerCase())
    .filter(Boolean);
  if (algorithm === undefined || (qops?.length && !qops.includes("auth"))) {
    return undefined;
  }
  const isTrue = (name: string) => parameters.get(name)?.toLowerCase() === "true";
  return {
    realm: parameters.get("realm") ?? "",
    nonce,
    opaque: parameters.get("opaque"),
    algorithm,
    namesAlgorithm: named !== undefined,
    qop: qops?.length ? "auth" : undefined,
    stale: isTrue("stale"),
    userhash: isTrue("userhash"),
    utf8: parameters.get("charset")?.toLowerCase() === "utf-8",
  };
}
