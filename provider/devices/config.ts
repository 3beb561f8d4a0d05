/**
 * Which devices exist and how to log in to them: stack configuration (`dli:*`), and the environment, which wins, so that
 * a pipeline can inject secrets without writing them down.
 */
import * as z from "zod";
import { ConfigurationError, type DliClientOptions, optionRules, parseOptions, quotedNames } from "../client";
import { didYouMean } from "../runtime/typo";
import { type Fleet, fleetIn } from "./fleet";
import type { KeySources } from "./keys-in-force";
import { variableOf } from "./variables";

/** Looks up one configuration value, such as `dli:url`; secrets come in clear. */
export type ConfigLookup = (key: string) => string | undefined;

/** What a configuration key takes. */
export type KeyType = "boolean" | "integer" | "number" | "string";

/** A configuration key of a device: the same in `dli:KEY`, in an entry of `dli:devices` and, in capitals, in the environment. */
export interface ConfigKey {
  readonly name: string;
  readonly type: KeyType;
  readonly description: string;
  /** Encrypted in configuration and state. */
  readonly isSecret: boolean;
  /** Says who logs in. */
  readonly isLogin: boolean;
}

/** The configuration keys for these options of a client. Everything known about a key is in its zod schema. */
export function configKeysOf(shape: Readonly<Record<string, z.ZodType>>): ConfigKey[] {
  return Object.entries(shape).map(([name, schema]) => {
    const { description = "", secret = false, login = false } = schema.meta() ?? {};
    return { name, type: typeOf(schema), description, isSecret: secret === true, isLogin: login === true };
  });
}

function typeOf(schema: z.core.$ZodType): KeyType {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) {
    return typeOf(schema.unwrap());
  }
  if (schema instanceof z.ZodNumber) {
    return schema.format?.includes("int") ? "integer" : "number";
  }
  if (schema instanceof z.ZodBoolean) {
    return "boolean";
  }
  if (schema instanceof z.ZodString) {
    return "string";
  }
  throw new Error(`a configuration key cannot have the type ${schema._zod.def.type}`);
}

/** What the provider itself keeps to, whatever the program declares. */
const providerShape = {
  protectedOutlets: z.string().optional().meta({
    description:
      "Numbers of outlets, separated by commas, that nothing in this package switches off, cycles, lets AutoPing cycle or leaves without power by a reboot or a recovery mode, whatever a program declares: `1,4`. Scripts of the device and people are not covered.",
  }),
  serial: z.string().optional().meta({
    description:
      "Serial number of the device that is meant. Any other device is refused before anything is written; without this key, any other one than the states remember. After a device was replaced, set it to the new one's: what the program declares is then made there.",
  }),
};

/** What a plan keeps to. */
const planShape = {
  previewReads: z.boolean().optional().meta({
    description:
      "Whether a preview reads the device to say what will happen to its power, and to fail as early as the update would. False is for a pipeline that has no way to the device: the plan then says that it has not looked. Default: true.",
  }),
};

/** The configuration keys of a device. */
export const deviceKeys: readonly ConfigKey[] = configKeysOf({
  ...optionRules().deviceShape,
  ...providerShape,
  ...planShape,
});

/** Names of the configuration keys of a device. */
export const keyNames: readonly string[] = deviceKeys.map(({ name }) => name);

const keysByName: ReadonlyMap<string, ConfigKey> = new Map(deviceKeys.map((key) => [key.name, key]));

/** Names of all keys of `dli:`. */
export const ourKeys: readonly string[] = [...keyNames, "devices"];

/** A key that nobody reads: what it was meant to say does not hold. */
export function unknownKey(key: string): ConfigurationError {
  return new ConfigurationError({
    message: `dli:${key} is not a configuration key${didYouMean(key, ourKeys)}; there are ${ourKeys.join(", ")}`,
    remedy: `Run \`pulumi config rm dli:${key}\`.`,
  });
}

/** Who logs in where configuration gives a password only. */
const defaultUsername = "admin";

