/**
 * The stack's configuration, which a provider that the program creates is not given: the engine puts the stack's keys
 * of this package into the environment of each plugin's process.
 */
import { ConfigurationError, isJsonObject, type Json } from "../client";
import type { Surroundings } from "../devices/surroundings";

/** Keys that the engine or the SDK adds to ours. */
export const otherKeys: readonly string[] = ["plugin", "version", "pluginDownloadURL", "parameterization"];

/** @throws ConfigurationError if `PULUMI_CONFIG` is not what the engine writes there. */
export function stackOf(env: NodeJS.ProcessEnv): NonNullable<Surroundings["stack"]> {
  const values = textsIn(env["PULUMI_CONFIG"] ?? "");
  return {
    lookup: (key) => values[key.replace(/^dli:/, "")],
    keys: Object.keys(values).filter((key) => !otherKeys.includes(key)),
    env,
  };
}

/** Texts by key, without `dli:`. In a program's environment, keys of other packages begin with their package's name. */
function textsIn(text: string): Record<string, string> {
  const given = parsed(text);
  if (!isJsonObject(given)) {
    // The cause would quote the text, which holds passwords.
    throw new ConfigurationError({
      message: "the environment variable PULUMI_CONFIG is not the configuration that Pulumi writes there",
      remedy: "Remove it from the environment.",
    });
  }
  const entries = Object.entries(given).map(
    ([key, value]) => [key.replace(/^dli:/, ""), typeof value === "string" ? value : JSON.stringify(value)] as const,
  );
  return Object.fromEntries(entries.filter(([key]) => !key.includes(":")));
}

function parsed(text: string): Json | undefined {
  try {
    return text === "" ? {} : JSON.parse(text);
  } catch {
    return undefined;
  }
}
