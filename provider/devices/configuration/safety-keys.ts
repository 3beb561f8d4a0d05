/** The keys that keep a device from being changed, and the errors if they belong to no device and protect nothing. */
import * as z from "zod";
import { ConfigurationError } from "../../client";
import type { ConfigLookup } from "./given-values";
import { devicesKey } from "./keys-in-force";
import { variableOf } from "./variables";

const safetyKeys = ["protectedOutlets", "readOnly", "serial"] as const;

/** What `protectedOutlets` accepts. Anything else is refused: a guess could protect the wrong outlet. */
export const outletNumbers = z.array(
  z.union([
    z.int().min(1),
    z
      .string()
      .regex(/^\s*0*[1-9]\d{0,8}\s*$/)
      .transform(Number),
  ]),
);

/** The serial number that a value demands, if any, or a predicate that says what is wrong with the value. */
export function serialIn(value: unknown): { readonly serial?: string; readonly problem?: string } {
  if (value === undefined) {
    return {};
  }
  // In JSON, a serial number made up of digits is easily written as a number.
  if (typeof value === "number") {
    return Number.isSafeInteger(value)
      ? { serial: String(value) }
      : { problem: "is a number of which not every digit is kept" };
  }
  if (typeof value !== "string") {
    return { problem: "is not a text" };
  }
  const serial = value.trim();
  return serial === "" ? { problem: "is blank" } : { serial };
}

/** What decides whether keys outside `dli:devices`, which belong to the device `default`, protect anything. */
export interface DefaultKeys {
  /** Names of the configured devices. */
  readonly names: readonly string[];
  /** Whether `dli:devices` has an entry for the device `default`, which is then read instead. */
  readonly hasEntry: boolean;
  readonly lookup: ConfigLookup;
  readonly env: NodeJS.ProcessEnv;
  /** Name of the program's provider resource, whose environment may be about other providers. */
  readonly provider: string | undefined;
}

/**
 * The error for keys that belong to the device of `dli:url` if there is no such device.
 * @param isAlone Whether nobody else can hear what the environment says.
 */
export function idleSafety(
  { names, hasEntry, lookup, env, provider }: DefaultKeys,
  isAlone = provider === undefined,
): ConfigurationError | undefined {
  const hasDefault = names.includes("default");
  const idleKey = hasDefault && !hasEntry ? undefined : safetyKeys.find((key) => isSet(lookup, key));
  const isHeard = hasDefault || !isAlone;
  const idleVariable = isHeard ? undefined : safetyKeys.find((key) => env[variableOf("default", key)]);
  const idle = idleKey ?? idleVariable;
  if (idle === undefined) {
    return undefined;
  }
  const [name = "lab"] = names;
  const what = idleKey === undefined ? `the environment variable ${variableOf("default", idle)}` : `\`dli:${idle}\``;
  return new ConfigurationError({
    message: `${what} is about the device of \`dli:url\`, which is not configured, so it would protect nothing`,
    remedy: `Remove it, and set it for each device that it is meant for, such as \`${idle}\` in the entry "${name}" of ${devicesKey(provider)}, or ${variableOf(name, idle)}.`,
  });
}

/**
 * The error for keys of the stack that protect nothing, and may be meant for a provider that the program creates.
 * @param isSaid Whether that provider sets a key itself.
 */
export function idleBesideProvider(
  { names, hasEntry, lookup }: DefaultKeys,
  provider: string,
  isSaid: (key: string) => boolean,
): ConfigurationError | undefined {
  const isRead = names.includes("default") && !hasEntry;
  const idle = isRead ? undefined : safetyKeys.find((key) => isSet(lookup, key) && !isSaid(key));
  return (
    idle &&
    new ConfigurationError({
      message: `\`dli:${idle}\` of the stack is about the device of \`dli:url\`, which is not configured, so it would protect nothing of the provider "${provider}"`,
      remedy: `Give each provider that it is meant for \`${idle}\`, such as ${variableOf(provider, idle)} in the environment, and remove it from the stack's configuration; or configure its device there.`,
    })
  );
}

function isSet(lookup: DefaultKeys["lookup"], key: string): boolean {
  return (lookup(`dli:${key}`) ?? "") !== "";
}
