/**
 * The stack's configuration, which a provider that the program creates is not given: the engine puts the stack's keys
 * of this package into the environment of each plugin's process.
 */
import { ConfigurationError, isJsonObject, type Json } from "../client";
import type { Surroundings } from "../devices/surroundings";

type Stack = NonNullable<Surroundings["stack"]>;

/** Keys that the engine or the SDK adds to ours. */
export const otherKeys: readonly string[] = ["plugin", "version", "pluginDownloadURL", "parameterization"];

/** @throws ConfigurationError if `PULUMI_CONFIG` is not what the engine writes there. */
export function stackOf(env: NodeJS.ProcessEnv): Stack {
  const values = textsIn(env["PULUMI_CONFIG"] ?? "");
  if (values === undefined) {
    // A cause would quote the text, which holds passwords.
    throw new ConfigurationError({
      message: "the environment variable PULUMI_CONFIG is not the configuration that Pulumi writes there",
      remedy: "Remove it from the environment.",
    });
  }
  return { lookup: (key) => values[key.replace(/^dli:/, "")], keys: Object.keys(values), env };
}

/**
 * The stack's configuration, unless all that it says is given to the engine's own provider. Until the program runs, as
 * in a removal, that provider has the configuration of the last update; and a program may name its own one like it.
 */
export function stackNotGiven(env: NodeJS.ProcessEnv, given: Readonly<Record<string, string>>): Stack | undefined {
  const values = textsIn(env["PULUMI_CONFIG"] ?? "");
  const isGiven = Object.entries(values ?? {}).every(([key, value]) => given[key] === value);
  return isGiven ? undefined : stackOf(env);
}

/**
 * Texts by key, without `dli:`, of what says something about devices; `undefined` if it is no configuration. In a
 * program's environment, keys of other packages begin with their package's name.
 */
function textsIn(text: string): Record<string, string> | undefined {
  const given = parsed(text);
  if (!isJsonObject(given)) {
    return undefined;
  }
  const entries = Object.entries(given).map(
    ([key, value]) => [key.replace(/^dli:/, ""), typeof value === "string" ? value : JSON.stringify(value)] as const,
  );
  return Object.fromEntries(entries.filter(([key]) => !key.includes(":") && !otherKeys.includes(key)));
}

function parsed(text: string): Json | undefined {
  try {
    return text === "" ? {} : JSON.parse(text);
  } catch {
    return undefined;
  }
}
