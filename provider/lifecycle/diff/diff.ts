/** Compares declared inputs with the last observed state. */
import { hasAllOf, type Json } from "../../client";
import { inputsOf } from "../../schema/common-inputs";
import { Properties, specAt } from "../../schema/properties";
import { holdsUnknown } from "../../schema/unknown";
import type { Values } from "../../schema/values";
import { lost, managedPaths } from "../state/state";

/** One declared input, or one input of a map entry, that differs. */
export interface Difference {
  /** Its path, `name` or `outlets["3"].name`. */
  readonly property: string;
  /** `add`: newly declared; `update`: another value; `delete`: no longer declared. */
  readonly kind: "add" | "update" | "delete";
  /** Whether this makes it another resource, so that it has to be replaced. */
  readonly replaces: boolean;
  /** If there are two values that differ: the one taken to be on the device. */
  readonly before?: Json | undefined;
  readonly after?: Json | undefined;
}

/**
 * Only inputs that are or were declared count, and values that mean the same to the device are equal. A newly declared
 * input differs even if the device already has its value: otherwise a later refresh would not know that it is managed.
 */
export function differences(state: Properties, inputs: Properties): Difference[] {
  const present = effective(state, inputs);
  const managed = managedPaths(state.values);
  const declared = [...inputs].flatMap(([property, { spec, value: after }]): Difference[] => {
    const isManaged = spec.role === "managed";
    const before = (isManaged ? present : state).get(property);
    const isNew = before === undefined || (isManaged && managed?.includes(property) === false);
    // An import takes in everything; which members the program manages is unknown until it declares them.
    const agrees = () => inputs.agrees(property, before) || (managed === undefined && hasAllOf(before, after));
    if (!isNew && !holdsUnknown(after) && agrees()) {
      return [];
    }
    // Replacing would make the engine remove dependants first. Only the update knows whether an unknown value differs.
    const replaces = spec.role === "key" && !holdsUnknown(after);
    return [{ property, kind: isNew ? "add" : "update", replaces, before, after }];
  });
  const generated = Object.entries(inputsOf(inputs.definition)).filter(([, spec]) => spec.generate);
  const missing = generated
    .filter(([name]) => !inputs.has(name) && present.get(name) === lost)
    .map(([property]): Difference => ({ property, kind: "update", replaces: false, before: lost }));
  const dropped = (managed ?? [])
    .filter((path) => !inputs.has(path) && !specAt(inputs.definition, path)?.generate)
    .map((property): Difference => ({ property, kind: "delete", replaces: false }));
  return [...declared, ...missing, ...dropped];
}

/** Paths of the managed inputs to write to bring the device from what is present to what is desired. */
export function changesToWrite(
  present: Properties | undefined,
  desired: Properties,
  assumed: Properties | undefined,
): Set<string> {
  const paths = desired.managed().paths;
  if (!present) {
    return new Set(paths);
  }
  // A secret that the device does not show is assumed to be there.
  const known = assumed ? present.completedBy(assumed) : present;
  return new Set(paths.filter((path) => !desired.agrees(path, known.get(path))));
}

/** Whether everything that can be read is as declared, apart from secrets that the device does not show. */
export function isAsDeclared(inputs: Properties, observed: Properties): boolean {
  const present = effective(observed, inputs);
  return inputs.managed().paths.every((path) => {
    const found = present.get(path);
    return found === undefined ? inputs.isSecret(path) : inputs.agrees(path, found);
  });
}

/** The observed values as they apply to these inputs: see `view` in `provider/schema/definition.ts`. */
export function effective(observed: Properties, inputs: Properties): Properties {
  const { definition } = observed;
  if (definition.family === "action" || !definition.view) {
    return observed;
  }
  const view = definition.view(observed.values, inputs.values) as Values;
  return view === observed.values ? observed : Properties.of(definition, view);
}
