/** The configuration keys of a device. Everything known about one is in its zod schema. */
import * as z from "zod";
import { ConfigurationError, optionRules } from "../../client";
import { didYouMean } from "../../runtime/typo";

/** The type of a configuration key's value. */
export type KeyType = "boolean" | "integer" | "number" | "string";

/** A configuration key: the same in `dli:KEY`, in an entry of `dli:devices` and, in capitals, in the environment. */
export interface ConfigKey {
  readonly name: string;
  readonly type: KeyType;
  readonly description: string;
  /** Whether its value is encrypted in configuration and state. */
  readonly isSecret: boolean;
  /** Whether it says who logs in. */
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

/** Keys that the provider itself obeys, no matter what the program declares. */
const providerShape = {
  protectedOutlets: z.string().optional().meta({
    description:
      "Numbers of outlets, separated by commas (`1,4`), that nothing in this package switches off, cycles, lets AutoPing cycle, or leaves without power by a reboot, a recovery mode or what the device measures, whatever a program declares. In the stack's configuration it applies to every provider of a program, as an argument of a provider to that one alone. It does not cover scripts on the device, or people.",
  }),
  readOnly: z.boolean().optional().meta({
    description:
      "Refuses every request that would change the device, whatever a program declares: for audits, and for taking over what exists. Default: false.",
  }),
  serial: z.string().optional().meta({
    description:
      "Serial number of the device that is meant. Any other device is refused before anything is written; without this key, any device other than the one that the states remember. After replacing a device, set it to the new serial number: what the program declares is then created there.",
  }),
  unreachable: z.string().optional().meta({
    description:
      "What happens if the device cannot be reached (connection refused, no answer to the attempt, no route, unknown name): `fail` (default); `keep` = in a deployment, the read before an update leaves the state as it is, with a warning, and only a write fails; `forget` = the same, and what is removed from the program or destroyed is removed from the state, with a warning that names what stays on the device. A drift audit (`pulumi refresh`, `preview --refresh`) always fails. `dli:unreachable` and DLI_UNREACHABLE apply to all devices; DLI_UNREACHABLE=fail wins over everything.",
  }),
};

/** Keys that a plan obeys. */
const planShape = {
  previewReads: z.boolean().optional().meta({
    description:
      "Whether a preview reads the device, to say what will happen to its power and to fail as early as the update would. Set it to false in a pipeline that cannot reach the device: the plan then says that it has not looked. Default: true.",
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

/** The key of this name, if there is one. */
export function keyNamed(name: string): ConfigKey | undefined {
  return keysByName.get(name);
}

/** Whether the value of a device's key is kept encrypted. */
export function isSecretKey(name: string): boolean {
  return keyNamed(name)?.isSecret === true;
}

/** Names of all keys of `dli:`. */
export const ourKeys: readonly string[] = [...keyNames, "devices"];

/**
 * The error for a key that nothing reads, so that what it was meant to say does not apply.
 * @param hasDevices Whether there is a `dli:devices`, which `--path` would replace if it was set as one text.
 */
export function unknownKeyError(key: string, { hasDevices }: { readonly hasDevices: boolean }): ConfigurationError {
  const remove = `Run \`pulumi config rm dli:${key}\``;
  if (/^devices[.[]/.test(key)) {
    const secret = isSecretKey(key.split(".").at(-1) ?? "") ? "--secret " : "";
    return new ConfigurationError({
      message: `dli:${key} was set as a key with dots in its name, which nothing reads, and not inside of dli:devices`,
      remedy: hasDevices
        ? `${remove}, and put what it says into \`dli:devices\`.`
        : `${remove}, and set it again with --path: \`pulumi config set --path ${secret}dli:${key}\`.`,
    });
  }
  return new ConfigurationError({
    message: `dli:${key} is not a configuration key${didYouMean(key, ourKeys)}; there are ${ourKeys.join(", ")}`,
    remedy: `${remove}.`,
  });
}
