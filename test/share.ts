/** Which cases of a long table a run tries: every third, or all with `TEST_CASES=all` in the environment. */

const triesAll = process.env["TEST_CASES"] === "all";

const ONE_IN = 3;

/** Every third case; `turn` decides which ones, so that the rows of a table take turns at its columns. */
export function share<T>(cases: readonly T[], turn: number): T[] {
  return cases.filter((_, index) => isTried(index, turn));
}

/** Whether the case at this index is tried in this turn. */
export function isTried(index: number, turn: number): boolean {
  return triesAll || (index + turn) % ONE_IN === 0;
}
