/** Writes whose response was lost: only the next read can tell whether they happened. */
import { type DliError, isDliError } from "../client";

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
