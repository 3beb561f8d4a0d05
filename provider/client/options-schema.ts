/** The rules for the options of a client, as zod schemas. */
import { isIPv4, isIPv6 } from "node:net";
import * as z from "zod";
import type { LoginLedger } from "./auth/login-ledger";
import type { Clock } from "./clock";
import type { DliClientOptions } from "./options";

/** What configuration needs to know about an option besides its rules. */
interface OptionFacts {
  readonly description: string;
  /** Encrypted in configuration and state, and shown in no error. */
  readonly secret?: true;
  /** Part of the login. */
  readonly login?: true;
}

const hour = 3600;

/** Every message follows the name of the option, and repeats no value. */
const text = () =>
  z.string({
    // Pulumi reads `1234` in an object of configuration as a number, which may have lost digits.
    error: ({ input }) =>
      ["number", "boolean"].includes(typeof input)
        ? `is a ${typeof input}, and has to be a text: put it in quotes`
        : "is not a text",
  });
const duration = (longest: number) =>
  z.number({ error: "is not a number" }).max(longest, { error: "is longer than an hour" });
const seconds = () => duration(hour).positive({ error: "is not longer than 0" });
const milliseconds = () => duration(hour * 1000).nonnegative({ error: "is negative" });
const callback = <T>() => z.custom<T>((value) => typeof value === "function", { error: "is not a function" });

const url = text().superRefine((value, { addIssue }) => {
  const problem = problemOfUrl(value);
  if (problem !== undefined) {
    addIssue(`${problem}: it must be http://HOST or https://HOST, with :PORT if needed`);
  }
});

function problemOfUrl(value: string): string | undefined {
  const parsed = URL.canParse(value) ? new URL(value) : undefined;
  if (parsed === undefined || !/^https?:$/.test(parsed.protocol)) {
    return problemOfIpv6(value) ?? "is not an http or https URL";
  }
  if (parsed.username || parsed.password) {
    return "contains a login, which has options of its own";
  }
  if (!isWrittenOut(parsed, value)) {
    return "contains an IPv4 address that would be read as a different one: write its four numbers without leading zeros";
  }
  const isWhole = /^\/(restapi\/?)?$/.test(parsed.pathname) && !parsed.search && !parsed.hash;
  return isWhole ? undefined : "contains more than scheme, host and port";
}

/** URLs also accept IPv4 addresses in short, octal, hexadecimal and other forms: a slip can lead to another device. */
function isWrittenOut({ hostname }: URL, value: string): boolean {
  const written = /^\s*https?:[/\\]*([^/\\?#:]*)/i.exec(value)?.[1];
  return !isIPv4(hostname) || written === hostname;
}

function problemOfIpv6(value: string): string | undefined {
  const host = /^\s*(?:https?:\/\/)?\[?([0-9a-f:.]+)(%[^\]/]*)?/i.exec(value);
  if (host?.[1] === undefined || !isIPv6(host[1])) {
    return undefined;
  }
  return host[2] !== undefined && value.includes("[")
    ? "contains an IPv6 address with a zone, which no URL can have: use a global or unique local one"
    : "contains an IPv6 address, which stands in brackets without a zone, as in http://[fd00::1]";
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is refused, a header cannot carry them.
const printableName = text().regex(/^[^\u0000-\u001f\u007f]*$/, { error: "contains control characters" });

/** No device has a username with blanks around it, which would cause a failed login. */
const username = printableName.regex(/^(\S(.*\S)?)?$/s, { error: "begins or ends with a blank" });

/** What a password brings along that a shell or pipeline read from a file, and what would cause a failed login. */
const password = text()
  .regex(/^[^\r\n]*$/, { error: "contains a line break, perhaps that of the file it is from" })
  .regex(/^(?!\ufeff)/, { error: "begins with a byte order mark, perhaps that of the file it is from" });

const token = text()
  .regex(/^[\x21-\x7e]+$/, {
    error: "contains blanks or control characters: it must be CLIENT.TOKEN as the device shows it",
    abort: true,
  })
  .regex(/.\../, { error: "is not CLIENT.TOKEN as the device shows it" });

const fingerprint = text().regex(/^(?:\s*sha-?256 fingerprint\s*=)?(?:[:\s]*[0-9a-f]){64}[:\s]*$/i, {
  error: "is not a SHA-256 fingerprint: 64 hexadecimal digits, as `openssl x509 -fingerprint -sha256` prints them",
});

function configured<S extends z.ZodType>(schema: S, facts: OptionFacts): S {
  return schema.meta({ ...facts });
}

/** The options of a device in the configuration, which have the same names there, each with its description. */
export const deviceShape = {
  url: configured(url, { description: "Address, `http://192.168.0.100` or `https://...`." }),
  username: configured(username.optional(), { description: "Account to log in with. Default: `admin`.", login: true }),
  password: configured(password.optional(), { description: "Its password.", secret: true, login: true }),
  previousPassword: configured(password.optional(), {
    description: "Tried once when the device refuses `password`.",
    secret: true,
    login: true,
  }),
  token: configured(token.optional(), {
    description: "Bearer token (`CLIENT.TOKEN`), instead of account and password.",
    secret: true,
    login: true,
  }),
  caCert: configured(text().regex(/\S/, { error: "is blank" }).optional(), {
    description:
      "Certificate that the device's certificate is checked with, usually that of its authority: PEM text, or the path of a PEM file.",
  }),
  fingerprintSha256: configured(fingerprint.optional(), {
    description: "SHA-256 fingerprint that the certificate must have.",
  }),
  insecureSkipVerify: configured(z.boolean({ error: "is neither true nor false" }).optional(), {
    description: "True = accept any certificate; `fingerprintSha256` is still checked. Default: false.",
  }),
  allowOldTls: configured(z.boolean({ error: "is neither true nor false" }).optional(), {
    description:
      "True = accept TLS 1.0 and 1.1, which devices with old firmware have, their ciphers, and TLS without secure renegotiation. Default: false.",
  }),
  connectTimeoutSeconds: configured(seconds().optional(), {
    description: "How long connecting may take, in seconds: more than 0, at most 3600. Default: 10.",
  }),
  requestTimeoutSeconds: configured(seconds().optional(), {
    description: "How long a whole response may take, in seconds: more than 0, at most 3600. Default: 30.",
  }),
} satisfies Partial<Record<keyof DliClientOptions, z.ZodType>>;

const clientShape = {
  ...deviceShape,
  name: text().optional(),
  quietMilliseconds: milliseconds().optional(),
  maxSettleMilliseconds: milliseconds().optional(),
  unreachableSeconds: duration(hour).nonnegative({ error: "is negative" }).optional(),
  logins: z.custom<LoginLedger>((value) => typeof value === "object", { error: "is no record of logins" }).optional(),
  clock: z.custom<Clock>((value) => typeof value === "object", { error: "is not a clock" }).optional(),
  random: callback<() => number>().optional(),
  log: callback<(line: string) => void>().optional(),
} satisfies Record<keyof DliClientOptions, z.ZodType>;

/** All options of a client. */
export const optionsSchema = z.object(clientShape).superRefine(({ username, password, token }, { addIssue }) => {
  const wrong = (key: keyof DliClientOptions, message: string) => addIssue({ code: "custom", path: [key], message });
  if (token !== undefined && (username !== undefined || password !== undefined)) {
    wrong("token", "is set together with a username or password: keep one of the two ways to log in");
  } else if (username !== undefined && password === undefined) {
    wrong("password", "is missing, although `username` is set");
  } else if (password !== undefined && username === undefined) {
    wrong("username", "is missing, although `password` is set");
  }
});
