/** Which configuration key is in force for a device, so that a message names what has to be changed. */
import { isSecretKey, keyNames } from "./keys";
import { variableOf } from "./variables";

/** Where the user can configure devices besides the environment: in a stack, by flags of a command, or nowhere. */
export type Configurable = "stack" | "flags" | "nowhere";

/** Where the configuration of a device comes from. */
export interface KeySources {
  readonly device: string;
  /** Name of the program's provider resource; `undefined` for the engine's own. */
  readonly provider: string | undefined;
  /** Whether `dli:devices` has an entry for it. */
  readonly hasEntry: boolean;
  readonly env: NodeJS.ProcessEnv;
  /** Default: in a stack. */
  readonly configurable?: Configurable | undefined;
}

/** Where a key has its value, or would have it. */
export type KeyLocation =
  | { readonly kind: "variable"; readonly variable: string }
  | { readonly kind: "flag"; readonly flag: string }
  | { readonly kind: "provider"; readonly provider: string }
  | { readonly kind: "entry"; readonly path: string }
  | { readonly kind: "stack" };

/** What holds the devices that have names: a key of the stack, or an argument of the program's provider. */
export function devicesKey(provider: string | undefined): string {
  return provider === undefined ? "`dli:devices`" : `\`devices\` of the provider "${provider}"`;
}

/** The flags of a command, by key; other keys that are no secrets have `--config`. */
const flags: Readonly<Record<string, string>> = {
  url: "--url",
  username: "--username",
  password: "--password-stdin",
};

/** Where a key of a device is in force: a variable that has a value comes before everything else. */
export function locationInForce(sources: KeySources, key: string): KeyLocation {
  const { device, provider, hasEntry, configurable = "stack" } = sources;
  const inForce = variableInForce(sources, key);
  if (inForce !== undefined) {
    return { kind: "variable", variable: inForce };
  }
  if (configurable === "flags" && (key in flags || !isSecretKey(key))) {
    return { kind: "flag", flag: flags[key] ?? `--config ${key}=` };
  }
  if (configurable !== "stack") {
    return { kind: "variable", variable: variableFor(sources, key) };
  }
  if (provider !== undefined && !hasEntry && device === "default") {
    return { kind: "provider", provider };
  }
  const path = `devices.${device}.${key}`;
  const inEntry = provider === undefined ? `dli:${path}` : `\`${path}\` of the provider "${provider}"`;
  return hasEntry || device !== "default" ? { kind: "entry", path: inEntry } : { kind: "stack" };
}

/** A key as messages mention it: alone, in a command, or followed by the variable that can take its place. */
const mention =
  /(?<run>Run )?`pulumi config set (?:--secret )?dli:(?<command>\w+)(?<value> [^`]*)?`(?<or> or DLI_\w+)?|(?<quote>`?)dli:(?<plain>\w+)\k<quote>(?<variable> \(DLI_\w+\))?/g;

const variables = /\bDLI_[A-Z0-9_]+/g;

const keysByVariable = new Map(keyNames.map((key) => [variableOf("default", key), key]));

/**
 * A text about a device with every mention of a key changed into the one in force: the entry of `dli:devices`, the
 * argument of the provider, or the environment variable that has taken its place. For texts from code that knows
 * nothing about configuration; see `howToSet` for remedies.
 */
export function withKeysInForce(text: string, sources: KeySources): string {
  const named = text.replaceAll(variables, (variable) => {
    const key = keysByVariable.get(variable);
    return key === undefined ? variable : (variableInForce(sources, key) ?? variableFor(sources, key));
  });
  return named.replaceAll(mention, (whole, ...rest) => {
    const groups = rest.at(-1) as Record<string, string | undefined>;
    const { run = "", command, value = "", or = "", plain, variable = "" } = groups;
    const set = run === "" ? "" : "Set ";
    const to = value === "" ? "" : ` to${value}`;
    const key = command ?? plain ?? "";
    if (!keyNames.includes(key)) {
      return whole;
    }
    const location = locationInForce(sources, key);
    switch (location.kind) {
      case "variable":
        return `${set}the environment variable ${location.variable}${to}`;
      case "flag":
        return `${set}\`${location.flag}\`${to}${variable}`;
      case "provider":
        return `${set}\`${key}\` of the provider "${location.provider}"${to}${or}${variable}`;
      case "entry":
        // No command: `--path` would replace a `dli:devices` that was set as one text, and so lose every device in it.
        return command === undefined
          ? `${location.path}${variable}`
          : `${set}\`${key}\` in the entry "${sources.device}" of ${devicesKey(sources.provider)}${to}${or}`;
      default:
        return whole;
    }
  });
}

/** The variable to set for a device. */
export function variableFor({ device, provider }: KeySources, key: string): string {
  return variableOf(device === "default" && provider !== undefined ? provider : device, key);
}

/** The variable that the value comes from, if it comes from one. */
function variableInForce(sources: KeySources, key: string): string | undefined {
  const own = [variableFor(sources, key), variableOf(sources.device, key)];
  return own.find((variable) => (sources.env[variable] ?? "") !== "");
}
