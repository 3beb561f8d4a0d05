/**
 * What a run learns about one device's support for JSON Patch, and which answers to a patch say something about it.
 */
import { type DliError, isAnswerLostError, isDliError } from "../client";
import { isBusy } from "./write-outcome";

/** Whether the device has answered with an error that may be about the form of the request. */
export function mayBeAboutForm(error: unknown): error is DliError {
  return isDliError(error) && error.status !== undefined && !isBusy(error.status) && !isAnswerLostError(error);
}

/**
 * What a run has learnt about one device's support for JSON Patch, which devices have only in part (device.md section
 * 1.4): one that has refused a patch, or done less than it claimed, is not sent another with pointers as long or
 * longer.
 */
export class PatchSupport {
  /** The fewest steps in the pointers of a patch that was not accepted. */
  #fewest = Number.POSITIVE_INFINITY;

  /** Whether a patch with pointers of this many steps is worth a request. */
  isWorthTrying(steps: number): boolean {
    return steps < this.#fewest;
  }

  /** Notes that the device did not accept a patch with pointers of this many steps, but accepts the members singly. */
  wasNotTaken(steps: number): void {
    this.#fewest = Math.min(this.#fewest, steps);
  }
}
