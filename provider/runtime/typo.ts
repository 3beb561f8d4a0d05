/** Finds what a misspelt name was meant to be. */

/** The candidate one typing error away from a name, or different only in case; none if the name is a candidate. */
export function meantBy(name: string, candidates: readonly string[]): string | undefined {
  return candidates.includes(name) ? undefined : candidates.find((candidate) => isTypo(name, candidate));
}

/** ` (did you mean ...?)`, or nothing. */
export function didYouMean(name: string, candidates: readonly string[]): string {
  const meant = meantBy(name, candidates);
  return meant === undefined ? "" : ` (did you mean \`${meant}\`?)`;
}

/**
 * Whether two names differ only in case or by one typing error: two letters swapped, or one added, missing or changed
 * next to others that are the same.
 */
function isTypo(name: string, candidate: string): boolean {
  if (name.toLowerCase() === candidate.toLowerCase()) {
    return true;
  }
  if (Math.abs(name.length - candidate.length) > 1) {
    return false;
  }
  // The names differ somewhere, so both loops end. If the common ends overlap, nothing is left between them.
  let start = 0;
  while (name[start] === candidate[start]) {
    start++;
  }
  let end = 0;
  while (name.at(-1 - end) === candidate.at(-1 - end)) {
    end++;
  }
  const [left, right] = [name.slice(start, name.length - end), candidate.slice(start, candidate.length - end)];
  const isSwap = left.length === 2 && right.length === 2 && left[0] === right[1] && left[1] === right[0];
  return isSwap || (left.length <= 1 && right.length <= 1 && start + end > 0);
}
