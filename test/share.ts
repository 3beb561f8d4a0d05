/** Which part of a long table of cases one run tries: every third, or all of them with `TEST_CASES=all` in the environment. */

const triesAll = process.env["TEST_CASES"] === "all";

const ONE_IN = 3;

/** Every third of these cases; which ones depends on the turn, so that rows of a table take turns at its columns. */
export function share<T>(cases: readonly T[], turn: number): T[] {
  return cases.filter((_, index) => isTried(index, turn));
}

/** Whether the case of this index is one of the third that has its turn. */
export function isTried(index: number, turn: number): boolean {
  return triesAll || (index + turn) % ONE_IN === 0;
}
