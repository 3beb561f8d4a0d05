/** Whether the device accepts a login. */
import type { Clock } from "../clock";
import { LoginRefusedError, NotUnderstoodError } from "../errors/errors";
import type { Interceptor } from "../interceptor";
import { devicePath } from "../paths/path";
import type { Pipeline } from "../pipeline";
import { errorIn } from "../transport/read-response";
import { about, type DeviceRequest, type ErrorContext } from "../transport/request";
import { type Account, Credentials } from "./credentials";
import { Login } from "./login";
import type { DeviceLogins } from "./login-ledger";

/** What a check needs to know. */
export interface LoginCheckParts {
  readonly device: string;
  readonly logins: DeviceLogins;
  readonly clock: Pick<Clock, "now">;
  readonly log: (line: string) => void;
  /** Opens a separate connection that uses only this login. */
  readonly open: (login: Interceptor, context: ErrorContext) => Pipeline;
}

/**
 * Checks logins, each with at most one attempt on a fresh connection and nonce. A login that the device has already
 * refused is not tried again.
 */
export class LoginCheck {
  readonly #parts: LoginCheckParts;

  constructor(parts: LoginCheckParts) {
    this.#parts = parts;
  }

  /**
   * Whether the device accepts this login.
   * @throws LoginNotTriedError when no further login to the device may fail; DliError when the answer cannot be
   *   determined.
   */
  async run(account: Account): Promise<boolean> {
    const { device, logins, clock, log, open } = this.#parts;
    const credentials = new Credentials(account);
    const context = { device, secrets: credentials };
    const login = new Login({ credentials, logins, context, clock, log });
    const pipeline = open(login, context);
    const request: DeviceRequest = { method: "GET", path: devicePath("cred"), probe: true };
    try {
      const response = await pipeline.send(request);
      const isAsked = login.provenAccount !== undefined;
      // The user is known but, like most, may not use the REST API: the device checks the password before that.
      const isKnown = [403, 404].includes(response.status) && !response.isForAWhile;
      const error =
        isAsked && isKnown ? undefined : errorIn(response, request, { ...context, origin: pipeline.origin });
      if (error) {
        throw error;
      }
      if (!isAsked) {
        throw new NotUnderstoodError({ ...about(context, request), message: "the device asks for no login" });
      }
      return true;
    } catch (error) {
      if (error instanceof LoginRefusedError) {
        return false;
      }
      throw error;
    } finally {
      await pipeline.close();
    }
  }
}
