/** How the device is reached: flags win over the environment, and a flag never takes a secret. */
import path from "node:path";
import { DeviceConfiguration, defaultUsername } from "../provider/devices/configuration/device-configuration";
import { isSecretKey, keyNames } from "../provider/devices/configuration/keys";
import { strayVariables } from "../provider/devices/configuration/stray-variables";
import { variableOf } from "../provider/devices/configuration/variables";
import { Devices } from "../provider/devices/devices";
import { didYouMean } from "../provider/runtime/typo";
import { UsageError } from "./exit-codes";
import { askSecret, firstLineOfStdin, warn } from "./terminal";

/** The flags that say how to reach the device. */
export interface ConnectionOptions {
  readonly url?: string;
  readonly username?: string;
  readonly passwordStdin?: boolean;
  /** `key=value`, for keys without a flag of their own. */
  readonly config?: readonly string[];
}

/** Configuration of the device `default`, with keys without `dli:`. */
export type ConnectionSettings = Readonly<Record<string, string>>;

/** The settings from flags and environment; asks for the password if there is neither a password nor a token. */
export async function connectionSettings(
  options: ConnectionOptions,
  env: NodeJS.ProcessEnv,
): Promise<ConnectionSettings> {
  checkStrayVariables(env);
  const given = givenSettings(options, env);
  if (given["token"] !== undefined) {
    return given;
  }
  const settings = { username: defaultUsername, ...given };
  if (options.passwordStdin) {
    return { ...settings, password: await passwordOnStdin() };
  }
  if (given["password"] !== undefined) {
    return settings;
  }
  await refuseMistakes(settings, env);
  return { ...settings, password: await askPassword(settings) };
}

/** What flags and environment say. @throws UsageError if neither says where the device is. */
function givenSettings(options: ConnectionOptions, env: NodeJS.ProcessEnv): ConnectionSettings & { url: string } {
  const flags = settingsOf([
    ...(options.url === undefined ? [] : [["url", options.url] as const]),
    ...(options.username === undefined ? [] : [["username", options.username] as const]),
    ...(options.config ?? []).map(keyValue),
  ]);
  const replaced = replacedLogins(flags, options);
  const variables = keyNames
    .filter((key) => !replaced.includes(key))
    .map((key) => [key, env[variableOf("default", key)] ?? ""] as const);
  const given = { ...Object.fromEntries(variables.filter(([, value]) => value !== "")), ...flags };
  const { url, caCert } = given;
  if (url === undefined) {
    throw new UsageError("Where is the device? Give `--url http://192.168.0.100`, or set DLI_URL.");
  }
  return { ...given, url, ...(caCert !== undefined && { caCert: placed(caCert) }) };
}

function askPassword({ username, url }: { readonly username: string; readonly url: string }): Promise<string> {
  const otherwise = "Set DLI_PASSWORD, or pass it with `--password-stdin`.";
  return askSecret(`Password of ${username} on ${hostOf(url)}`, otherwise);
}

/** @throws ConfigurationError if a device cannot have these settings, whether or not this command uses all of them. */
export async function refuseMistakes(settings: ConnectionSettings, env: NodeJS.ProcessEnv): Promise<void> {
  const given: ConnectionSettings = { username: defaultUsername, ...settings, password: "still to be asked for" };
  const lookup = (key: string) => given[key.replace(/^dli:/, "")];
  const [variables, configurable] = [variablesOf(settings, env), "flags" as const];
  const devices = new Devices({ lookup, env: variables, configurable });
  try {
    await devices.context("default", "getDevice");
    const configuration = new DeviceConfiguration(lookup, variables, { configurable });
    configuration.isReadOnly("default");
    configuration.isReadByPreviews("default");
  } catch (error) {
    throw devices.withoutSecrets(error, []);
  } finally {
    await devices.close();
  }
}

async function passwordOnStdin(): Promise<string> {
  const password = await firstLineOfStdin();
  if (password === "") {
    throw new UsageError("There is no password on standard input.");
  }
  return password;
}

function checkStrayVariables(env: NodeJS.ProcessEnv): void {
  const { refused, warning } = strayVariables(env, []);
  if (refused) {
    throw new UsageError(refused.message);
  }
  if (warning !== undefined) {
    warn(warning);
  }
}

/** Keys from the environment that a login given by flags replaces: a token would win over every password. */
function replacedLogins(flags: ConnectionSettings, { passwordStdin }: ConnectionOptions): string[] {
  if (passwordStdin) {
    return ["token", "password", "previousPassword"];
  }
  return flags["username"] === undefined ? [] : ["token"];
}

/** The certificate, or the absolute path of its file: a provider runs in the folder of its project. */
function placed(caCert: string): string {
  return /-----BEGIN|[\r\n]/.test(caCert) ? caCert : path.resolve(caCert);
}

/**
 * The environment for a program that has to reach the device with these settings only: for a provider, a variable wins
 * over all configuration.
 */
export function environmentFor(settings: ConnectionSettings, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const replaced = new Set(keyNames.map((key) => variableOf("default", key)));
  const others = Object.entries(env).filter(([name]) => !replaced.has(name));
  return { ...Object.fromEntries(others), ...variablesOf(settings, env) };
}

/**
 * The environment variables that the settings come from, so that messages can name them. Those that a flag replaces are
 * left out, because for a provider a variable wins over everything else.
 */
export function variablesOf(settings: ConnectionSettings, env: NodeJS.ProcessEnv): Record<string, string> {
  const ours = Object.entries(settings).map(([key, value]) => [variableOf("default", key), value] as const);
  return Object.fromEntries(ours.filter(([variable, value]) => env[variable] === value));
}

/** @throws UsageError if a key has two values, one of which would count for nothing. */
function settingsOf(pairs: readonly (readonly [key: string, value: string])[]): ConnectionSettings {
  const twice = pairs.find(([key], at) => pairs.findIndex(([other]) => other === key) < at);
  if (twice) {
    throw new UsageError(`\`${twice[0]}\` is given twice: leave out one of them.`);
  }
  return Object.fromEntries(pairs);
}

function keyValue(pair: string): readonly [key: string, value: string] {
  const at = pair.indexOf("=");
  const name = pair.slice(0, Math.max(at, 0)).replace(/^dli:/, "");
  if (isSecretKey(name)) {
    throw new UsageError(
      `\`${name}\` is a secret, which would be seen in the list of processes: set ${variableOf("default", name)} instead.`,
    );
  }
  if (!keyNames.includes(name)) {
    const what = at < 0 ? "--config takes KEY=VALUE" : `there is no key \`${name}\`${didYouMean(name, keyNames)}`;
    throw new UsageError(`${what}; the keys are ${keyNames.join(", ")}.`);
  }
  const value = pair.slice(at + 1);
  if (value === "") {
    throw new UsageError("--config has an empty value: give it one, or leave it out.");
  }
  return [name, value];
}

function hostOf(url: string): string {
  try {
    return new URL(url).host;
  } catch {
    return "the device";
  }
}
