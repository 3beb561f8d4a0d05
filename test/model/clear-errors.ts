/** Checks that an error is one that a person can act on. */
import { isDliError } from "../../provider/client";
import { PartialFailure } from "../../provider/lifecycle/errors/errors";
import { deviceNames } from "./program";

/** The error, without the state that a partial failure carries. */
export const causeOf = (error: Error): Error => (error instanceof PartialFailure ? error.cause : error);

/** Why an error is not clear; `undefined` if it is. */
export function unclear(error: Error, secrets: readonly string[]): string | undefined {
  const cause = causeOf(error);
  if (!isDliError(cause)) {
    return `is no error of the device: ${cause.stack ?? cause}`;
  }
  if (!cause.remedy) {
    return "names no remedy";
  }
  if (!deviceNames.some((name) => error.message.includes(`device "${name}"`))) {
    return "does not name the device";
  }
  if (/undefined|\[object|NaN/.test(error.message)) {
    return "holds the trace of a value that is missing";
  }
  return secrets.some((secret) => error.message.includes(secret)) ? "holds a secret" : undefined;
}
