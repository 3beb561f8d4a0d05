/**
 * The limit of an update: it writes only the inputs whose declared value differs from the state that the plan was made
 * from. Anything else that differs on the device stays as it is, and the next plan shows it.
 */
import { isJsonObject, type Json, ownMember, sameJson } from "../../client";
import type { Properties } from "../../schema/properties";
import { lost } from "../state/state";
import { differences, effective } from "./diff";
import type { IgnoredChanges } from "./ignore-changes";

export class PlanLimit {
  readonly #inputs: Properties;
  readonly #state: Properties;
  readonly #ignored: IgnoredChanges;
  /** Paths of the inputs that the plan changes. */
  readonly #paths: ReadonlySet<string>;

  constructor(inputs: Properties, state: Properties, ignored: IgnoredChanges) {
    this.#inputs = inputs;
    this.#state = effective(state, inputs);
    this.#ignored = ignored;
    this.#paths = new Set(plannedDifferences(state, inputs, ignored).map(({ property }) => property));
  }

  /** Whether the plan changes the input at this path. */
  has(path: string): boolean {
    return this.#paths.has(path);
  }

  /**
   * Whether the update may create the thing: the state has nothing of it, as after a create whose outcome is unknown.
   */
  mayCreate(inputs: Properties): boolean {
    return inputs.managed().paths.every((path) => this.has(path) && isNothing(this.#state.get(path)));
  }

  /**
   * What the update brings the device to: what is declared, and what is observed wherever the plan shows no change.
   * Objects are compared member by member.
   */
  desired(inputs: Properties, observed: Properties): Properties {
    const present = effective(observed, inputs);
    const limited = inputs.map(({ spec, value }, path) => {
      const actual = spec.role === "managed" ? present.get(path) : undefined;
      if (actual === undefined) {
        return value;
      }
      return this.has(path) ? merged(this.#state.get(path), value, actual) : actual;
    });
    return this.#ignored.applyTo(limited, present);
  }

  /** Paths of the inputs that are not as declared on the device and not ignored. */
  drift(observed: Properties, assumed: Properties | undefined): string[] {
    const shown = effective(observed, this.#inputs);
    const present = assumed ? shown.completedBy(assumed) : shown;
    const wanted = this.#ignored.applyTo(this.#inputs, present).managed();
    return wanted.paths.filter((path) => !this.#ignored.has(path) && !wanted.agrees(path, present.get(path)));
  }
}

/** Whether the state has no value: a generated one that is lost was never on the device as far as the state knows. */
function isNothing(value: Json | undefined): boolean {
  return value === undefined || value === lost;
}

/** What differs between state and inputs, without what is ignored. */
export function plannedDifferences(state: Properties, inputs: Properties, ignored: IgnoredChanges) {
  const wanted = ignored.applyTo(inputs, effective(state, inputs));
  return differences(state, wanted).filter(({ property }) => !ignored.has(property));
}

/** The declared value, but the device's own wherever the declared one equals the state's. */
function merged(before: Json | undefined, declared: Json, actual: Json): Json {
  if (before !== undefined && sameJson(before, declared)) {
    return actual;
  }
  if (!isJsonObject(before) || !isJsonObject(declared) || !isJsonObject(actual)) {
    return declared;
  }
  const members = Object.entries(declared).map(([name, value]) => {
    const [old, present] = [before, actual].map((values) => ownMember(values, name));
    return [name, present === undefined ? value : merged(old, value, present)] as const;
  });
  return Object.fromEntries(members);
}
