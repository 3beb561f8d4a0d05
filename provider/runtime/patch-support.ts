/**
 * What a run has learnt of one device about JSON Patch: devices take it in part (device.md section 1.4), and one that has
 * refused a patch, or has done less than it said, is not asked again.
 */
export class PatchSupport {
  /** The fewest steps of a pointer with which a patch was not taken. */
  #fewest = Number.POSITIVE_INFINITY;

  /** Whether a patch whose pointers have so many steps is worth a request. */
  isWorthTrying(steps: number): boolean {
    return steps < this.#fewest;
  }

  /** The device did not take a patch with pointers of so many steps, although it takes the members one by one. */
  wasNotTaken(steps: number): void {
    this.#fewest = Math.min(this.#fewest, steps);
  }
}
