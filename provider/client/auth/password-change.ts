/** A change of the password that the client logs in with. */
import { DliError } from "../errors/base";
import { AnswerLostError, ConfigurationError, LoginNotTriedError, NotUnderstoodError } from "../errors/errors";
import type { Handler, Interceptor } from "../interceptor";
import type { DevicePath } from "../paths/path";
import { about, type DeviceRequest, type ErrorContext, formBody } from "../transport/request";
import type { DeviceResponse } from "../transport/response";
import type { Account } from "./credentials";
import type { Login } from "./login";
import type { DeviceLogins } from "./login-ledger";

/** What a password change needs to know. */
export interface PasswordChangeParts {
  readonly login: Pick<Login, "provenAccount" | "usePassword">;
  readonly logins: Pick<DeviceLogins, "hasRoom">;
  readonly context: ErrorContext;
  /** Whether the device accepts this login, determined by at most one attempt. */
  readonly verify: (account: Account) => Promise<boolean>;
}

/**
 * Changes the password that the client logs in with. One login with the new password then shows which of the two is
 * active, so at most one login fails unless the device contradicts itself. Until that is known, every request first
 * determines it, because a login with the wrong one would be another failure.
 */
export class PasswordChange implements Interceptor {
  /** The account with the new password, until it is known whether that is active. */
  #undetermined: Account | undefined;

  readonly #parts: PasswordChangeParts;

  constructor(parts: PasswordChangeParts) {
    this.#parts = parts;
  }

  /** @throws DliError when it is still not known which password is active. */
  async intercept(request: DeviceRequest, next: Handler): Promise<DeviceResponse> {
    await this.#determineActive();
    return next(request);
  }

  /**
   * Changes the password, verifies the new one and uses it from then on.
   * @param send Sends the request that changes it.
   * @throws LoginNotTriedError before anything is sent, if the new password could not be tried; DliError, with outcome
   *   `unknown` if it is not known which password is active, or if the response was lost although the old one still is.
   */
  async make(user: DevicePath, password: string, send: (request: DeviceRequest) => Promise<unknown>): Promise<void> {
    const account = this.#parts.login.provenAccount;
    if (!account) {
      throw new ConfigurationError({
        device: this.#parts.context.device,
        message: "there is no login whose password could be changed",
      });
    }
    const request: DeviceRequest = {
      method: "PATCH",
      path: user,
      body: formBody({ old_password: account.password, new_password: password }),
      headers: { prefer: "return=representation" },
    };
    if (!this.#parts.logins.hasRoom) {
      throw new LoginNotTriedError({
        ...about(this.#parts.context, request),
        message: "the password was not changed: the new one must be tried, but as many logins have failed as may",
      });
    }
    const lost = await lossOf(send(request));
    this.#undetermined = { ...account, password };
    const isNew = await this.#determineActive().catch((error: unknown) => {
      throw this.#unknown(request, error);
    });
    if (isNew) {
      return;
    }
    if (lost) {
      throw lost;
    }
    await this.#resolveContradiction(account, password, request);
    throw new NotUnderstoodError({
      ...about(this.#parts.context, request, "refused"),
      message: "the device accepted the new password but rejects a login with it; the old one is still active",
      // A response to a selection of elements can hide a refusal (device.md section 1.8).
      remedy:
        "A protection bit of the device (administrator credentials), which only its reset button clears, or a rule for" +
        " passwords may prevent the change.",
    });
  }

  /** Whether the new password is active, determined if that is not known yet. */
  async #determineActive(): Promise<boolean> {
    const account = this.#undetermined;
    if (!account) {
      return false;
    }
    const isNew = await this.#parts.verify(account);
    this.#undetermined = undefined;
    if (isNew) {
      this.#parts.login.usePassword(account);
    }
    return isNew;
  }

  /** Handles a new password that the device accepted but rejects: unless the old one is active, the new one is used. */
  async #resolveContradiction(old: Account, password: string, request: DeviceRequest): Promise<void> {
    const isOld = await this.#parts.verify(old).catch((error: unknown) => {
      throw this.#unknown(request, error);
    });
    if (isOld) {
      return;
    }
    this.#parts.login.usePassword({ ...old, password });
    throw this.#unknown(request);
  }

  #unknown(request: DeviceRequest, cause?: unknown): AnswerLostError {
    return new AnswerLostError({
      ...about(this.#parts.context, request, "unknown"),
      cause,
      message: "cannot tell whether the old or the new password is active",
      remedy: "Run again: it finds that out first. One of the two is active.",
    });
  }
}

/** The error after which the change may or may not have been made, if any. Every other error is thrown. */
async function lossOf(sent: Promise<unknown>): Promise<unknown> {
  try {
    await sent;
    return undefined;
  } catch (error) {
    if (error instanceof DliError && error.outcome === "unknown") {
      return error;
    }
    throw error;
  }
}
