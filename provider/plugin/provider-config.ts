/** The configuration of one provider resource: what it takes, what of it is wrong, and which environment it sees. */
import { isDliError } from "../client";
import { DeviceConfiguration } from "../devices/configuration/device-configuration";
import { deviceKeys, isSecretKey, keyNames, ourKeys, unknownKeyError } from "../devices/configuration/keys";
import { idleSafety } from "../devices/configuration/safety-keys";
import { collisionsOf, variableOf } from "../devices/configuration/variables";
import { calledByAddress } from "../devices/device-label";
import type { EngineValues } from "../lifecycle/state/engine-words";
import { didYouMean } from "../runtime/typo";
import { holdsUnknown } from "../schema/unknown";
import { otherKeys } from "./stack-configuration";

/** The provider resource that is configured, as far as the engine names it. */
export interface ProviderName {
  /** Its name in the program; `undefined` for the engine's own default provider, or when it is not known. */
  readonly explicit: string | undefined;
  /** Whether it is the engine's own provider for programs that ask for this version. */
  readonly isVersioned?: boolean;
}

/** Configuration values by key without `dli:`, all of them texts. */
export type Configuration = Readonly<Record<string, string>>;

/** Whether an argument of a provider is encrypted in the state. */
export function isSecretArgument(name: string): boolean {
  return name === "devices" || isSecretKey(name);
}

/** Everything that is wrong, each with the command that fixes it. */
export function configurationProblems(
  given: EngineValues,
  configuration: Configuration,
  env: NodeJS.ProcessEnv,
  { explicit }: ProviderName,
): string[] {
  const foreign = Object.keys(given).filter((key) => !ourKeys.includes(key) && !otherKeys.includes(key));
  const problems = foreign.map((key) =>
    explicit === undefined
      ? unknownKeyError(key, { hasDevices: given["devices"] !== undefined }).message
      : `${key} is not an argument of a provider${didYouMean(key, ourKeys)}; there are ${ourKeys.join(", ")}.`,
  );
  const collision = explicit === undefined ? undefined : collisionsOf(["default", explicit], keyNames).get(explicit);
  if (collision) {
    problems.push(
      `provider "${explicit}": its environment variable ${collision.variable} would be one of every provider's. Give it another name.`,
    );
  }
  if (holdsUnknown(given)) {
    return problems;
  }
  return [...problems, ...deviceProblems(configuration, env, explicit)];
}

function deviceProblems(configuration: Configuration, env: NodeJS.ProcessEnv, explicit: string | undefined): string[] {
  const devices = new DeviceConfiguration(lookupIn(configuration), env, { provider: explicit });
  try {
    const names = devices.names();
    for (const name of names.length > 0 ? names : ["default"]) {
      devices.options(name);
    }
    // What the environment says for every provider is not to be lost for this one.
    const keys = { names, hasEntry: false, lookup: lookupIn(configuration), env, provider: explicit };
    const idle = names.length > 0 ? idleSafety(keys, true) : undefined;
    return idle === undefined ? [] : [idle.message];
  } catch (error) {
    if (!isDliError(error)) {
      throw error;
    }
    if (explicit === undefined || error.device !== "default") {
      return [calledByAddress(error.message, error.device ?? "", undefined)];
    }
    if (!/^no (address|password) is configured/.test(error.problem)) {
      return [`provider "${explicit}": ${error.problem}. ${error.remedy}`];
    }
    const [url, username, password] = ["url", "username", "password"].map((key) => variableOf(explicit, key));
    return [
      `provider "${explicit}": ${error.problem}. Give it \`url\`, \`username\` and \`password\`, as arguments or in the environment as ${url}, ${username} and ${password}.`,
    ];
  }
}

/** A lookup of `dli:KEY` in a provider's own configuration. */
export function lookupIn(configuration: Configuration): (key: string) => string | undefined {
  return (key) => configuration[key.replace(/^dli:/, "")];
}

/**
 * The environment as one provider sees it. For the default provider `DLI_PASSWORD` wins over configuration. For an
 * explicit provider `rack1`, `DLI_RACK1_PASSWORD` does, and `DLI_PASSWORD` applies only if it has no argument.
 */
export function environmentOf(
  env: NodeJS.ProcessEnv,
  configuration: Configuration,
  { explicit }: ProviderName,
): NodeJS.ProcessEnv {
  if (explicit === undefined) {
    return env;
  }
  // A partly configured login is not completed with that of another device.
  const hasLogin = deviceKeys.some(({ name, isLogin }) => isLogin && configuration[name] !== undefined);
  const own: NodeJS.ProcessEnv = { ...env };
  // Nor is the serial number of a device at another address used.
  const isElsewhere = configuration["url"] !== undefined || Boolean(env[variableOf(explicit, "url")]);
  for (const { name, isLogin } of deviceKeys) {
    const general = variableOf("default", name);
    // An audit sets this for all devices, regardless of what a provider is given.
    if (name === "unreachable" && env[general] === "fail") {
      continue;
    }
    const particular = env[variableOf(explicit, name)];
    if (particular !== undefined && particular !== "") {
      own[general] = particular;
    } else if (configuration[name] !== undefined || (hasLogin && isLogin) || (isElsewhere && name === "serial")) {
      delete own[general];
    }
  }
  return own;
}
