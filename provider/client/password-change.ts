import type { Account } from "./auth/digest";
import { AnswerLostError, ConfigurationError, NotUnderstoodError } from "./errors/errors";
import { isDliError } from "./errors/guards";
import type { Pipeline } from "./pipeline";
import { about, type DeviceRequest } from "./transport/request";

/**
 * A change of the password that we log in with. Which of the two passwords the device has afterwards is found out by one
 * login with the new one, so at most one login fails. While that is not known, no other request may be made: each would
 * be one more failed login.
 */
export class PasswordChange {
  #undetermined: Account | undefined;

  readonly #device: string;
  readonly #pipeline: () => Pipeline;

  constructor(device: string, pipeline: () => Pipeline) {
    this.#device = device;
    this.#pipeline = pipeline;
  }

  /**
   * Makes the change, proves it and logs in with the new password from then on.
   * @throws DliError; its outcome is `unknown` when it could not be found out, and when the answer was lost although the
   * old password is the one in force.
   */
  async make(request: DeviceRequest, password: string, send: () => Promise<unknown>): Promise<void> {
    const account = this.#pipeline().provenAccount;
    if (!account) {
      throw new ConfigurationError({
        device: this.#device,
        message: "there is no login whose password could be changed",
      });
    }
    let lost: unknown;
    try {
      await send();
    } catch (error) {
      if (!isDliError(error) || error.outcome !== "unknown") {
        throw error;
      }
      lost = error;
    }
    this.#undetermined = { username: account.username, password };
    const unknown = (cause?: unknown) =>
      new AnswerLostError({
        ...about(this.#device, request, "unknown"),
        cause,
        message: "it could not be found out whether the old or the new password is in force",
        remedy: "Run again: it begins by finding that out. One of the two is in force.",
      });
    const isNew = await this.determineActive().catch((error: unknown) => {
      throw unknown(error);
    });
    if (isNew) {
      return;
    }
    if (lost) {
      throw lost;
    }
    await this.#resolveContradiction(account, password, unknown);
    throw new NotUnderstoodError({
      ...about(this.#device, request, "refused"),
      message: "the device seemed to take the new password and then refused a login with it; the old one is in force",
      // An answer to a selection of elements can hide a refusal (device.md section 1.8).
      remedy:
        "A protection bit of the device (administrator credentials), which only its reset button clears, or a rule for" +
        " passwords may stand against it.",
    });
  }

  /** The device took the new password and refused it: unless the old one is in force, what it took counts. */
  async #resolveContradiction(old: Account, password: string, unknown: (cause?: unknown) => Error): Promise<void> {
    const pipeline = this.#pipeline();
    const isOld = await pipeline.verifyLogin(old.username, old.password).catch((error: unknown) => {
      throw unknown(error);
    });
    if (isOld) {
      return;
    }
    pipeline.usePassword(old.username, password);
    throw unknown();
  }

  /** Finds out whether the new password is in force, when that is not known. @throws DliError when it stays unknown. */
  async determineActive(): Promise<boolean> {
    const account = this.#undetermined;
    if (!account) {
      return false;
    }
    const pipeline = this.#pipeline();
    const isNew = await pipeline.verifyLogin(account.username, account.password);
    this.#undetermined = undefined;
    if (isNew) {
      pipeline.usePassword(account.username, account.password);
    }
    return isNew;
  }
}
