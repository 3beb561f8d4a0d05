/** What is kept of a resource between runs: everything observed, and what the program declared. */
import { isJsonObject, type Json } from "../../client";
import { outputsOf } from "../../schema/common-inputs";
import type { InputSpec } from "../../schema/inputs";
import { joined, Properties } from "../../schema/properties";
import { parsePath } from "../../schema/property-path";
import { marksOf } from "../../schema/secrecy";
import { pick, type Values } from "../../schema/values";
import { baselineOf, isAbsent } from "./baseline";

/** What a program declares, by the names of the inputs. */
export type Inputs = Record<string, Json>;

/** What was last observed, together with what the program declared for it. */
export type State = Record<string, Json>;

/** The observed value of a secret that is known not to be on the device, although the device never shows it. */
export const lost = "";

/** In a state's `managed`: the resource was imported, and what the program declares of it is not known yet. */
export const importMark = "*";

/** Any other input may be empty, even if the program gives it as a secret. */
function isLost(spec: InputSpec, value: Json | undefined): boolean {
  return value === lost && spec.secret === true;
}

/** What a state is derived from. */
export interface StateParts {
  readonly inputs: Properties;
  readonly observed: Properties;
  /** The state before this operation, which has the baseline. */
  readonly previous?: Properties | undefined;
  /** Declared secrets that are assumed to be on the device, which does not show them. */
  readonly assumed?: Properties | undefined;
  /** What was observed before the first write of this operation. */
  readonly first?: Properties | undefined;
}

/** The state after an operation: everything observed, in the program's own spelling where that means the same. */
export function stateAfter(parts: StateParts): State {
  const { inputs, observed, previous, first = observed } = parts;
  const { definition } = inputs;
  const declared = inputs.managed();
  const before = previous && managedPaths(previous.values);
  return {
    ...pick(observed.values, Object.keys(outputsOf(definition))),
    ...inputsToKeep(parts),
    managed: declared.paths,
    ...unmetOf(parts),
    ...(definition.family === "adopted" && { baseline: baselineOf({ declared, previous, before, first }) }),
    ...marksOf(inputs.values),
  };
}

/**
 * The state after a refresh, as observed. `managed` and `baseline` change only in operations that write, except that a
 * thing which the device lacked and has gained gets a baseline: it was there before any of them.
 */
export function stateAfterRead(inputs: Properties, observed: Properties, state: Properties): State {
  const after = stateAfter({ inputs, observed, previous: state, assumed: secretsIn(state, inputs) });
  const isNew = isAbsent(state) && !isAbsent(observed);
  return { ...after, ...pick(state.values, isNew ? ["managed"] : ["managed", "baseline"]) };
}

/** Declared values that the device does not have, by path: what the state has in their place is not the program's. */
function unmetOf({ inputs, observed, assumed }: StateParts): Inputs {
  const known = assumed ? observed.completedBy(assumed) : observed;
  const isMet = (path: string, spec: InputSpec) =>
    inputs.agrees(path, known.get(path)) && !isLost(spec, known.get(path));
  const unmet = [...inputs.managed()].filter(([path, { spec }]) => !isMet(path, spec));
  return unmet.length === 0 ? {} : { unmet: Object.fromEntries(unmet.map(([path, { value }]) => [path, value])) };
}

function inputsToKeep({ inputs, observed, assumed }: StateParts): Inputs {
  const known = assumed ? observed.completedBy(assumed) : observed;
  const kept: [string, Json][] = [];
  const isConcern = concernOf(inputs);
  for (const [path, { spec }] of new Map([...inputs, ...known])) {
    const declared = inputs.get(path);
    const present = spec.role === "managed" ? known.get(path) : declared;
    if (!isConcern(path, spec)) {
      continue;
    }
    // The new value of a changed secret is unknown; leaving it out lets a diff name it.
    if (present === undefined || isLost(spec, present)) {
      continue;
    }
    kept.push([path, declared !== undefined && inputs.agrees(path, present) ? declared : present]);
  }
  return joined(kept);
}

/**
 * Whether a state keeps an observed value. What the program does not declare is left out if it is inside a map or
 * confidential: somebody else may declare it, and as a secret.
 */
function concernOf(inputs: Properties): (path: string, spec: InputSpec) => boolean {
  return (path, spec) => inputs.has(path) || (!spec.isConfidential && parsePath(path).length === 1);
}

/**
 * The keys that the device had before it was asked to create a thing that was then not found; `null` if it did not show
 * them, `undefined` for any other thing.
 */
export function madeBesideIn({ madeBeside }: Values): Json[] | null | undefined {
  return Array.isArray(madeBeside) ? madeBeside : madeBeside === null ? null : undefined;
}

/** Whether a state was written by this provider, and is not just what an engine passes for an import. */
export function isOwnState(state: Values | undefined): state is State {
  return Array.isArray(state?.["managed"]);
}

/** Paths of the inputs that were managed at the last operation; `undefined` after an import. */
export function managedPaths(state: Values): string[] | undefined {
  const managed = state["managed"];
  const paths = Array.isArray(managed) ? managed.filter((path) => typeof path === "string") : [];
  return paths.includes(importMark) ? undefined : paths;
}

/** The inputs of the last operation, as the state remembers them. */
export function rememberedInputs(state: Properties): Properties {
  const managed = managedPaths(state.values);
  return state.only(({ spec }, path) => spec.role !== "managed" || managed?.includes(path) !== false);
}

/** Declared values that the device did not have at the last operation, by path. */
export function unmetIn({ unmet }: Values): Inputs {
  return isJsonObject(unmet) ? unmet : {};
}

/** What the program declared at the last operation, regardless of what the device turned out to have. */
export function declaredIn(state: Properties): Properties {
  const remembered = rememberedInputs(state);
  const unmet = Object.entries(unmetIn(state.values));
  if (unmet.length === 0) {
    return remembered;
  }
  const all = joined([...[...remembered].map(([path, { value }]) => [path, value] as const), ...unmet]);
  return Properties.of(state.definition, { ...all, ...marksOf(state.values) });
}

/** Declared inputs as the engine has them. */
export function asInputs(declared: Properties): Inputs {
  return { ...declared.toObject(), ...marksOf(declared.values) };
}

/**
 * What the last operation managed, with the values that it declared: the inputs that the engine has may be older if an
 * update ended halfway.
 */
export function managedIn(state: Properties): Properties {
  const managed = managedPaths(state.values) ?? [];
  return declaredIn(state).only(({ spec }, path) => spec.role === "managed" && managed.includes(path));
}

/** The managed secrets among the inputs, with their values in `values`. */
export function secretsIn(values: Properties | undefined, inputs: Properties): Properties | undefined {
  return values?.only(({ spec }, path) => spec.role === "managed" && inputs.has(path) && inputs.isSecret(path));
}
