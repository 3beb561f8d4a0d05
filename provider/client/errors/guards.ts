/** Type guards for errors, including those of another copy of this package. */
import { brand, type DliError, type DliErrorCode } from "./base";
import type {
  AnswerLostError,
  ConfigurationError,
  ForbiddenError,
  InvalidInputError,
  LockedOutletError,
  LockoutGuardError,
  LoginNotTriedError,
  LoginRefusedError,
  NotFoundError,
  NotSupportedError,
  NotUnderstoodError,
  OtherDeviceError,
  ProtectedError,
  RefusedError,
  RestDisabledError,
  TimeoutError,
  TlsUntrustedError,
  UnreachableError,
} from "./errors";

/** Whether a value is any error of this client, including one of another copy of this package. */
export function isDliError(error: unknown): error is DliError {
  return error instanceof Error && brand in error;
}

function guard<T extends DliError>(...codes: DliErrorCode[]): (error: unknown) => error is T {
  return (error): error is T => isDliError(error) && codes.includes(error.code);
}

/** Whether a value is an {@link UnreachableError}. */
export const isUnreachableError = guard<UnreachableError>("unreachable");
/** Whether a value is a {@link TlsUntrustedError}. */
export const isTlsUntrustedError = guard<TlsUntrustedError>("tlsUntrusted");
/** Whether a value is a {@link RestDisabledError}. */
export const isRestDisabledError = guard<RestDisabledError>("restDisabled");
/** Whether a value is a {@link LoginRefusedError}. */
export const isLoginRefusedError = guard<LoginRefusedError>("loginRefused");
/** Whether a value is a {@link LoginNotTriedError}. */
export const isLoginNotTriedError = guard<LoginNotTriedError>("loginNotTried");
/** Whether a value is a {@link ForbiddenError}. */
export const isForbiddenError = guard<ForbiddenError>("forbidden");
/** Whether a value is a {@link NotFoundError}. */
export const isNotFoundError = guard<NotFoundError>("notFound");
/** Whether a value is a {@link RefusedError}, including a locked outlet and a protection bit. */
export const isRefusedError = guard<RefusedError>("refused", "lockedOutlet", "protected");
/** Whether a value is a {@link LockedOutletError}. */
export const isLockedOutletError = guard<LockedOutletError>("lockedOutlet");
/** Whether a value is a {@link ProtectedError}. */
export const isProtectedError = guard<ProtectedError>("protected");
/** Whether a value is a {@link NotUnderstoodError}. */
export const isNotUnderstoodError = guard<NotUnderstoodError>("notUnderstood");
/** Whether a value is a {@link TimeoutError}. */
export const isTimeoutError = guard<TimeoutError>("timeout");
/** Whether a value is an {@link AnswerLostError}. */
export const isAnswerLostError = guard<AnswerLostError>("answerLost");
/** Whether a value is a {@link LockoutGuardError}. */
export const isLockoutGuardError = guard<LockoutGuardError>("lockoutGuard");
/** Whether a value is an {@link OtherDeviceError}. */
export const isOtherDeviceError = guard<OtherDeviceError>("otherDevice");
/** Whether a value is a {@link NotSupportedError}. */
export const isNotSupportedError = guard<NotSupportedError>("notSupported");
/** Whether a value is an {@link InvalidInputError}, including an {@link InvalidPathError}. */
export const isInvalidInputError = guard<InvalidInputError>("invalidInput");
/** Whether a value is a {@link ConfigurationError}. */
export const isConfigurationError = guard<ConfigurationError>("configuration");
