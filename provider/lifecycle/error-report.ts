/** What the user is told of the errors of one run: the remedy once per device, however many resources fail alike. */
import { type DliError, type DliErrorCode, isDliError } from "../client";

/** What keeps a whole device from being managed, so that every resource of it fails alike. */
const concernsWholeDevice: ReadonlySet<DliErrorCode> = new Set<DliErrorCode>([
  "configuration",
  "loginRefused",
  "notUnderstood",
  "otherDevice",
  "restDisabled",
  "timeout",
  "tlsUntrusted",
  "unreachable",
]);

export class ErrorReport {
  readonly #reported = new Set<string>();
  readonly #loginHint: () => string;

  /** `loginHint` says how a changed password reaches the provider: the engine keeps the old one in its state. */
  constructor(loginHint: () => string) {
    this.#loginHint = loginHint;
  }

  /** The error to show: in full the first time, and short for further resources of a device that fails as a whole. */
  shown(error: unknown): unknown {
    if (!isDliError(error) || !concernsWholeDevice.has(error.code)) {
      return error;
    }
    const problem = `device "${error.device}": ${error.problem}`;
    if (this.#reported.has(problem)) {
      return new Error(`${problem}; see the first error for this device`);
    }
    this.#reported.add(problem);
    return error.code === "loginRefused" ? this.#withHint(error) : error;
  }

  #withHint(error: DliError): Error {
    return new Error(`${error.message} ${this.#loginHint()}`, { cause: error });
  }
}
