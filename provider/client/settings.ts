/** The options of a client after checking. */
import { Credentials } from "./auth/credentials";
import { type Clock, systemClock } from "./clock";
import { ConfigurationError } from "./errors/errors";
import type { DliClientOptions } from "./options";
import type * as OptionsSchema from "./options-schema";

/** The options of a client with every default filled in, without what it logs in with. */
export interface Settings {
  readonly name: string;
  /** Scheme, host and port, without a slash at the end. */
  readonly origin: string;
  readonly caCert: string | undefined;
  /** 64 lower-case hexadecimal digits. */
  readonly fingerprint: string | undefined;
  readonly insecureSkipVerify: boolean;
  /** All durations are in milliseconds. */
  readonly connectTimeout: number;
  readonly requestTimeout: number;
  readonly quietWindow: number;
  readonly longestQuietWait: number;
  readonly unreachableFor: number;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: (line: string) => void;
}

/** What is wrong with the options, as the name of one and a predicate for it. Repeats no value. */
export interface OptionsProblem {
  readonly key: string;
  readonly problem: string;
}

/** The rules, loaded when they are first needed: outside a bundle, zod takes 60 ms. */
export function optionRules(): typeof OptionsSchema {
  return require("./options-schema");
}

/** What is wrong with options, if anything is. */
export function problemOfOptions(options: Readonly<Record<string, unknown>>): OptionsProblem | undefined {
  const issue = optionRules().optionsSchema.safeParse(options).error?.issues[0];
  return issue && { key: String(issue.path[0] ?? "options"), problem: issue.message };
}

/**
 * Checks the options.
 * @throws ConfigurationError
 */
export function settingsOf(options: DliClientOptions): { settings: Settings; credentials: Credentials } {
  const { name = "default", url, ...given } = options;
  const found = problemOfOptions({ ...options });
  if (found) {
    throw new ConfigurationError({ device: name, message: `\`${found.key}\` ${found.problem}` });
  }
  const settings: Settings = {
    name,
    origin: new URL(url).origin,
    caCert: given.caCert,
    fingerprint: given.fingerprintSha256?.replaceAll(/[:\s]/g, "").toLowerCase(),
    insecureSkipVerify: given.insecureSkipVerify ?? false,
    connectTimeout: (given.connectTimeoutSeconds ?? 10) * 1000,
    requestTimeout: (given.requestTimeoutSeconds ?? 30) * 1000,
    quietWindow: given.quietMilliseconds ?? 40,
    longestQuietWait: given.maxSettleMilliseconds ?? 1000,
    unreachableFor: (given.unreachableSeconds ?? 30) * 1000,
    clock: given.clock ?? systemClock,
    random: given.random ?? Math.random,
    log: given.log ?? (() => {}),
  };
  return { settings, credentials: new Credentials(given) };
}
