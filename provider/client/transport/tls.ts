/** Opens connections and checks certificates. */
import { constants, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Socket } from "node:net";
import type { SecureContextOptions, TLSSocket } from "node:tls";
import type { buildConnector } from "undici";
import { ConfigurationError } from "../errors/errors";
import type { Settings } from "../settings";
import type { ErrorContext } from "./request";

/** What a connection needs to know about the device's address and certificate. */
export type TlsSettings = Pick<
  Settings,
  "origin" | "connectTimeout" | "caCert" | "fingerprint" | "insecureSkipVerify" | "allowOldTls"
>;

/** No connection was made, so no part of a request can have been sent. */
export class ConnectFailure extends Error {
  constructor(
    override readonly cause: Error,
    /** Something accepted the connection, and only the TLS handshake failed. */
    readonly wasAnswered = true,
  ) {
    super("could not connect");
  }
}

/** The certificate was rejected. */
export class UntrustedCertificate extends Error {
  constructor(
    /** Why: a predicate for "the certificate". */
    readonly reason: string,
    readonly fingerprint: string,
  ) {
    super(`the certificate ${reason}`);
  }
}

/**
 * Opens connections and checks certificates.
 *
 * The handshake itself runs with `rejectUnauthorized: false`, because Node would otherwise end it without revealing the
 * certificate's fingerprint, which the error must show. The verdict (`authorized`) is still Node's own and is checked
 * before the connection is handed over, so no byte of a request is sent on a connection that failed it.
 */
export function makeConnector(
  build: typeof buildConnector,
  settings: TlsSettings,
  context: ErrorContext,
): buildConnector.connector {
  const tls = settings.origin.startsWith("https:");
  const connect = build({
    timeout: settings.connectTimeout,
    // A resumed session has no certificate to check.
    maxCachedSessions: 0,
    ...(tls && { rejectUnauthorized: false, ...authorities(settings, context), ...versions(settings) }),
  });
  return (options, callback) => {
    let wasAnswered = false;
    // The connector returns its socket, although its type does not say so.
    const opening = connect(options, (error, socket) => {
      if (error !== null) {
        return callback(new ConnectFailure(error, wasAnswered), null);
      }
      const verdict = tls ? judge(socket as TLSSocket, settings) : undefined;
      if (verdict === undefined) {
        return callback(null, socket);
      }
      socket.on("error", () => {});
      socket.destroy();
      callback(new ConnectFailure(verdict), null);
    }) as unknown as Socket;
    opening.once("connect", () => {
      wasAnswered = true;
    });
  };
}

function authorities({ caCert }: TlsSettings, { device, secrets }: ErrorContext): { ca?: string } {
  if (caCert === undefined) {
    return {};
  }
  const wrong = (message: string, cause?: unknown) =>
    new ConfigurationError({
      device,
      message,
      cause,
      redact: (text) => secrets.redact(text),
      remedy: "Set dli:caCert to the text of a PEM certificate or to the path of a file with one.",
    });
  if (caCert.includes("-----BEGIN")) {
    return { ca: certificates(caCert, () => wrong("caCert holds no certificate that can be read")) };
  }
  if (/[\r\n]/.test(caCert)) {
    throw wrong("caCert is neither a PEM certificate nor a file's path");
  }
  let text: string;
  try {
    text = readFileSync(caCert, "utf8");
  } catch (error) {
    const { code = "no such path" } = error as { code?: string };
    throw wrong(`the file of caCert, ${caCert}, cannot be read (${code})`, error);
  }
  return { ca: certificates(text, () => wrong(`${caCert} holds no PEM certificate that can be read`)) };
}

const begin = "-----BEGIN CERTIFICATE-----";
const end = "-----END CERTIFICATE-----";

/**
 * The certificates in a PEM text, even if it has lost its line breaks: pipeline variables often hold `\n` or blanks
 * instead. Node silently ignores certificates that it cannot read.
 */
function certificates(text: string, wrong: () => Error): string {
  const found: string[] = [];
  for (let at = text.indexOf(begin); at >= 0; at = text.indexOf(begin, at + 1)) {
    const close = text.indexOf(end, at);
    const body = text.slice(at + begin.length, close).replace(/\\[rn]|\s/g, "");
    const pem = `${begin}\n${body.match(/.{1,64}/g)?.join("\n") ?? ""}\n${end}\n`;
    if (close < 0 || !isCertificate(pem)) {
      throw wrong();
    }
    found.push(pem);
  }
  if (found.length === 0) {
    throw wrong();
  }
  return found.join("");
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).serialNumber !== "";
  } catch {
    return false;
  }
}

/**
 * Old firmware speaks TLS 1.0 only, with ciphers and keys that today's OpenSSL refuses at its default level, and perhaps
 * without secure renegotiation (RFC 5746).
 */
function versions({ allowOldTls }: TlsSettings): SecureContextOptions {
  const secureOptions = constants.SSL_OP_LEGACY_SERVER_CONNECT;
  return allowOldTls ? { minVersion: "TLSv1", ciphers: "DEFAULT:@SECLEVEL=0", secureOptions } : {};
}

function judge(socket: TLSSocket, settings: TlsSettings): UntrustedCertificate | undefined {
  const certificate = socket.getPeerX509Certificate();
  const seen = certificate?.fingerprint256 ?? "none";
  const { fingerprint, caCert, insecureSkipVerify } = settings;
  if (fingerprint !== undefined && seen.replaceAll(":", "").toLowerCase() !== fingerprint) {
    return new UntrustedCertificate("is not the pinned one", seen);
  }
  const chainCounts = !insecureSkipVerify && (fingerprint === undefined || caCert !== undefined);
  if (!chainCounts || socket.authorized) {
    return undefined;
  }
  return new UntrustedCertificate(reason(String(socket.authorizationError)), seen);
}

function reason(code: string): string {
  const reasons: Readonly<Record<string, string>> = {
    DEPTH_ZERO_SELF_SIGNED_CERT: "is self-signed",
    SELF_SIGNED_CERT_IN_CHAIN: "comes from an authority that is not trusted",
    UNABLE_TO_VERIFY_LEAF_SIGNATURE: "comes from an authority that is not trusted",
    UNABLE_TO_GET_ISSUER_CERT: "comes from an authority that is not trusted",
    UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "comes from an authority that is not trusted",
    CERT_HAS_EXPIRED: "has expired",
    CERT_NOT_YET_VALID: "is not valid yet",
    ERR_TLS_CERT_ALTNAME_INVALID: "is made out to another host name",
  };
  return (Object.hasOwn(reasons, code) && reasons[code]) || `did not pass the check (${code})`;
}
