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
export function writeNotTakenError(
  device: string,
  id: string,
  desired: Properties,
  observed: Properties | undefined,
  left: Iterable<string>,
): Error {
  if (!observed) {
    return noEffectError(device, `${id} was not found after the device accepted the request`);
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
  return noEffectError(device, `${id} still differs after the device accepted the update: ${differences.join("; ")}`);
}

/**
 * The device accepted a request to create something, but does not show the result.
 * @param isComparable Whether later runs can tell what is new on the device since then.
 */
export function createdButNotFoundError(device: string, id: string, isComparable: boolean): Error {
  const remedy = isComparable
    ? "Look for it on the device's own page. It is in the state, so the next `pulumi up` looks again and does not repeat the request either; where it is not on the device, `pulumi up --refresh` creates it anew."
    : waysOut;
  return unaccountedError(device, `${id} was not found after the device accepted the request that makes it`, remedy);
}

/** What became of a request to create something: accepted, sent by an earlier run, or lost with this error. */
export type MakingRequest = "accepted" | "earlier" | DliError;

/** After a request to create something, the device has something new that may not be ours. */
export function ambiguousError(device: string, id: string, keys: readonly Json[], request: MakingRequest): Error {
  const names = keys.map((key) => `\`${spelled(key)}\``).join(" and ");
  const [event, cause] =
    typeof request === "object"
      ? ["the response to the request that makes it was lost", request]
      : [`${request === "earlier" ? "an earlier run sent" : "the device accepted"} the request that makes it`];
  const since = `new on the device since then: ${names}. Whether that is what was made does not show`;
  return unaccountedError(device, `${id} was not found after ${event}`, waysOut, since, cause);
}

/** As `ambiguousError`, if it cannot be known what is new on the device. */
export function untraceableError(device: string, id: string): Error {
  return unaccountedError(
    device,
    `${id} was not found after an earlier run sent the request that makes it`,
    waysOut,
    "what is new on the device since then does not show to this login",
  );
}

const waysOut =
  "Look at the device's own page. Where it has what this resource was to be, remove that there and run `pulumi up --refresh`, or declare it as the device names it, with `adopt: true`. Where it has not, take this resource out of the state (`pulumi state delete` with its URN); the next `pulumi up` makes it.";

function unaccountedError(device: string, message: string, remedy: string, since?: string, cause?: DliError): Error {
  return new NotUnderstoodError({
    device,
    message: [`${message}, which is not repeated`, ...(since === undefined ? [] : [since])].join("; "),
    remedy,
    outcome: "unknown",
    cause,
  });
}

/** A key as a device spells it, for a message. */
export function spelled(key: Json): string {
  return quotedText(Array.isArray(key) ? key.join(", ") : String(key));
}

/** The thing to update has been removed since the plan was made from the state. */
export function goneError(device: string, id: string): Error {
  return new InvalidInputError({
    device,
    message: `${id} is not on the device any more, and the plan was to change it, not to create it`,
    remedy: "Run `pulumi up --refresh`, which plans to create it again.",
  });
}

/** An update is given the keys of another thing than the one that the resource is about. */
export function otherThingError(device: string, type: string, id: string): Error {
  return new InvalidInputError({
    device,
    message: `what is declared is a ${type} that is not ${id}, and an update never goes over to another one`,
    remedy: "Run `pulumi up` again, which plans to replace the resource.",
    outcome: "notSent",
  });
}

/** The device accepted a removal that removed nothing. */
export function notRemovedError(device: string, id: string): Error {
  return noEffectError(device, `${id} still exists after the device accepted the request`);
}

function noEffectError(device: string, message: string): Error {
  return new NotUnderstoodError({
    device,
    message,
    remedy: "Another client may be writing to it, or the device rejects this value.",
    outcome: "unknown",
  });
}

export function declaredTwiceError(device: string, id: string): Error {
  return new InvalidInputError({
    device,
    message: `${id} is declared by two resources of this program`,
    remedy: "Keep one of them.",
  });
}

/** The device keeps a thing under a name that another resource declares; `problem` says so. */
export function sameSpellingError(device: string, problem: string): Error {
  return new InvalidInputError({ device, message: problem, remedy: "Keep one of them." });
}

/** `keptAs` is the device's spelling, if it is not the declared one. */
export function alreadyExistsError(device: string, id: string, keptAs?: Json): Error {
  const spelling = keptAs === undefined ? "" : ` as \`${spelled(keptAs)}\`, if it takes that for the same`;
  return new InvalidInputError({
    device,
    message: `${id} already exists on the device${spelling}`,
    remedy: "Set `adopt: true` to take it over (with the native plugin an import does so too), or choose another name.",
  });
}

/** What would be restored has changed since the last operation. */
export function changedElsewhereError(device: string, id: string, paths: readonly string[]): Error {
  const wasOrWere = paths.length > 1 ? "were" : "was";
  return new InvalidInputError({
    device,
    message: `${id} is not restored: ${paths.join(", ")} ${wasOrWere} changed outside Pulumi since`,
    remedy: "Run `pulumi refresh` to accept the change first, or set `onDestroy` to `leave`.",
  });
}
