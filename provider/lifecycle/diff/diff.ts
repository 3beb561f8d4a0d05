/** Compares declared inputs with the last observed state. */
import { isJsonObject, type Json, sameJson } from "../../client";
import { inputsOf } from "../../schema/common-inputs";
import { Properties, specAt, type Values } from "../../schema/properties";
import { holdsUnknown } from "../../schema/unknown";
import { lost, managedPaths } from "../state/state";

/** One declared input, or one input of an entry of a map, that differs. */
export interface Difference {
  /** Its path, `name` or `outlets["3"].name`. */
  readonly property: string;
  /** `add`: newly declared; `update`: another value; `delete`: no longer declared. */
  readonly kind: "add" | "update" | "delete";
  /** Whether the resource is another one then, and has to be replaced. */
  readonly replaces: boolean;
  /** Where there are two values that differ: the one that counts as being on the device. */
  readonly before?: Json | undefined;
  readonly after?: Json | undefined;
}

/**
 * Only declared inputs count, and values that mean the same to the device are equal. An input that is newly declared
 * counts even when the device has its value already, or a later refresh would not know that it is managed.
 */
export function differences(state: Properties, inputs: Properties): Difference[] {
  const present = effective(state, inputs);
  const managed = managedPaths(state.values);
  const declared = [...inputs].flatMap(([property, { spec, value: after }]): Difference[] => {
    const isManaged = spec.role === "managed";
    const before = (isManaged ? present : state).get(property);
    const isNew = before === undefined || (isManaged && managed?.includes(property) === false);
    // An import takes in everything, and which members of it the program manages is not known before it says so.
    const agrees = () => inputs.agrees(property, before) || (managed === undefined && isPartOf(after, before));
    if (!isNew && !holdsUnknown(after) && agrees()) {
      return [];
    }
    // Before it replaces something the engine removes what depends on it. Whether an unknown value differs, the update knows.
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

/** Whether an object has all that is declared of it. */
function isPartOf(declared: Json, present: Json | undefined): boolean {
  if (!isJsonObject(declared) || !isJsonObject(present)) {
    return sameJson(declared, present);
  }
  return Object.entries(declared).every(([name, member]) => {
    return Object.hasOwn(present, name) && isPartOf(member, present[name]);
  });
}

/** Paths of the managed inputs to write, so that the device gets from what is present to what is desired. */
export function changesToWrite(
  present: Properties | undefined,
  desired: Properties,
  assumed: Properties | undefined,
): Set<string> {
  const paths = desired.managed().paths;
  if (!present) {
    return new Set(paths);
  }
  // A secret that the device does not show counts as being there.
  const known = assumed ? present.completedBy(assumed) : present;
  return new Set(paths.filter((path) => !desired.agrees(path, known.get(path))));
}

/**
 * Whether everything that can be read equals what is declared. A secret that the device does not show is not read.
 */
export function isAsDeclared(inputs: Properties, observed: Properties): boolean {
  const present = effective(observed, inputs);
  return inputs.managed().paths.every((path) => {
    const found = present.get(path);
    return found === undefined ? inputs.isSecret(path) : inputs.agrees(path, found);
  });
}

/** The observed values as they count for these inputs, where that is not simply what was observed. */
export function effective(observed: Properties, inputs: Properties): Properties {
  const { definition } = observed;
  if (definition.family === "action" || !definition.view) {
    return observed;
  }
  const view = definition.view(observed.values, inputs.values) as Values;
  return view === observed.values ? observed : Properties.of(definition, view);
}