/** Names of the devices that configuration and environment know. */
export function deviceNames(lookup: ConfigLookup, env: NodeJS.ProcessEnv): string[] {
  const names = Object.keys(fleet(lookup).entries);
  const hasDefault = Boolean(lookup("dli:url") || env["DLI_URL"]);
  return [...new Set([...(hasDefault ? ["default"] : []), ...names])];
}

/** Finds the options of a named device, or says which command sets what is missing. */
export function deviceOptions(name: string, lookup: ConfigLookup, env: NodeJS.ProcessEnv): DliClientOptions {
  const wrong = (message: string, key: string) =>
    new ConfigurationError({ device: name, message, remedy: howToSet(name, key) });
  const { protectedOutlets: _outlets, serial: _serial, previewReads: _reads, ...given } = givenTo(name, lookup, env);
  if (given["url"] === undefined) {
    throw unknownDevice(name, deviceNames(lookup, env)) ?? wrong("no address is configured", "url");
  }
  if (given["password"] === undefined && given["token"] === undefined) {
    throw wrong("no password is configured", "password");
  }
  const parsed = parseOptions({ name, ...withOneLogin(given) });
  if (parsed.problem !== undefined) {
    throw wrong(`the configured \`${parsed.key}\` ${parsed.problem}`, parsed.key);
  }
  return parsed.options;
}

/** A name that a program gives to no configured device, where there are some. */
function unknownDevice(name: string, names: readonly string[]): ConfigurationError | undefined {
  if (name === "default" || names.length === 0 || names.includes(name)) {
    return undefined;
  }
  return new ConfigurationError({
    message: `no device "${name}" is configured${didYouMean(name, names)}; there are ${quotedNames(names)}`,
    remedy: `Correct \`device\`, or run \`pulumi config set --path dli:devices.${name}.url http://192.168.0.100\`.`,
  });
}

/** Scheme, host and port of a named device; `undefined` where it is not configured, or not rightly. */
export function deviceAddress(name: string, lookup: ConfigLookup, env: NodeJS.ProcessEnv): string | undefined {
  try {
    return new URL(String(givenTo(name, lookup, env)["url"])).origin;
  } catch {
    return undefined;
  }
}

const outletNumbers = z.array(z.coerce.number().int().min(1));

/**
 * Numbers of the outlets that configuration protects on a named device; a list in an entry of `dli:devices`.
 * @throws ConfigurationError when it is something else: to guess would protect the wrong outlet.
 */
export function protectedOutletsOf(name: string, lookup: ConfigLookup, env: NodeJS.ProcessEnv): number[] {
  const given = givenTo(name, lookup, env)["protectedOutlets"] ?? [];
  const list = typeof given === "number" ? [given] : given;
  const numbers = outletNumbers.safeParse(typeof list === "string" ? list.split(",") : list);
  if (!numbers.success) {
    throw new ConfigurationError({
      device: name,
      message: "the configured `protectedOutlets` is not a list of outlet numbers such as 1,4",
      remedy: howToSet(name, "protectedOutlets"),
    });
  }
  return numbers.data;
}

/** The serial number that configuration demands of a named device. */
export function requiredSerialOf(name: string, lookup: ConfigLookup, env: NodeJS.ProcessEnv): string | undefined {
  const serial = givenTo(name, lookup, env)["serial"];
  // In JSON, one of digits alone is easily written as a number.
  return serial === undefined || serial === null ? undefined : String(serial).trim();
}

/**
 * Whether a plan may read a named device.
 * @throws ConfigurationError when it is neither true nor false.
 */
export function previewReadsOf(name: string, lookup: ConfigLookup, env: NodeJS.ProcessEnv): boolean {
  const given = givenTo(name, lookup, env)["previewReads"] ?? true;
  if (typeof given === "boolean") {
    return given;
  }
  throw new ConfigurationError({
    device: name,
    message: "the configured `previewReads` is neither true nor false",
    remedy: howToSet(name, "previewReads"),
  });
}

function givenTo(name: string, lookup: ConfigLookup, env: NodeJS.ProcessEnv): Record<string, unknown> {
  const collision = fleet(lookup).collisionOf(name);
  if (collision) {
    throw new ConfigurationError({
      device: name,
      message: `the environment variable ${collision.variable} would belong to this device and to "${collision.other}"`,
      remedy: "Rename one of the two in `dli:devices`.",
    });
  }
  return { ...fromConfig(name, lookup), ...fromEnvironment(name, env) };
}

