/** Where what a program declares differs from what the device was last seen to have. */
import { type Json, sameJson } from "../client";
import { inputsOf } from "../schema/common-inputs";
import type { AnyDefinition } from "../schema/definition";
import type { InputSpec } from "../schema/inputs";
import { partsOf } from "../schema/properties";
import { parsePath } from "../schema/property-path";
import { holdsUnknown } from "../schema/unknown";

/** What is known of a thing on the device, together with what the program declared for it. */
export type State = Record<string, Json>;

/** One declared input, or a part of one, that differs. */
export interface Difference {
  /** Its path, `name` or `outlets["3"].name`. */
  readonly property: string;
  /** `add`: newly declared; `update`: another value; `delete`: no longer declared. */
  readonly kind: "add" | "update" | "delete";
  /** Whether the thing on the device becomes another one. */
  readonly replaces: boolean;
}

/** Paths of the managed parts of the inputs that the program declares. */
export function managedInputs(definition: AnyDefinition, inputs: Record<string, unknown>): string[] {
  return [...partsOf(definition, inputs)].filter(([, { spec }]) => spec.role === "managed").map(([path]) => path);
}

/** How a secret is observed that is known not to be on the device, although the device never shows it. */
export const lost = "";

/** In a state's `managed`: the resource was imported, and what the program declares of it is not known yet. */
export const imported = "*";

/**
 * Compares state and inputs. Only declared inputs count, and only as far as the device tells values apart. An input that
 * is newly declared counts even when its value is there already, or a later refresh would not know that it is managed.
 */
export function differences(definition: AnyDefinition, state: State, inputs: Record<string, Json>): Difference[] {
  const view = partsOf(definition, viewOf(definition, state, inputs));
  const remembered = partsOf(definition, state);
  const wanted = partsOf(definition, inputs);
  const before = managedBefore(state);
  const found: Difference[] = [];
  for (const [property, { spec, value }] of wanted) {
    const present = (spec.role === "managed" ? view : remembered).get(property)?.value;
    const isNew = present === undefined || (spec.role === "managed" && before?.includes(property) === false);
    if (!isNew && !holdsUnknown(value) && sameValue(spec, present, value)) {
      continue;
    }
    found.push({ property, kind: isNew ? "add" : "update", replaces: spec.role === "key" });
  }
  for (const [property, spec] of Object.entries(inputsOf(definition))) {
    const isLost = spec.generate && inputs[property] === undefined && view.get(property)?.value === lost;
    if (isLost) {
      found.push({ property, kind: "update", replaces: false });
    }
  }
  const dropped = (before ?? []).filter((path) => !wanted.has(path) && !specOf(definition, path)?.generate);
  return [...found, ...dropped.map((property) => ({ property, kind: "delete" as const, replaces: false }))];
}

/** The managed inputs that have to be written to bring the device from what was observed to what is wanted. */
export function changesToWrite(
  definition: AnyDefinition,
  observed: Record<string, unknown> | undefined,
  wanted: Record<string, Json>,
  assumed: Record<string, Json>,
): Set<string> {
  const declared = [...partsOf(definition, wanted)].filter(([, { spec }]) => spec.role === "managed");
  if (!observed) {
    return new Set(declared.map(([path]) => path));
  }
  const seen = partsOf(definition, observed);
  const remembered = partsOf(definition, assumed);
  const differing = declared.filter(([path, { spec, value }]) => {
    // What cannot be read back counts as being there. Otherwise null is a value of its own.
    const onDevice = seen.get(path) ?? (isSecret(spec, wanted) ? remembered.get(path) : undefined);
    return onDevice === undefined || !sameValue(spec, onDevice.value, value);
  });
  return new Set(differing.map(([path]) => path));
}

/** What is known of the input that a path belongs to. */
export function specOf(definition: AnyDefinition, path: string): InputSpec | undefined {
  const [name, , member] = parsePath(path).map(String);
  const spec = name === undefined ? undefined : inputsOf(definition)[name];
  return member === undefined ? spec : spec?.entries?.[member];
}

/** How the managed inputs stand on the device according to the state. */
export function viewOf(
  definition: AnyDefinition,
  observed: Record<string, unknown>,
  wanted: Record<string, unknown>,
): Record<string, unknown> {
  return definition.family !== "action" && definition.view ? definition.view(observed, wanted) : observed;
}

/** Whether the device would take two values of an input for the same. */
export function sameValue(spec: InputSpec, left: unknown, right: unknown): boolean {
  if (sameJson(left, right)) {
    return true;
  }
  return spec.same !== undefined && spec.schema.safeParse(left).success && spec.same(left, right);
}

/** Whether an input's value is a secret in this resource. */
export function isSecret(spec: InputSpec, inputs: Record<string, unknown>): boolean {
  return spec.secret === true || (spec.secretWhen !== undefined && inputs[spec.secretWhen] === true);
}

/** Names of the inputs that were declared at the last operation; `undefined` after an import. */
export function managedBefore(state: State): string[] | undefined {
  const managed = state["managed"];
  const names = Array.isArray(managed) ? managed.filter((name) => typeof name === "string") : [];
  return names.includes(imported) ? undefined : names;
}
