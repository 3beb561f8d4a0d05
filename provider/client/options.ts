/** The options of a client: how to reach one device and log in to it. */
import type { LoginLedger } from "./auth/login-ledger";
import type { Clock } from "./clock";

/** How to reach one device and log in to it. */
export interface DliClientOptions {
  /** The device's name in errors and log lines. @default "default" */
  name?: string | undefined;
  /** `http://host` or `https://host`, with `:port` if it is not 80 or 443. */
  url: string;
  /** Digest login (RFC 7616). Needs `password`. */
  username?: string | undefined;
  password?: string | undefined;
  /** Tried once if the device refuses `password`, as during a change of password, and kept if it is accepted. */
  previousPassword?: string | undefined;
  /** Bearer token `CLIENT.TOKEN`, instead of username and password. Firmware 1.10 or newer. */
  token?: string | undefined;
  /** Certificates to trust: PEM text, or the path of a PEM file. */
  caCert?: string | undefined;
  /**
   * SHA-256 of the device's own certificate, 64 hexadecimal digits in any case, with or without colons, or the line that
   * `openssl x509 -fingerprint -sha256` prints. Replaces the check against known authorities unless `caCert` is given
   * too; then both must hold.
   */
  fingerprintSha256?: string | undefined;
  /** Accept any certificate. A given `fingerprintSha256` is still checked. @default false */
  insecureSkipVerify?: boolean | undefined;
  /** Accept TLS 1.0 and 1.1 with their ciphers, as devices with old firmware have them. @default false */
  allowOldTls?: boolean | undefined;
  /** How long connecting may take, TLS included. More than 0, at most 3600. @default 10 */
  connectTimeoutSeconds?: number | undefined;
  /** From the start of sending to the end of the response. More than 0, at most 3600. @default 30 */
  requestTimeoutSeconds?: number | undefined;
  /** How long this client must have requested no write before a settled read starts. At most an hour. @default 40 */
  quietMilliseconds?: number | undefined;
  /**
   * A settled read starts after this long in any case, behind the writes that are waiting by then. At most an hour.
   * @default 1000
   */
  maxSettleMilliseconds?: number | undefined;
  /** How long a device that could not be connected to is left alone. 0 to 3600. @default 30 */
  unreachableSeconds?: number | undefined;
  /** Counts failed logins, jointly for all clients that are given the same one. @default the one of this process */
  logins?: LoginLedger | undefined;
  /** @default systemClock */
  clock?: Clock | undefined;
  /** Source of the jitter of retries: at least 0, less than 1. @default Math.random */
  random?: (() => number) | undefined;
  /** Receives debug lines: request, status, size, duration. Never a secret, a header or a body. */
  log?: ((line: string) => void) | undefined;
}
