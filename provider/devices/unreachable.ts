/** What configuration wants to happen where a device cannot be reached. */
import { ConfigurationError } from "../client";
import type { EngineCommand } from "./engine-command";

/**
 * - `fail`: every operation on it fails.
 * - `keep`: what the state says of it stays as it is, and only a write fails.
 * - `forget`: so, and what is removed is removed from the state alone.
 */
export type Unreachable = "fail" | "keep" | "forget";

const choices: readonly unknown[] = ["fail", "keep", "forget"] satisfies Unreachable[];

/** The places where it may be set; those of one device come before those of all. */
export interface UnreachablePlaces {
  readonly own: { readonly environment: unknown; readonly configuration: unknown };
  readonly general: { readonly environment: unknown; readonly configuration: unknown };
}

/**
 * What is wanted of a command. `fail` in the environment of all devices wins over everything, so that an audit has its
 * own setting; a command that is known to be one has it anyway; and where the command is not known, only its own
 * environment can want anything else, because an audit has the configuration of the stack, too.
 */
export function wantedOf({ own, general }: UnreachablePlaces, command: EngineCommand): Unreachable {
  if (command === "audit" || general.environment === "fail") {
    return "fail";
  }
  for (const { environment, configuration } of [own, general]) {
    if (isSet(environment)) {
      return environment as Unreachable;
    }
    if (isSet(configuration)) {
      return command === "unknown" ? "fail" : (configuration as Unreachable);
    }
  }
  return "fail";
}

/**
 * @param remedy How it is set rightly: for this device alone, or for all.
 * @throws ConfigurationError when a value is none of the choices.
 */
export function checkUnreachable(
  device: string,
  { own, general }: UnreachablePlaces,
  remedy: (isOwn: boolean) => string,
): void {
  const isWrong = ({ environment, configuration }: UnreachablePlaces["own"]) =>
    [environment, configuration].some((value) => isSet(value) && !choices.includes(value));
  if (isWrong(own) || isWrong(general)) {
    throw new ConfigurationError({
      // What is said of all devices is no fault of this one.
      device: isWrong(own) ? device : undefined,
      message: "the configured `unreachable` is none of fail, keep and forget",
      remedy: remedy(isWrong(own)),
    });
  }
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== "";
}
