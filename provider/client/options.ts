import { Credentials } from "./auth/credentials";
import { type Clock, systemClock } from "./clock";
import { ConfigurationError } from "./errors/errors";

/** How to reach one device and log in to it. */
export interface DliClientOptions {
  /** How errors and log lines call the device. @default "default" */
  name?: string | undefined;
  /** `http://host`, `https://host`, with `:port` if it is not 80 or 443. */
  url: string;
  /** Digest login (RFC 7616). Needs `password`. */
  username?: string | undefined;
  password?: string | undefined;
  /** Tried once when the device refuses `password`, for the time of a password change; then remembered. */
  previousPassword?: string | undefined;
  /** Bearer token `CLIENT.TOKEN`, instead of username and password. Firmware 1.10 or newer. */
  token?: string | undefined;
  /** Certificates to trust: PEM text, or the path of a PEM file. */
  caCert?: string | undefined;
  /**
   * SHA-256 of the device's own certificate, 64 hexadecimal digits in any case, with or without colons. Takes the place
   * of the check against known authorities unless `caCert` is given too; then both must hold.
   */
  fingerprintSha256?: string | undefined;
  /** Accept any certificate. A given `fingerprintSha256` is still checked. @default false */
  insecureSkipVerify?: boolean | undefined;
  /** Until the connection stands, TLS included. More than 0, at most 3600. @default 10 */
  connectTimeoutSeconds?: number | undefined;
  /** From the start of sending until the whole answer has arrived. More than 0, at most 3600. @default 30 */
  requestTimeoutSeconds?: number | undefined;
  /** How long this client must have requested no write before a settled read starts. 0 to 10000. @default 40 */
  quietMilliseconds?: number | undefined;
  /** After so long a settled read starts in any case, behind the writes that wait by then. 0 to 60000. @default 1000 */
  maxSettleMilliseconds?: number | undefined;
  /** How long a device that could not be connected to is left alone. 0 to 3600. @default 30 */
  unreachableSeconds?: number | undefined;
  /** @default systemClock */
  clock?: Clock | undefined;
  /** For the jitter of retries: at least 0, less than 1. @default Math.random */
  random?: (() => number) | undefined;
  /** Receives debug lines: request, status, size, duration. Never a secret, a header or a body. */
  log?: ((line: string) => void) | undefined;
}

/** The options after checking, with every default filled in, without what the client logs in with. */
export interface Settings {
  readonly name: string;
  /** Scheme, host and port, without a slash at the end. */
  readonly origin: string;
  readonly caCert: string | undefined;
  /** 64 lower-case hexadecimal digits. */
  readonly fingerprint: string | undefined;
  readonly insecureSkipVerify: boolean;
  readonly connectTimeout: number;
  readonly requestTimeout: number;
  readonly quiet: number;
  readonly maxSettle: number;
  readonly unreachableFor: number;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: (line: string) => void;
}

/**
 * Checks the options. All durations of the result are in milliseconds.
 * @throws ConfigurationError
 */
export function checkOptions(options: DliClientOptions): { settings: Settings; credentials: Credentials } {
  const name = options.name ?? "default";
  const wrong = (message: string, remedy: string) => new ConfigurationError({ device: name, message, remedy });
  const milliseconds = (key: keyof DliClientOptions, value: number | undefined, standard: number, unit: number) => {
    if (value === undefined) {
      return standard;
    }
    if (typeof value === "number" && value >= 0 && value <= 3600 * (1000 / unit) && (value > 0 || unit === 1)) {
      return value * unit;
    }
    throw wrong(`${key} is not a duration`, `Set ${key} to a number that is not negative and not more than an hour.`);
  };
  if (options.token !== undefined && (options.username !== undefined || options.password !== undefined)) {
    throw wrong("both a token and a username or password are set", "Keep one of the two ways to log in.");
  }
  if (options.username !== undefined && options.password === undefined) {
    throw wrong(
      "a username is set, but no password",
      "Set it with `pulumi config set --secret dli:password` or DLI_PASSWORD.",
    );
  }
  if (options.password !== undefined && options.username === undefined) {
    throw wrong("a password is set, but no username", "Set dli:username (DLI_USERNAME).");
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is refused, a header cannot carry them.
  if (options.username !== undefined && /[\u0000-\u001f\u007f]/.test(options.username)) {
    throw wrong("the username contains control characters", "Correct dli:username (DLI_USERNAME).");
  }
  if (options.token !== undefined && !/^[\x21-\x7e]+$/.test(options.token)) {
    throw wrong(
      "the token contains blanks or control characters",
      "Set dli:token to CLIENT.TOKEN as the device shows it.",
    );
  }
  const settings: Settings = {
    name,
    origin: origin(options.url, wrong),
    caCert: options.caCert,
    fingerprint: fingerprint(options.fingerprintSha256, wrong),
    insecureSkipVerify: options.insecureSkipVerify ?? false,
    connectTimeout: milliseconds("connectTimeoutSeconds", options.connectTimeoutSeconds, 10_000, 1000),
    requestTimeout: milliseconds("requestTimeoutSeconds", options.requestTimeoutSeconds, 30_000, 1000),
    quiet: milliseconds("quietMilliseconds", options.quietMilliseconds, 40, 1),
    maxSettle: milliseconds("maxSettleMilliseconds", options.maxSettleMilliseconds, 1000, 1),
    unreachableFor: milliseconds("unreachableSeconds", options.unreachableSeconds, 30_000, 1000),
    clock: options.clock ?? systemClock,
    random: options.random ?? Math.random,
    log: options.log ?? (() => {}),
  };
  return { settings, credentials: new Credentials(options) };
}

type Wrong = (message: string, remedy: string) => ConfigurationError;

function origin(text: string, wrong: Wrong): string {
  const remedy = "Set dli:url (DLI_URL) to http://HOST or https://HOST, with :PORT if needed.";
  // The text itself is not repeated: it may hold a password.
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw wrong("the URL is not an http or https URL", remedy);
  }
  if (url.username || url.password) {
    throw wrong("the URL contains a login", `${remedy} The login has settings of its own.`);
  }
  if (!/^\/(restapi\/?)?$/.test(url.pathname) || url.search || url.hash) {
    throw wrong("the URL contains more than scheme, host and port", remedy);
  }
  return url.origin;
}

function fingerprint(text: string | undefined, wrong: Wrong): string | undefined {
  if (text === undefined) {
    return undefined;
  }
  const digits = text.replaceAll(/[:\s]/g, "").toLowerCase();
  if (/^[0-9a-f]{64}$/.test(digits)) {
    return digits;
  }
  throw wrong(
    "fingerprintSha256 is not a SHA-256 fingerprint",
    "Set dli:fingerprintSha256 to 64 hexadecimal digits, as `openssl x509 -fingerprint -sha256` prints them.",
  );
}
