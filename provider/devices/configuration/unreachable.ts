/** What should happen, according to configuration, if a device cannot be reached. */
import { ConfigurationError } from "../../client";
import type { EngineCommand } from "../engine-command";

const choices = ["fail", "keep", "forget"] as const;

/**
 * - `fail`: every operation on it fails.
 * - `keep`: what the state says about it stays as it is, and only a write fails.
 * - `forget`: as `keep`, but what is removed is removed from the state alone.
 */
export type Unreachable = (typeof choices)[number];

/** Where it may be set; what is set for one device comes before what is set for all. */
export interface UnreachableSources {
  readonly own: { readonly environment: unknown; readonly configuration: unknown };
  readonly general: { readonly environment: unknown; readonly configuration: unknown };
}

/**
 * What is wanted for a command. `fail` in the environment for all devices wins over everything, so that an audit has
 * its own setting; a command known to be an audit has it anyway. If the command is not known, only its environment can
 * ask for anything else, because an audit has the configuration of the stack, too.
 */
export function wantedOf({ own, general }: UnreachableSources, command: EngineCommand): Unreachable {
  if (command === "audit" || general.environment === "fail") {
    return "fail";
  }
  for (const { environment, configuration } of [own, general]) {
    if (isSet(environment)) {
      return chosen(environment) ?? "fail";
    }
    if (isSet(configuration)) {
      return command === "unknown" ? "fail" : (chosen(configuration) ?? "fail");
    }
  }
  return "fail";
}

/**
 * @param remedy How to set it correctly: for this device alone, or for all.
 * @throws ConfigurationError if a value is not one of the choices.
 */
export function checkUnreachable(
  device: string,
  { own, general }: UnreachableSources,
  remedy: (isOwn: boolean) => string,
): void {
  const isWrong = ({ environment, configuration }: UnreachableSources["own"]) =>
    [environment, configuration].some((value) => isSet(value) && chosen(value) === undefined);
  if (isWrong(own) || isWrong(general)) {
    throw new ConfigurationError({
      // A setting for all devices is not the fault of this one.
      device: isWrong(own) ? device : undefined,
      message: "the configured `unreachable` is none of fail, keep and forget",
      remedy: remedy(isWrong(own)),
    });
  }
}

function chosen(value: unknown): Unreachable | undefined {
  return choices.find((choice) => choice === value);
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== "";
}
