/** The options of a client after validation. */
import { Credentials } from "./auth/credentials";
import { type LoginLedger, processLogins } from "./auth/login-ledger";
import { type Clock, systemClock } from "./clock";
import { ConfigurationError } from "./errors/errors";
import type { DliClientOptions } from "./options";
import type * as OptionsSchema from "./options-schema";

/** The options of a client with every default filled in, without its credentials. */
export interface Settings {
  readonly name: string;
  /** Scheme, host and port, without a slash at the end. */
  readonly origin: string;
  readonly caCert: string | undefined;
  /** 64 lower-case hexadecimal digits. */
  readonly fingerprint: string | undefined;
  readonly insecureSkipVerify: boolean;
  readonly allowOldTls: boolean;
  /** All durations are in milliseconds. */
  readonly connectTimeout: number;
  readonly requestTimeout: number;
  readonly quietWindow: number;
  readonly longestQuietWait: number;
  readonly unreachableFor: number;
  readonly logins: LoginLedger;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: (line: string) => void;
}

/** Valid options, or what is wrong with one of them: a predicate for its name, which repeats no value. */
export type ParsedOptions =
  | { readonly options: DliClientOptions; readonly problem?: undefined }
  | { readonly key: string; readonly problem: string };

/** The rules, loaded when they are first needed: outside a bundle, zod takes 60 ms. */
export function optionRules(): typeof OptionsSchema {
  return require("./options-schema");
}

/** Checks options that may come from anywhere, such as configuration. */
export function parseOptions(given: object): ParsedOptions {
  const { data: options, error } = optionRules().optionsSchema.safeParse(given);
  if (options) {
    return { options };
  }
  const issue = error?.issues[0];
  return { key: String(issue?.path[0] ?? "options"), problem: issue?.message ?? "cannot be used" };
}

/**
 * The settings and the credentials in the options of a client.
 * @throws ConfigurationError
 */
export function settingsOf(given: DliClientOptions): { settings: Settings; credentials: Credentials } {
  const parsed = parseOptions(given);
  const { name = "default" } = given;
  if (parsed.problem !== undefined) {
    throw new ConfigurationError({ device: name, message: `\`${parsed.key}\` ${parsed.problem}` });
  }
  const { options } = parsed;
  const settings: Settings = {
    name,
    origin: new URL(options.url).origin,
    caCert: options.caCert,
    fingerprint: options.fingerprintSha256
      ?.replace(/^[^=]*=/, "")
      .replaceAll(/[:\s]/g, "")
      .toLowerCase(),
    insecureSkipVerify: options.insecureSkipVerify ?? false,
    allowOldTls: options.allowOldTls ?? false,
    connectTimeout: (options.connectTimeoutSeconds ?? 10) * 1000,
    requestTimeout: (options.requestTimeoutSeconds ?? 30) * 1000,
    quietWindow: options.quietMilliseconds ?? 40,
    longestQuietWait: options.maxSettleMilliseconds ?? 1000,
    unreachableFor: (options.unreachableSeconds ?? 30) * 1000,
    logins: options.logins ?? processLogins,
    clock: options.clock ?? systemClock,
    random: options.random ?? Math.random,
    log: options.log ?? (() => {}),
  };
  return { settings, credentials: new Credentials(options) };
}
