/** Errors that only the lifecycle throws. */
import type { State } from "./state";

/** The operation failed after it had, or may have, changed the device. `state` is what is true now. */
export class PartialFailure extends Error {
  override readonly name = "PartialFailure";
  constructor(
    readonly id: string,
    readonly state: State,
    override readonly cause: Error,
  ) {
    super(cause.message);
  }
}
