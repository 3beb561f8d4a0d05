/** Which configuration a provider takes, and what is wrong with it. */
import { isDliError } from "../client";
import { DeviceConfiguration } from "../devices/device-configuration";
import { calledByAddress } from "../devices/device-label";
import { isSecretKey, keyNames, ourKeys, unknownKey } from "../devices/keys";
import { idleSafety } from "../devices/safety-keys";
import { collisionsOf, variableOf } from "../devices/variables";
import { didYouMean } from "../runtime/typo";
import { holdsUnknown } from "../schema/unknown";
import type { Properties } from "./property-values";
import { type Configuration, lookupIn, type ProviderName } from "./session";
import { otherKeys } from "./stack-configuration";

/** Whether an argument of a provider is encrypted in the state. */
export function isSecretArgument(name: string): boolean {
  return name === "devices" || isSecretKey(name);
}

/** Everything that is wrong, each with the command that fixes it. */
export function configurationProblems(
  given: Properties,
  configuration: Configuration,
  env: NodeJS.ProcessEnv,
  { explicit }: ProviderName,
): string[] {
  const foreign = Object.keys(given).filter((key) => !ourKeys.includes(key) && !otherKeys.includes(key));
  const problems = foreign.map((key) =>
    explicit === undefined
      ? unknownKey(key, { hasDevices: given["devices"] !== undefined }).message
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
  const place = explicit === undefined ? {} : { provider: explicit };
  const devices = new DeviceConfiguration(lookupIn(configuration), env, place);
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
