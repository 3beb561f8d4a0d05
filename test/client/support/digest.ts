/** The device's side of a digest login. */
import { createHash } from "node:crypto";
import type { ServerResponse } from "node:http";
import type { Handler, Seen } from "./server";

/** How the guard of a test server behaves. */
export interface GuardOptions {
  /** Password by username. */
  users: Record<string, string>;
  /** Default MD5. */
  algorithm?: string;
  /** As in the challenge. Default `auth,auth-int`; `null` for none. */
  qop?: string | null;
  realm?: string;
  /** How often a nonce is accepted. Default: any number of times. */
  nonceUses?: number;
  /** How long a nonce is accepted, and on which clock. Default: for ever. */
  nonceLife?: { milliseconds: number; now(): number };
  /** Whether a worn-out nonce is called stale. Default true. */
  saysStale?: boolean;
  /** Always offers this nonce. */
  nonce?: string;
  /** Added to the challenge. */
  extra?: string;
  /** Further challenges, before ours. */
  others?: string[];
}

/** A digest login according to RFC 7616, independent of the client's code. */
export interface Guard {
  readonly handler: Handler;
  /** Refused logins; one with a worn-out nonce counts unless the nonce is called stale. */
  failed(): number;
  /** Every (nonce, nc) that was accepted. */
  readonly accepted: { nonce: string; nc: string; cnonce: string }[];
  options: GuardOptions;
}

export function guard(options: GuardOptions, inner: Handler): Guard {
  let count = 0;
  let failures = 0;
  const uses = new Map<string, number>();
  const offeredAt = new Map<string, number>();
  const accepted: Guard["accepted"] = [];
  const self: Guard = {
    options,
    accepted,
    failed: () => failures,
    handler: (seen, response, request) => {
      const verdict = check(seen);
      if (verdict === "ok") {
        return inner(seen, response, request);
      }
      if (verdict === "wrong") {
        failures += 1;
      }
      challenge(response, verdict === "stale");
    },
  };
  const { handler } = self;
  return { ...self, handler };

  function challenge(response: ServerResponse, stale: boolean): void {
    const {
      algorithm = "MD5",
      qop = "auth,auth-int",
      realm = 'DLI, \\"rack\\"',
      extra = "",
      others = [],
    } = self.options;
    const nonce = self.options.nonce ?? `nonce${count++}/+=`;
    if (!uses.has(nonce)) {
      uses.set(nonce, 0);
      offeredAt.set(nonce, self.options.nonceLife?.now() ?? 0);
    }
    const parts = [`realm="${realm}"`, `nonce="${nonce}"`, 'opaque="op,aque"', `algorithm=${algorithm}`];
    if (qop !== null) {
      parts.unshift(`qop="${qop}"`);
    }
    if (stale) {
      parts.push("stale=true");
    }
    response.writeHead(401, { "www-authenticate": [...others, `Digest ${parts.join(", ")}${extra}`] });
    response.end("login needed");
  }

  function check(seen: Seen): "ok" | "none" | "wrong" | "stale" {
    const text = seen.headers.authorization;
    if (text === undefined) {
      return "none";
    }
    const fields = parse(text);
    const { users, algorithm = "MD5", nonceUses = Number.POSITIVE_INFINITY, saysStale = true } = self.options;
    const used = uses.get(fields["nonce"] ?? "");
    // Latin-1, one character for each byte, as in headers.
    const bytes = (value = "") => Buffer.from(value).toString("latin1");
    const hash = (value: string) =>
      createHash(algorithms[algorithm.replace("-sess", "")] ?? "")
        .update(value, "latin1")
        .digest("hex");
    const realm = (fields["realm"] ?? "").replace(/\\(.)/g, "$1");
    const username = Object.keys(users).find((name) =>
      fields["userhash"] === "true"
        ? hash(`${bytes(name)}:${realm}`) === fields["username"]
        : name ===
          (fields["username*"] ? decodeURIComponent(fields["username*"].slice(7)) : unquote(fields["username"])),
    );
    let ha1 = hash(`${bytes(username)}:${realm}:${bytes(users[username ?? ""])}`);
    if (algorithm.endsWith("-sess")) {
      ha1 = hash(`${ha1}:${fields["nonce"]}:${fields["cnonce"]}`);
    }
    const ha2 = hash(`${seen.method}:${seen.url}`);
    const middle = fields["qop"] ? `${fields["nc"]}:${fields["cnonce"]}:${fields["qop"]}:` : "";
    const right = hash(`${ha1}:${fields["nonce"]}:${middle}${ha2}`) === fields["response"];
    const fits = fields["uri"] === seen.url && fields["opaque"] === "op,aque" && username !== undefined;
    if (used === undefined || !fits) {
      return "wrong";
    }
    if (self.options.nonce !== undefined) {
      uses.set(self.options.nonce, used + 1);
    }
    if (!right) {
      return "wrong";
    }
    const { nonceLife } = self.options;
    const age = (nonceLife?.now() ?? 0) - (offeredAt.get(fields["nonce"] ?? "") ?? 0);
    if (used >= nonceUses || (nonceLife !== undefined && age > nonceLife.milliseconds)) {
      return saysStale ? "stale" : "wrong";
    }
    if (fields["qop"] && Number.parseInt(fields["nc"] ?? "", 16) !== used + 1) {
      return "wrong";
    }
    uses.set(fields["nonce"] ?? "", used + 1);
    accepted.push({ nonce: fields["nonce"] ?? "", nc: fields["nc"] ?? "", cnonce: fields["cnonce"] ?? "" });
    return "ok";
  }
}

const algorithms: Record<string, string> = { MD5: "md5", "SHA-256": "sha256", "SHA-512-256": "sha512-256" };

function parse(text: string): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const [, name = "", quoted, bare] of text
    .replace(/^Digest /, "")
    .matchAll(/([\w*]+)=(?:"((?:[^"\\]|\\.)*)"|([^,]*))/g)) {
    fields[name] = quoted ?? bare ?? "";
  }
  return fields;
}

function unquote(text = ""): string {
  return Buffer.from(text.replace(/\\(.)/g, "$1"), "latin1").toString();
}
