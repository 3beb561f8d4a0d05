/** Errors that only the lifecycle raises. */
import { type DliError, InvalidInputError, type Json, NotUnderstoodError, quotedText } from "../../client";
import type { Properties } from "../../schema/properties";
import type { State } from "../state/state";

/** The operation failed after it had, or may have, changed the device. `state` is what is true afterwards. */
export class PartialFailure extends Error {
  override readonly name = "PartialFailure";
  constructor(
    readonly id: string,
    readonly state: State,
    override readonly cause: Error,
  ) {
    super(cause.message);
  }
}

/** A write that the device accepted left something as it was. */
export function didNotTake(
  device: string,
  id: string,
  desired: Properties,
  observed: Properties | undefined,
  left: Iterable<string>,
): Error {
  if (!observed) {
    return withoutEffect(device, `${id} was not found after the device accepted the request`);
  }
  const differences = [...left].map((path) => {
    const [found, expected] = [observed.get(path), desired.get(path)];
    if (found === undefined && !desired.isSecret(path)) {
      return `${path} is missing`;
    }
    return desired.isShownInErrors(path, found, expected)
      ? `${path} is ${JSON.stringify(found)}, expected ${JSON.stringify(expected)}`
      : `${path} is not the declared one`;
  });
  return withoutEffect(device, `${id} still differs after the device accepted the update: ${differences.join("; ")}`);
}

/** The device accepted a request to create something, but does not show the result. */
export function wasNotShown(device: string, id: string): Error {
  return new NotUnderstoodError({
    device,
    message: `${id} was not found after the device accepted the request that makes it, which is not repeated`,
    remedy:
      "Look for it on the device's own page. It is in the state, so the next `pulumi up` looks again and does not repeat the request either; where it is not on the device, `pulumi up --refresh` creates it anew.",
    outcome: "unknown",
  });
}

/**
 * After a request to create something, the device has something new that may not be ours. `lost` is the error of a
 * request whose response was lost.
 */
export function mayBeOneOf(device: string, id: string, keys: readonly Json[], lost: DliError | undefined): Error {
  const names = keys.map((key) => `\`${spelled(key)}\``).join(" and ");
  const event = lost
    ? "the response to the request that makes it was lost"
    : "the device accepted the request that makes it";
  return new NotUnderstoodError({
    device,
    message: `${id} was not found after ${event}, which is not repeated; new on the device since then: ${names}. Whether that is what was made does not show`,
    remedy:
      "Look at the device's own page, remove what this resource was to be from there, and run `pulumi up --refresh`, which creates it anew.",
    outcome: "unknown",
    cause: lost,
  });
}

/** A key as a device spells it, for a message. */
export function spelled(key: Json): string {
  return quotedText(Array.isArray(key) ? key.join(", ") : String(key));
}

/** The thing to update has been removed since the plan was made from the state. */
export function isGone(device: string, id: string): Error {
  return new InvalidInputError({
    device,
    message: `${id} is not on the device any more, and the plan was to change it, not to create it`,
    remedy: "Run `pulumi up --refresh`, which plans to create it again.",
  });
}

/** The device accepted a removal that removed nothing. */
export function wasNotRemoved(device: string, id: string): Error {
  return withoutEffect(device, `${id} still exists after the device accepted the request`);
}

function withoutEffect(device: string, message: string): Error {
  return new NotUnderstoodError({
    device,
    message,
    remedy: "Another client may be writing to it, or the device rejects this value.",
    outcome: "unknown",
  });
}

export function declaredTwice(device: string, id: string): Error {
  return new InvalidInputError({
    device,
    message: `${id} is declared by two resources of this program`,
    remedy: "Keep one of them.",
  });
}

/** The device keeps a thing under a name that another resource declares; `problem` says so. */
export function keptAsAnother(device: string, problem: string): Error {
  return new InvalidInputError({ device, message: problem, remedy: "Keep one of them." });
}

/** `keptAs` is the device's spelling, if it is not the declared one. */
export function alreadyExists(device: string, id: string, keptAs?: Json): Error {
  const spelling = keptAs === undefined ? "" : ` as \`${spelled(keptAs)}\`, if it takes that for the same`;
  return new InvalidInputError({
    device,
    message: `${id} already exists on the device${spelling}`,
    remedy: "Set `adopt: true` to take it over (with the native plugin an import does so too), or choose another name.",
  });
}

/** What would be restored has changed since the last operation. */
export function changedElsewhere(device: string, id: string, paths: readonly string[]): Error {
  const wasOrWere = paths.length > 1 ? "were" : "was";
  return new InvalidInputError({
    device,
    message: `${id} is not restored: ${paths.join(", ")} ${wasOrWere} changed outside Pulumi since`,
    remedy: "Run `pulumi refresh` to accept the change first, or set `onDestroy` to `leave`.",
  });
}
