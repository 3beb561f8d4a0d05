/** What all errors of this client have in common. */
import type { Redact } from "../redact";
import { printable } from "../text";

/**
 * What happened to the change that a request asked for.
 * - `notSent`: nothing reached the device, or the request only reads; nothing was changed.
 * - `refused`: the device answered and did not do it.
 * - `unknown`: a write whose response was lost or is not clear; it may have happened. Observe before deciding.
 */
export type Outcome = "notSent" | "refused" | "unknown";

/** One word per class of error, for callers that cannot use the classes. */
export type DliErrorCode =
  | "unreachable"
  | "tlsUntrusted"
  | "restDisabled"
  | "loginRefused"
  | "loginNotTried"
  | "forbidden"
  | "notFound"
  | "refused"
  | "lockedOutlet"
  | "protected"
  | "notUnderstood"
  | "timeout"
  | "answerLost"
  | "lockoutGuard"
  | "otherDevice"
  | "notSupported"
  | "invalidInput"
  | "configuration";

/** What an error is made of. */
export interface DliErrorDetails {
  /** The device's name in the configuration. */
  device?: string | undefined;
  /** The HTTP method, if a request was made or about to be made. */
  method?: string | undefined;
  /** Path below `/restapi/`, with a slash at the end. */
  path?: string | undefined;
  /** What happened. Follows a colon; no full stop. Never a secret. */
  message: string;
  /** What the user can do about it, a whole sentence. Default: the advice of the class. */
  remedy?: string | undefined;
  /** Default `notSent`. */
  outcome?: Outcome | undefined;
  /** HTTP status, when there was a response. */
  status?: number | undefined;
  /** The device's own message, at most 300 characters and without anything the request contained. */
  words?: string | undefined;
  cause?: unknown;
  /** Takes secrets out of message, remedy and words. Default: they contain none. */
  redact?: Redact | undefined;
}

/** Marks the errors of every copy of this package in the process; `instanceof` recognises only its own. */
export const brand: unique symbol = Symbol.for("pulumi-dli/DliError");

/**
 * Anything that can go wrong between this client and a device. `message` names the device, the request, what happened
 * and what to do; it never contains a password, a token, an Authorization header or a request's body.
 */
export abstract class DliError extends Error {
  abstract readonly code: DliErrorCode;
  readonly device: string | undefined;
  readonly method: string | undefined;
  readonly path: string | undefined;
  /** What the user can do about it. */
  readonly remedy: string;
  /** Whether a change may have been made. */
  readonly outcome: Outcome;
  /** HTTP status, when there was a response. */
  readonly status: number | undefined;
  /** The device's own message, bounded. */
  readonly words: string | undefined;
  /** Only the part of the message that says what happened, without device, request and remedy. */
  readonly problem: string;

  constructor(details: DliErrorDetails, advice: string) {
    const { device, method, outcome = "notSent", status, cause, path, message, remedy, words } = presentable(details);
    super(sentence({ device, method, path, message }, remedy ?? advice), cause === undefined ? undefined : { cause });
    this.name = new.target.name;
    this.device = device;
    this.method = method;
    this.path = path;
    this.remedy = remedy ?? advice;
    this.outcome = outcome;
    this.status = status;
    this.words = words;
    this.problem = message;
  }

  get [brand](): true {
    return true;
  }
}

/** The details without secrets, each text on one line and bounded, because some come from the device. */
function presentable(details: DliErrorDetails): DliErrorDetails {
  const { redact = (text: string) => text, message, remedy, words } = details;
  const clean = (text: string) => printable(redact(text));
  return {
    ...details,
    message: withoutStop(clean(message)),
    remedy: remedy && clean(remedy),
    words: words && clean(words),
  };
}

function withoutStop(text: string): string {
  let end = text.length;
  while (end > 0 && (text[end - 1] === "." || text[end - 1] === " ")) {
    end--;
  }
  return text.slice(0, end);
}

function sentence(details: Pick<DliErrorDetails, "device" | "method" | "path" | "message">, remedy: string): string {
  const device = details.device === undefined ? undefined : `device "${printable(details.device, 300)}"`;
  const request = [details.method, details.path === "" ? "/" : details.path && printable(details.path, 300)]
    .filter(Boolean)
    .join(" ");
  const subject = [device, request].filter(Boolean).join(", ");
  const what = `${subject ? `${subject}: ` : ""}${details.message}.`;
  return remedy ? `${what} ${remedy}` : what;
}
