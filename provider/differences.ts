/** Where what a program declares differs from what the unit was last seen to have. */
import type { Json } from "./device";
import { type AnyDefinition, type InputSpec, inputsOf, sameJson } from "./resources";
import { holdsUnknown } from "./unknown";

/** What is known of a thing on the unit, together with what the program declared for it. */
export type State = Record<string, Json>;

/** One declared input that differs. */
export interface Difference {
  readonly property: string;
  /** `add`: newly declared; `update`: another value; `delete`: no longer declared. */
  readonly kind: "add" | "update" | "delete";
  /** Whether the thing on the unit becomes another one. */
  readonly replaces: boolean;
}

/** Names of the managed inputs that the program declares. */
export function managedInputs(definition: AnyDefinition, inputs: Record<string, unknown>): string[] {
  return Object.entries(inputsOf(definition))
    .filter(([name, spec]) => spec.role === "managed" && inputs[name] !== undefined)
    .map(([name]) => name);
}

/** In a state's `managed`: the resource was imported, and what the program declares of it is not known yet. */
export const imported = "*";

/**
 * Compares state and inputs. Only declared inputs count, and only as far as the unit tells values apart. An input that
 * is newly declared counts even when its value is there already, or a later refresh would not know that it is managed.
 */
export function differences(definition: AnyDefinition, state: State, inputs: Record<string, Json>): Difference[] {
  const view = viewOf(definition, state, inputs);
  const before = managedBefore(state);
  const found: Difference[] = [];
  for (const [property, spec] of Object.entries(inputsOf(definition))) {
    const wanted = inputs[property];
    if (wanted === undefined) continue;
    const present = spec.role === "managed" ? view[property] : state[property];
    const isNew = present === undefined || (spec.role === "managed" && before?.includes(property) === false);
    if (!isNew && !holdsUnknown(wanted) && sameValue(spec, present, wanted)) continue;
    found.push({ property, kind: isNew ? "add" : "update", replaces: spec.role === "key" });
  }
  const dropped = (before ?? []).filter((name) => inputs[name] === undefined);
  return [...found, ...dropped.map((property) => ({ property, kind: "delete" as const, replaces: false }))];
}

/** The managed inputs that have to be written to bring the unit from what was observed to what is wanted. */
export function changesToWrite(
  definition: AnyDefinition,
  observed: Record<string, unknown> | undefined,
  wanted: Record<string, Json>,
  assumed: Record<string, Json>,
): Set<string> {
  const specs = inputsOf(definition);
  const declared = managedInputs(definition, wanted);
  if (!observed) return new Set(declared);
  return new Set(
    declared.filter((name) => {
      const spec = specs[name] as InputSpec;
      const present = observed[name] ?? (isSecret(spec, wanted) ? assumed[name] : undefined);
      // null is a value of its own: `??` above only bridges what cannot be read back.
      const onUnit = observed[name] === null ? null : present;
      return onUnit === undefined || !sameValue(spec, onUnit, wanted[name]);
    }),
  );
}

/** How the managed inputs stand on the unit according to the state. */
export function viewOf(
  definition: AnyDefinition,
  observed: Record<string, unknown>,
  wanted: Record<string, unknown>,
): Record<string, unknown> {
  return definition.family !== "action" && definition.view ? definition.view(observed, wanted) : observed;
}

/** Whether the unit would take two values of an input for the same. */
export function sameValue(spec: InputSpec, left: unknown, right: unknown): boolean {
  if (sameJson(left, right)) return true;
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
