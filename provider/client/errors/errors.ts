/** The errors of this client, one class for each kind. */
import { restAdvice } from "./advice";
import { DliError, type DliErrorCode, type DliErrorDetails } from "./base";

/** No connection: refused, no route, unknown host, or no answer to the connection attempt in time. */
export class UnreachableError extends DliError {
  readonly code = "unreachable";
  /** Nothing has answered at all: no TLS, no HTTP and no connection that ended early. */
  readonly isSilent: boolean;
  constructor(details: DliErrorDetails & { isSilent?: boolean | undefined }) {
    super(details, "Check that the device has power and network, and that dli:url (DLI_URL) is right.");
    this.isSilent = details.isSilent === true;
  }
}

/** The certificate is not trusted, or not the pinned one. Nothing was sent. */
export class TlsUntrustedError extends DliError {
  readonly code = "tlsUntrusted";
  /** SHA-256 of the certificate that was seen, in a form that `dli:fingerprintSha256` accepts. */
  readonly fingerprintSha256: string | undefined;
  constructor(details: DliErrorDetails & { fingerprintSha256?: string | undefined }) {
    super(details, "Set dli:caCert, dli:fingerprintSha256 or, in a trusted network only, dli:insecureSkipVerify.");
    this.fingerprintSha256 = details.fingerprintSha256;
  }
}

/** The device answers, but not under `/restapi/`. */
export class RestDisabledError extends DliError {
  readonly code = "restDisabled";
  constructor(details: DliErrorDetails) {
    super(details, restAdvice);
  }
}

/** The device does not accept the login. Not tried again: more failures would lock the account out. */
export class LoginRefusedError extends DliError {
  readonly code = "loginRefused";
  /** Whether it was made with a token instead of an account. */
  readonly isToken: boolean;
  constructor(details: DliErrorDetails & { isToken?: boolean | undefined }) {
    super(
      details,
      "Set the right password with `pulumi config set --secret dli:password` or DLI_PASSWORD; if it is right, earlier" +
        " failures may have locked logins out for some minutes.",
    );
    this.isToken = details.isToken === true;
  }
}

/** A login was not tried, because others to the same device have failed. It may be right. */
export class LoginNotTriedError extends DliError {
  readonly code = "loginNotTried";
  constructor(details: DliErrorDetails) {
    super(details, "Correct the logins that the device has refused, then run again.");
  }
}

/** Logged in, but without the right to do this. */
export class ForbiddenError extends DliError {
  readonly code = "forbidden";
  constructor(details: DliErrorDetails) {
    super(details, "Log in as the admin (dli:username), or give this user or token the right.");
  }
}

/** There is nothing at this path, although the REST API as a whole is alive. */
export class NotFoundError extends DliError {
  readonly code = "notFound";
  constructor(details: DliErrorDetails) {
    super(details, "Check the path; not every model and firmware has every part of the tree.");
  }
}

/** The device understood the request and did not do it. */
export class RefusedError extends DliError {
  readonly code: DliErrorCode = "refused";
  constructor(details: DliErrorDetails, advice = "Fix the value as the device's message says.") {
    super(details, advice);
  }
}

/** The outlet is locked, so it cannot be switched. */
export class LockedOutletError extends RefusedError {
  override readonly code = "lockedOutlet";
  constructor(details: DliErrorDetails) {
    super(
      details,
      "Unlock the outlet at the device's keypad or with the `uom` command over SSH; this cannot be done over REST.",
    );
  }
}

/** A protection ("lock") bit of the device forbids the change. */
export class ProtectedError extends RefusedError {
  override readonly code = "protected";
  constructor(details: DliErrorDetails) {
    super(details, 'Protection bits are cleared only by the device\'s reset button ("Clear lock bits").');
  }
}

/** This client cannot interpret the response. */
export class NotUnderstoodError extends DliError {
  readonly code = "notUnderstood";
  constructor(details: DliErrorDetails) {
    super(
      details,
      "Check that dli:url points at a Digital Loggers device with REST API and not at something in front of it.",
    );
  }
}

/** No complete response within the deadline, and nothing was changed. */
export class TimeoutError extends DliError {
  readonly code = "timeout";
  constructor(details: DliErrorDetails) {
    super(details, "Check the network and the device's load, or raise dli:requestTimeoutSeconds.");
  }
}

/** A write was sent and its response never arrived. It may have happened. */
export class AnswerLostError extends DliError {
  readonly code = "answerLost";
  constructor(details: DliErrorDetails) {
    super(
      { outcome: "unknown", ...details },
      "It may or may not have happened: refresh to see the device's state, then run again.",
    );
  }
}

/** A change that would lock this client out was not made. */
export class LockoutGuardError extends DliError {
  readonly code = "lockoutGuard";
  constructor(details: DliErrorDetails) {
    super(details, "Set allowLockout to true if this is what you want.");
  }
}

/** A device other than the intended one answers at this address. Nothing was changed. */
export class OtherDeviceError extends DliError {
  readonly code = "otherDevice";
  constructor(details: DliErrorDetails) {
    super(details, "Check that dli:url (DLI_URL) leads to the right device.");
  }
}

/** This device or firmware does not have what was asked for. */
export class NotSupportedError extends DliError {
  readonly code = "notSupported";
  constructor(details: DliErrorDetails) {
    super(details, "Leave it out for this device, or update the device's firmware.");
  }
}

/** The caller passed an invalid value. Nothing was sent. */
export class InvalidInputError extends DliError {
  readonly code = "invalidInput";
  constructor(details: DliErrorDetails) {
    super(details, "Correct the value.");
  }
}

/** A text that is not a path of the device's tree. */
export class InvalidPathError extends InvalidInputError {}

/** The client's options cannot be used. Nothing was sent. */
export class ConfigurationError extends DliError {
  readonly code = "configuration";
  constructor(details: DliErrorDetails) {
    super(details, "Correct the device's configuration (`pulumi config`, or the DLI_... environment).");
  }
}
