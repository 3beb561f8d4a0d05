/** Which configuration key counts for a device, so that a message names what has to be changed. */
import { variableOf } from "./variables";

/** Where the configuration of a device comes from. */
export interface KeySources {
  readonly device: string;
  /** Name of the program's provider resource; none for the engine's own. */
  readonly provider: string | undefined;
  /** Whether `dli:devices` has an entry for it. */
  readonly hasEntry: boolean;
  readonly env: NodeJS.ProcessEnv;
}

/** A key as messages write it, each alone, as a command, or before the variable that takes its place. */
const mention =
  /(?<run>Run )?`pulumi config set (?<secret>--secret )?dli:(?<command>\w+)(?<value> [^`]*)?`(?<or> or DLI_\w+)?|(?<quote>`?)dli:(?<plain>\w+)\k<quote>(?<variable> \(DLI_\w+\))?/g;

const variables = /\bDLI_[A-Z0-9_]+/g;

/**
 * A text about a device with every mention of a key changed into the one in force: the entry of `dli:devices`, the
 * argument of the provider, or the environment variable that has taken its place.
 * @param keys Names of all keys of a device.
 */
export function withKeysInForce(text: string, sources: KeySources, keys: readonly string[]): string {
  const keysByVariable = new Map(keys.map((key) => [variableOf("default", key), key]));
  const named = text.replaceAll(variables, (variable) => {
    const key = keysByVariable.get(variable);
    return key === undefined ? variable : (variableInForce(sources, key) ?? variableFor(sources, key));
  });
  return named.replaceAll(mention, (whole, ...rest) => {
    const groups = rest.at(-1) as Record<string, string | undefined>;
    const { run = "", secret = "", command, value = "", or = "", plain, variable = "" } = groups;
    const set = run === "" ? "" : "Set ";
    const to = value === "" ? "" : ` to${value}`;
    const key = command ?? plain ?? "";
    if (!keys.includes(key)) {
      return whole;
    }
    const inForce = variableInForce(sources, key);
    if (inForce !== undefined) {
      return `${set}the environment variable ${inForce}${to}`;
    }
    if (sources.provider !== undefined && !sources.hasEntry) {
      return `${set}\`${key}\` of the provider "${sources.provider}"${to}${or}${variable}`;
    }
    if (!sources.hasEntry) {
      return whole;
    }
    const path = `dli:devices.${sources.device}.${key}`;
    return command === undefined
      ? `${path}${variable}`
      : `${run}\`pulumi config set ${secret}--path ${path}${value}\`${or}`;
  });
}

/** The variable to set for a device. */
function variableFor({ device, provider }: KeySources, key: string): string {
  return variableOf(device === "default" && provider !== undefined ? provider : device, key);
}

/** The variable that a value has come from, where one has. */
function variableInForce(sources: KeySources, key: string): string | undefined {
  const own = [variableFor(sources, key), variableOf(sources.device, key)];
  return own.find((variable) => (sources.env[variable] ?? "") !== "");
}
