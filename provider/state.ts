/** What is kept of a resource between runs: everything observed, and what the program declared. */
import { checkInputs } from "./check";
import { InvalidInputError, type Json } from "./device";
import { imported, isSecret, managedBefore, managedInputs, type State, sameValue } from "./differences";
import { type AnyDefinition, type AnyThing, type CheckContext, inputsOf, outputsOf } from "./resources";

export type Inputs = Record<string, Json>;

/** What a unit was observed to have, under the names of inputs and outputs. */
export type Seen = Record<string, Json | undefined>;

/** What goes into a state. */
export interface StateParts {
  readonly wanted: Inputs;
  readonly observed: Seen;
  /** The state before this operation, which remembers what the unit had at adoption. */
  readonly previous?: State | undefined;
  /** Declared secrets that count as being on the unit although it does not give them back. */
  readonly assumed?: State;
  /** The program's declaration is not known: this is an import. */
  readonly isImport?: boolean;
  /** What was observed before the first write of this operation. */
  readonly first?: Seen | undefined;
}

/** The state: everything observed, in the program's own spelling where that means the same to the unit. */
export function stateOf(definition: AnyDefinition, parts: StateParts): State {
  const { wanted, observed, previous, assumed = {}, first = observed } = parts;
  const state: State = {};
  for (const name of Object.keys(outputsOf(definition))) {
    const value = observed[name];
    if (value !== undefined) state[name] = value;
  }
  for (const [name, spec] of Object.entries(inputsOf(definition))) {
    const declared = wanted[name];
    const present = observed[name] === undefined ? assumed[name] : observed[name];
    const seen = spec.role === "managed" ? present : declared;
    const value = declared !== undefined && seen !== undefined && sameValue(spec, seen, declared) ? declared : seen;
    if (value !== undefined) state[name] = value;
  }
  const managed = managedInputs(definition, wanted);
  state["managed"] = parts.isImport ? [imported] : managed;
  if (definition.family === "adopted") state["baseline"] = baseline(managed, previous, first);
  return state;
}

/** What the unit had at adoption: remembered for what was managed before, seen just now for what is newly managed. */
function baseline(managed: readonly string[], previous: State | undefined, first: Seen): Inputs {
  const kept = (previous?.["baseline"] ?? {}) as Inputs;
  const entries = managed.map((name) => [name, Object.hasOwn(kept, name) ? kept[name] : first[name]] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined)) as Inputs;
}

/** Whether a state was written by this provider, and is not just what an engine passes for an import. */
export function isOurs(state: State | undefined): state is State {
  return Array.isArray(state?.["managed"]);
}

/** The inputs as the state remembers them. */
export function declaredInputs(definition: AnyDefinition, state: State): Inputs {
  const managed = managedBefore(state);
  const entries = Object.entries(inputsOf(definition)).filter(
    ([name, spec]) => state[name] !== undefined && (spec.role !== "managed" || managed?.includes(name) !== false),
  );
  return Object.fromEntries(entries.map(([name]) => [name, state[name] as Json]));
}

/** The old inputs, with the unit's values where those mean something else. */
export function inputsAsRead(definition: AnyDefinition, inputs: Inputs, view: Seen): Inputs {
  const specs = inputsOf(definition);
  const read: Inputs = {};
  for (const [name, declared] of Object.entries(inputs)) {
    const spec = specs[name];
    const seen = spec?.role === "managed" ? view[name] : undefined;
    if (spec === undefined || seen === undefined || sameValue(spec, seen, declared)) read[name] = declared;
    // A password found to be another one cannot be shown, so the input goes missing instead.
    else if (!(isSecret(spec, inputs) && seen === "")) read[name] = seen;
  }
  return read;
}

/** Inputs of an import: the keys from the id, everything the unit reports, and the defaults of the instructions. */
export function importedInputs(definition: AnyDefinition, keys: Inputs, observed: Seen): Inputs {
  const found = Object.entries(inputsOf(definition)).filter(
    ([name, spec]) => spec.role === "managed" && observed[name] !== undefined,
  );
  return { ...keys, ...Object.fromEntries(found.map(([name]) => [name, observed[name] as Json])) };
}

/** Declared secrets, which count as being on the unit when it does not give them back. */
export function declaredSecrets(definition: AnyDefinition, wanted: Inputs, from: Inputs): State {
  const secrets = Object.entries(inputsOf(definition)).filter(
    ([name, spec]) => spec.role === "managed" && isSecret(spec, wanted) && from[name] !== undefined,
  );
  return Object.fromEntries(secrets.map(([name]) => [name, from[name] as Json]));
}

/** The values of all secret inputs, for redaction. */
export function secretValues(definition: AnyDefinition, inputs: Inputs): Json[] {
  const specs = Object.entries(inputsOf(definition));
  return specs.flatMap(([name, spec]) => (isSecret(spec, inputs) && inputs[name] !== undefined ? [inputs[name]] : []));
}

/** The inputs without everything that is compared with the unit. */
export function withoutManaged(definition: AnyDefinition, inputs: Inputs): Inputs {
  const specs = inputsOf(definition);
  return Object.fromEntries(Object.entries(inputs).filter(([name]) => specs[name]?.role !== "managed"));
}

/** Keys and defaults of the resource that an id names, for import. */
export function inputsFromId(definition: AnyThing, id: string, context: Omit<CheckContext, "device">): Inputs {
  const cut = id.indexOf("/");
  const device = id.slice(0, Math.max(cut, 0));
  const keys = cut > 0 ? (definition.keys(id.slice(cut + 1)) as Inputs | undefined) : undefined;
  const named = { ...keys, device };
  const wrong = checkInputs(definition, named, context).failures.find((failure) => failure.property in named);
  if (!keys || wrong) {
    throw new InvalidInputError({
      message: `\`${id}\` is not an id of ${definition.type}${keys && wrong ? `: ${wrong.reason}` : ""}`,
      remedy: `An id looks like \`${definition.idForm}\`.`,
    });
  }
  const instructions = Object.entries(inputsOf(definition)).filter(
    ([, spec]) => spec.role === "instruction" && spec.default !== undefined,
  );
  return { ...Object.fromEntries(instructions.map(([name, spec]) => [name, spec.default as Json])), ...named };
}
