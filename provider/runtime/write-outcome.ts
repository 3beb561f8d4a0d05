/** What became of a write, where only the next read can judge it: its response was lost, it failed, or its target is gone. */
import { type DliError, isDliError, isNotFoundError, RefusedError } from "../client";

/** Whether a device says that it is busy, which says nothing about the form of a request. */
export function isBusy(status: number | undefined): boolean {
  return status === 429 || status === 503;
}

/** Makes a write, and returns its error if that only means that the response was lost; any other error is thrown. */
export async function lostResponse(write: () => Promise<unknown>): Promise<DliError | undefined> {
  try {
    await write();
    return undefined;
  } catch (error) {
    if (isDliError(error) && error.outcome === "unknown") {
      return error;
    }
    throw error;
  }
}

/** The error of a write that failed, although it may have been sent in part. */
export async function failureOf(write: () => Promise<unknown>): Promise<Error | undefined> {
  try {
    await write();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** Makes a write; false if its target is gone, so that nothing remains to be done. */
export async function orGone(write: () => Promise<unknown>): Promise<boolean> {
  try {
    await write();
    return true;
  } catch (error) {
    if (!isNotFoundError(error)) {
      throw error;
    }
    return false;
  }
}

/** The error of a busy device that shows, too, that it has done nothing of what it was asked for. */
export function undoneError(error: DliError): RefusedError {
  const { device, method, path, status, words, problem: message, remedy } = error;
  return new RefusedError({ device, method, path, status, words, message, remedy, outcome: "refused", cause: error });
}
