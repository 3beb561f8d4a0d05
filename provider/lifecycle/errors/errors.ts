/** Errors that only the lifecycle makes. */
import { InvalidInputError, NotUnderstoodError } from "../../client";
import type { Properties } from "../../schema/properties";
import type { State } from "../state/state";

/** The operation failed after it had, or may have, changed the device. `state` is what is true now. */
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

/** A device accepted a request that makes something, and does not show what it has made. */
export function wasNotShown(device: string, id: string): Error {
  return new NotUnderstoodError({
    device,
    message: `${id} was not found after the device accepted the request that makes it, which is not repeated`,
    remedy: "Look for it on the device's own page, then run again: what is there as declared is taken over.",
    outcome: "unknown",
  });
}

/** What is to be updated was removed since the plan was made from the state. */
export function isGone(device: string, id: string): Error {
  return new InvalidInputError({
    device,
    message: `${id} is not on the device any more, and the plan was to change it, not to create it`,
    remedy: "Run `pulumi up --refresh`, which plans to create it again.",
  });
}

/** A removal that the device accepted did not remove anything. */
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

export function alreadyExists(device: string, id: string): Error {
  return new InvalidInputError({
    device,
    message: `${id} already exists on the device`,
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
