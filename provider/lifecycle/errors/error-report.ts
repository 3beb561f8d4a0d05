/**
 * What the user is told about the errors of one run: in full once per device, then briefly, with the cure, for each
 * further resource that fails in the same way.
 */
import { type DliError, type DliErrorCode, isDliError, isLoginRefusedError } from "../../client";

/** Errors that keep a whole device from being managed, so that all its resources fail in the same way. */
const wholeDevice: ReadonlySet<DliErrorCode> = new Set<DliErrorCode>([
  "configuration",
  "loginRefused",
  "notUnderstood",
  "otherDevice",
  "restDisabled",
  "timeout",
  "tlsUntrusted",
  "unreachable",
]);

/** Whether an error keeps the whole device from being managed. */
export function concernsWholeDevice(error: unknown): boolean {
  return isDliError(error) && wholeDevice.has(error.code);
}

/** Which key of the configuration that the engine passes may be wrong. */
export type Doubt = "password" | "token" | "url";

/** How messages call it. */
export const doubted: Readonly<Record<Doubt, string>> = { password: "password", token: "token", url: "address" };

/** What may have become outdated since the last `pulumi up`, if the error can come from that. */
function doubtIn(error: DliError): Doubt | undefined {
  if (isLoginRefusedError(error)) {
    return error.isToken ? "token" : "password";
  }
  return ["unreachable", "notUnderstood", "otherDevice"].includes(error.code) ? "url" : undefined;
}

export class ErrorReport {
  readonly #reported = new Set<string>();
  readonly #hint: (doubt: Doubt, device: string) => string | undefined;

  /**
   * `hint` says how changed configuration reaches the provider, since the engine keeps the old one in its state; it
   * returns `undefined` if the value came from the environment.
   */
  constructor(hint: (doubt: Doubt, device: string) => string | undefined) {
    this.#hint = hint;
  }

  /** The error to show: in full the first time, and short for further resources of a device that fails as a whole. */
  shown(error: unknown): unknown {
    if (!isDliError(error) || !wholeDevice.has(error.code)) {
      return error;
    }
    const doubt = doubtIn(error);
    const hint = doubt === undefined ? undefined : this.#hint(doubt, error.device ?? "default");
    const problem = `${deviceLabelIn(error.message)}${error.problem}`;
    if (this.#reported.has(problem)) {
      return new Error(`${problem}. ${hint ?? firstSentence(error.remedy)}`, { cause: error });
    }
    this.#reported.add(problem);
    return hint === undefined ? error : new Error(withHint(error, hint), { cause: error });
  }
}

/** How a message names its device, without the request that follows, which differs for each resource. */
function deviceLabelIn(message: string): string {
  const label = /^device (?:"[^"]*"|at [^\s,]+)(?=[,:])/.exec(message)?.[0];
  return label === undefined ? "" : `${label}: `;
}

/** Whether a text is what `ErrorReport.shown` gives in place of a full message for a further resource of the device. */
export function isBriefFor(full: string, text: string): boolean {
  const label = deviceLabelIn(full);
  const rest = full.slice(full.indexOf(": ") + 2);
  // A first sentence may end with a full stop in place of a semicolon.
  return label !== "" && text !== full && `${label}${rest}`.startsWith(text.slice(0, -1));
}

function firstSentence(text: string): string {
  const [first = ""] = text.split(/(?<=[.;]) /);
  return first.replace(/;$/, ".");
}

/** Puts the likely cure before the error's own remedy. */
function withHint({ message, remedy }: DliError, hint: string): string {
  return message.endsWith(remedy)
    ? `${message.slice(0, -remedy.length)}${hint} Otherwise, ${remedy.charAt(0).toLowerCase()}${remedy.slice(1)}`
    : `${message} ${hint}`;
}
