/** Environment variables that look like ours but that nothing reads, so what they were meant to say does not apply. */
import { ConfigurationError, quotedNames } from "../../client";
import { meantBy } from "../../runtime/typo";
import { keyNames } from "./keys";
import { environmentName, variableOf } from "./variables";

/** Our variables that are not about a device. */
const ownVariables = ["DLI_LOG", "DLI_PLAN_FILE"];

/** Words that mark a variable as ours, however misspelt and for whichever device: no other program uses such names. */
const safetyWords: readonly (readonly [RegExp, string])[] = [
  [/PROTECT/, "protectedOutlets"],
  [/READ_?ONLY/, "readOnly"],
];

/** What an environment says in variables that nothing reads. */
export interface StrayVariables {
  /** The error for one that is meant for a device of ours. */
  readonly refused: ConfigurationError | undefined;
  /** A warning about those that may equally be another program's. */
  readonly warning: string | undefined;
}

/**
 * Finds what nothing reads in an environment.
 * @param devices Names of the devices that are known, and of the program's provider. Others may have variables, too: a
 *   program can name a device that only the environment configures, and each provider has variables of its own.
 */
export function strayVariables(env: NodeJS.ProcessEnv, devices: readonly string[]): StrayVariables {
  const named = Object.keys(env).filter((name) => /^DLI_/i.test(name));
  const readable = new Set(
    ["default", ...devices].flatMap((device) => keyNames.map((key) => variableOf(device, key))).concat(ownVariables),
  );
  const unread = named.filter((name) => !readable.has(name) && (env[name] ?? "") !== "");
  if (unread.length === 0) {
    return { refused: undefined, warning: undefined };
  }
  const candidates = [...readable];
  const found = unread.map((name) => ({ name, meant: meantBy(name, candidates), device: deviceIn(name) }));
  const ofNone = found.filter(({ device }) => device === undefined || device === "DEFAULT");
  const misspelt = ofNone
    .map(({ name, meant = otherMeaning(name) }) => ({ name, meant }))
    .find(({ meant }) => meant !== undefined);
  const texts = [
    ...(ofNone.length === 0 ? [] : [`nothing reads ${quotedNames(ofNone.map(({ name }) => name))} in the environment`]),
    ...found.flatMap(({ name, meant, device }) =>
      device === undefined || meant === undefined || areSiblings(name, meant)
        ? []
        : `${name} is about no device that is configured (did you mean ${meant}?)`,
    ),
  ];
  return {
    refused: misspelt && refusalOf(misspelt.name, misspelt.meant),
    warning: texts.length === 0 ? undefined : `${texts.join("; ")}. Ignore this where another program does.`,
  };
}

function refusalOf(name: string, meant: string | undefined): ConfigurationError {
  return new ConfigurationError({
    message: `nothing reads the environment variable ${name} (did you mean ${meant}?), so what it says would not hold`,
    remedy: "Correct its name, or remove it from the environment.",
  });
}

/** The device's part of a variable's name, empty for the device `default`; `undefined` if it does not end in a key. */
function deviceIn(name: string): string | undefined {
  const ends = keyNames.map((key) => `_${environmentName(key)}`).filter((end) => name.endsWith(end));
  const [longest] = ends.sort((left, right) => right.length - left.length);
  return longest === undefined || !/^DLI_[A-Z0-9_]+$/.test(name) ? undefined : name.slice(4, -longest.length);
}

function otherMeaning(name: string): string | undefined {
  const key = safetyWords.find(([word]) => word.test(name.toUpperCase()))?.[1];
  return name.startsWith("DLI_DEFAULT_")
    ? name.replace("DLI_DEFAULT_", "DLI_")
    : key && `${variableOf("default", key)}, or ${variableOf("NAME", key)} of a device NAME`;
}

/** Whether two names differ only in numbers, or single letters standing alone, as those of `rack-1` and `rack-2` do. */
function areSiblings(name: string, other: string): boolean {
  const [left, right] = [name, other].map((one) => one.replaceAll(/\d+|(?<=_)[A-Z](?=_)/g, ""));
  return left === right;
}