/** A token takes the place of an account, so that `dli:token` can be tried beside a configured password. */
function withOneLogin(given: Record<string, unknown>): Record<string, unknown> {
  const { username = defaultUsername, password, token, ...rest } = given;
  return token === undefined ? { ...rest, username, password } : { ...rest, token };
}

/** All secrets among a device's options, for redaction. */
export function secretsOf(options: DliClientOptions): unknown[] {
  const values: Readonly<Record<string, unknown>> = { ...options };
  return deviceKeys.filter(({ isSecret }) => isSecret).map(({ name }) => values[name]);
}

function fromConfig(name: string, lookup: ConfigLookup): Record<string, unknown> {
  const entry = entryOf(name, lookup);
  if (entry) {
    const unknownKey = Object.keys(entry).find((key) => !keysByName.has(key));
    if (unknownKey !== undefined) {
      throw new ConfigurationError({
        device: name,
        message: `\`${unknownKey}\` is not a configuration key${didYouMean(unknownKey, keyNames)}; there are ${keyNames.join(", ")}`,
        remedy: `Rename or remove it in the entry "${name}" of \`dli:devices\`.`,
      });
    }
    return valuesOf((key) => entry[key]);
  }
  return name === "default" ? valuesOf((key) => lookup(`dli:${key}`)) : {};
}

function fromEnvironment(name: string, env: NodeJS.ProcessEnv): Record<string, unknown> {
  return valuesOf((key) => env[variableOf(name, key)]);
}

/** The values of all keys that have one; a text becomes what the key takes. */
function valuesOf(find: (key: string) => unknown): Record<string, unknown> {
  const entries = deviceKeys.map(({ name, type }) => [name, fromText(find(name), type)] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined && value !== ""));
}

/** Configuration and environment hold texts only. What is not a number or boolean stays a text, and is refused later. */
function fromText(value: unknown, type: KeyType): unknown {
  if (typeof value !== "string" || value.trim() === "" || type === "string") {
    return value;
  }
  if (type === "boolean") {
    return value === "true" ? true : value === "false" ? false : value;
  }
  const number = Number(value);
  return Number.isNaN(number) ? value : number;
}

/** Where the configuration of a device comes from, for messages. */
export function keySources(
  device: string,
  lookup: ConfigLookup,
  env: NodeJS.ProcessEnv,
  provider: string | undefined,
): KeySources {
  return { device, provider, env, hasEntry: entryOf(device, lookup) !== undefined };
}

function entryOf(name: string, lookup: ConfigLookup): Record<string, unknown> | undefined {
  const { entries } = fleet(lookup);
  return Object.hasOwn(entries, name) ? entries[name] : undefined;
}

function fleet(lookup: ConfigLookup): Fleet {
  return fleetIn(lookup("dli:devices") ?? "", keyNames);
}

/** How a key of a named device is set, a whole sentence; to this value, where one is given. */
export function howToSet(name: string, key: string, given?: string): string {
  const text = given === undefined || /^[\w.:-]+$/.test(given) ? given : `'${given.replaceAll("'", "'\\''")}'`;
  const variable = `${variableOf(name, key)}${text === undefined ? "" : `=${text}`}`;
  if (name !== "default") {
    return `Add \`${key}${given === undefined ? "" : `: ${given}`}\` to the entry "${name}" of the secret \`dli:devices\`, or set the environment variable ${variable}.`;
  }
  const isSecret = keysByName.get(key)?.isSecret === true;
  const examples: Readonly<Record<string, string>> = {
    url: "http://192.168.0.100",
    protectedOutlets: "1,4",
    previewReads: "false",
  };
  const value = text ?? examples[key] ?? key.toUpperCase();
  const command = `pulumi config set ${isSecret ? "--secret " : ""}dli:${key}${isSecret ? "" : ` ${value}`}`;
  return `Run \`${command}\`, or set the environment variable ${variable}.`;
}
