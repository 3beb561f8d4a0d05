/** Warnings of a deleted resource that leaves its thing on the device to another one of the same program. */
import { inputsOf } from "../../schema/common-inputs";
import type { Properties } from "../../schema/properties";
import { shownPath } from "../../schema/secrecy";
import { remembersBaseline } from "../state/baseline";

const forgotten =
  ', and what was there before, or was generated, is forgotten. For the same resource under another name, its option `aliases: [{ name: "..." }]` with the old name keeps that (after a move into or out of a component, with the old `parent` too, `pulumi.rootStackResource` for none); for a replacement, leaving out `deleteBeforeReplace: false` does';

/** The resource that takes the thing over. */
interface Successor {
  /** Whether it is the deleted resource itself, created again. */
  readonly isTheSame: boolean;
  /** Whether it has the thing only as a part of its own, as `Outlets` has an outlet. */
  readonly contains: boolean;
  /** Whether it was created or changed in this run. */
  readonly isMade: boolean;
  /** Whether it knows what the state of the deleted resource remembers. */
  readonly knowsState: boolean;
}

/** Whether a state has something that the device cannot show again: what was there before, or what was generated. */
export function remembers(inputs: Properties, state: Properties): boolean {
  const hasBaseline = inputs.values["onDestroy"] === "restore" && remembersBaseline(state);
  const generated = Object.entries(inputsOf(state.definition)).filter(([, spec]) => spec.generate);
  return hasBaseline || generated.some(([name]) => state.has(name));
}

/** A warning; `undefined` if a resource was only created again and nothing is forgotten. */
export function leftBehind(
  id: string,
  inputs: Properties,
  state: Properties,
  { isTheSame, contains, isMade, knowsState }: Successor,
): string | undefined {
  const why = contains || isMade ? "another resource of this program has taken it over" : "this program declares it";
  const left = `${id} is left as it is: ${why}`;
  if (contains) {
    return remembers(inputs, state) ? `${left}, and what was there before is forgotten` : left;
  }
  // A successor that is only created later takes over what the state remembers.
  if (isMade && !knowsState && remembers(inputs, state)) {
    return `${left}${forgotten}`;
  }
  return isTheSame ? undefined : left;
}

/** A warning if the device has another name by now, under which the program declares the same thing. */
export function leftToSuccessor(id: string, successor: string, { forgets }: { readonly forgets: boolean }): string {
  return `${id} is left as it is: it is on the same device as ${successor}, which takes it over${forgets ? forgotten : ""}`;
}

/** A warning if resources of other types, or further up or down, have taken over inputs; `taken` holds their paths. */
export function leftToOthers(
  id: string,
  inputs: Properties,
  { taken, before }: { taken: readonly string[]; before: Properties | undefined },
): string {
  const all = inputs.managed().paths;
  const paths = all.filter((path) => taken.includes(path));
  const isWhole = paths.length === all.length;
  const left = isWhole ? `${id} is left as it is` : `${id}: ${staying(paths)}`;
  const forgets = taken.some((path) => before?.has(path)) ? ", and what was there before is forgotten" : "";
  return `${left}: another resource of this program has taken ${isWhole || paths.length === 1 ? "it" : "them"} over${forgets}`;
}

const whyNotRestored = {
  unknown: (it: string) => `no former value of ${it} is known`,
  dropped: (it: string) => `the program has stopped declaring ${it}`,
} as const;

/** A warning if a deleted resource leaves values as they are instead of restoring them. */
export function staysAsItIs(
  id: string,
  inputs: Properties,
  paths: readonly string[],
  why: keyof typeof whyNotRestored,
): string {
  const shown = [...new Set(paths.map((path) => shownPath(inputs.definition, inputs.values, path)))];
  return `${id}: ${staying(shown)}, because ${whyNotRestored[why](shown.length > 1 ? "them" : "it")}`;
}

const staying = (paths: readonly string[]) =>
  `${paths.join(", ")} ${paths.length > 1 ? "stay as they are" : "stays as it is"}`;
