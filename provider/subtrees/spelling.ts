/**
 * Names as a device may spell them: it may store a name in lower case, trimmed, cut off or otherwise normalised. What
 * was created is then found again under that spelling, which the state remembers beside the declared one.
 */
import type * as z from "zod";
import type { Json } from "../client";
import { folded } from "../runtime/folding";
import { output } from "../schema/inputs";

/** The output that remembers the device's spelling. */
export const keptAs = <T>(schema: z.ZodType<T>) =>
  output(schema, "How the device spells what this resource is known by, where that is not as declared.");

/** The length at which devices are said to cut names off, if they do (device.md section 11, number 18). */
const cutLength = 16;

/** Whether a name is longer than what a device may leave of it. */
export function mayBeCut(declared: Json): declared is string {
  return typeof declared === "string" && declared.length > cutLength;
}

/** Whether a name is the declared one after a device has cut it off. */
export function isCutOf(found: Json, declared: Json): boolean {
  const isLeft = typeof found === "string" && found.length === cutLength;
  return isLeft && mayBeCut(declared) && folded(declared).startsWith(folded(found));
}

/** What is looked for. */
export interface Wanted<K> {
  readonly declared: K;
  /** The state of the last operation; without one, a run that was killed may have created the element a moment ago. */
  readonly previous: { readonly keptAs?: K | undefined } | undefined;
}

/** The keys that the wanted element may have: the declared one and the remembered one. */
export function namesOf<K>({ declared, previous }: Wanted<K>): K[] {
  return previous?.keptAs === undefined ? [declared] : [declared, previous.keptAs];
}

/** How two keys are compared, and how a device may normalise one. */
interface Comparison<K> {
  readonly same: (left: K, right: K) => boolean;
  readonly fold: (key: K) => K;
}

/**
 * The wanted elements: those with the declared key, else with the remembered one or, without a state, an equivalent.
 */
export function wantedAmong<E, K>(
  elements: readonly E[],
  keyOf: (element: E) => K,
  { declared, previous }: Wanted<K>,
  { same, fold }: Comparison<K>,
): E[] {
  const having = (key: K, of: (key: K) => K = (own) => own) =>
    elements.filter((element) => same(of(keyOf(element)), of(key)));
  const exact = having(declared);
  if (exact.length > 0) {
    return exact;
  }
  if (previous) {
    return previous.keptAs === undefined ? [] : having(previous.keptAs);
  }
  return having(declared, fold);
}

/** As `wantedAmong`, for names. */
export function namedAmong<E>(elements: readonly E[], nameOf: (element: E) => string, wanted: Wanted<string>): E[] {
  return wantedAmong(elements, nameOf, wanted, { same: (left, right) => left === right, fold: folded });
}

/** The output for a key that the device spells in its own way; empty if it is as declared. */
export function keptAsIfOther<K>(found: K, isDeclared: boolean): { keptAs?: K } {
  return isDeclared ? {} : { keptAs: found };
}
