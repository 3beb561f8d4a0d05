/** The exit codes of `dli`: Pulumi's own numbers, which scripts may rely on. */
import { type DliErrorCode, isDliError, isUnreachableError } from "../provider/client";

/** The codes and their meanings, for the help text. */
export const exitCodes: readonly (readonly [code: number, meaning: string])[] = [
  [0, "done"],
  [1, "anything else"],
  [2, "the command or the configuration is wrong"],
  [3, "no access: a login or certificate is refused, or the REST-style API is off"],
  [4, "the device refused the request, or its response is not understood"],
  [5, "refused before it was sent: it could cut power or lock you out, or this is another device"],
  [6, "not found on the device"],
  [7, "something differs"],
  [8, "cancelled"],
  [9, "the device cannot be reached"],
];

/** The codes after a signal and what they mean, for the help text. */
export const signalCodes = "129, 130, 143: ended by SIGHUP, SIGINT (Ctrl-C), SIGTERM";

const codes: Record<DliErrorCode, number> = {
  configuration: 2,
  invalidInput: 2,
  loginRefused: 3,
  loginNotTried: 3,
  tlsUntrusted: 3,
  restDisabled: 3,
  forbidden: 3,
  refused: 4,
  lockedOutlet: 4,
  answerLost: 4,
  notUnderstood: 4,
  protected: 5,
  lockoutGuard: 5,
  otherDevice: 5,
  notFound: 6,
  notSupported: 6,
  unreachable: 9,
  timeout: 9,
};

/** A failure of the command itself, with its exit code. */
export class CommandFailure extends Error {
  constructor(
    message: string,
    readonly exitCode: number,
  ) {
    super(message);
  }
}

/** The command or the configuration is wrong. */
export class UsageError extends CommandFailure {
  constructor(message: string) {
    super(message, 2);
  }
}

export function exitCodeOf(error: unknown): number {
  if (error instanceof CommandFailure) {
    return error.exitCode;
  }
  if (isDliError(error)) {
    // Something answered, but not the way a device does.
    return isUnreachableError(error) && !error.isSilent ? codes.notUnderstood : codes[error.code];
  }
  if (isFileError(error)) {
    return 2;
  }
  return isCancelled(error) ? 8 : 1;
}

/** Whether a file or folder could not be used. */
export function isFileError(error: unknown): error is NodeJS.ErrnoException & { readonly path: string } {
  return error instanceof Error && "syscall" in error && "path" in error && typeof error.path === "string";
}

/** Whether a question was answered with Ctrl-C. */
export function isCancelled(error: unknown): boolean {
  return error instanceof Error && error.name === "ExitPromptError";
}
