/** A write whose response was lost: whether it happened is for the next read to tell. */
import { type DliError, isDliError } from "../client";

/** Makes a write, and returns its error when that only means that the response was lost. Every other error is thrown. */
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
