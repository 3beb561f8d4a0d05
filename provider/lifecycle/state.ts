/** What is kept of a resource between runs: everything observed, and what the program declared. */

import { InvalidInputError, type Json } from "../client";
import type { RandomBytes } from "../runtime/context";
import { inputsOf, outputsOf } from "../schema/common-inputs";
import type { AnyDefinition, AnyThing, CheckContext } from "../schema/definition";
import type { InputSpec } from "../schema/inputs";
import { joined, partsOf } from "../schema/properties";
import { checkInputs, withDefaults } from "./check";
import { imported, isSecret, lost, managedBefore, managedInputs, type State, sameValue } from "./diff";

export type Inputs = Record<string, Json>;

/** What a device was observed to have, under the names of inputs and outputs. */
export type Seen = Record<string, Json | undefined>;

/** What goes into a state. */
export interface StateParts {
  readonly wanted: Inputs;
  readonly observed: Seen;
  /** The state before this operation, which remembers what the device had at adoption. */
  readonly previous?: State | undefined;
  /** Declared secrets that count as being on the device although it does not give them back. */
  readonly assumed?: State;
  /** The program's declaration is not known: this is an import. */
  readonly isImport?: boolean;
  /** What was observed before the first write of this operation. */
  readonly first?: Seen | undefined;
}

/** The state: everything observed, in the program's own spelling where that means the same to the device. */
export function stateOf(definition: AnyDefinition, parts: StateParts): State {
  const { wanted, observed, previous, assumed = {}, first = observed } = parts;
  const state: State = {};
  for (const name of Object.keys(outputsOf(definition))) {
    const value = observed[name];
    if (value !== undefined) {
      state[name] = value;
    }
  }
  Object.assign(state, inputsOfState(definition, wanted, observed, assumed));
  const managed = managedInputs(definition, wanted);
  state["managed"] = parts.isImport ? [imported] : managed;
  if (definition.family === "adopted") {
    state["baseline"] = baseline(definition, managed, previous, first);
  }
  return state;
}

function inputsOfState(definition: AnyDefinition, wanted: Inputs, observed: Seen, assumed: State): Inputs {
  const declared = partsOf(definition, wanted);
  const seen = partsOf(definition, observed);
  const remembered = partsOf(definition, assumed);
  const kept: [string, Json][] = [];
  for (const [path, { spec }] of new Map([...declared, ...remembered, ...seen])) {
    const own = declared.get(path)?.value;
    const present = spec.role === "managed" ? (seen.get(path) ?? remembered.get(path))?.value : own;
    // A secret found to be another one is not known, and when it goes missing a diff can name it.
    if (present === undefined || (present === lost && isSecret(spec, wanted))) {
      continue;
    }
    const isAsDeclared = own !== undefined && sameValue(spec, present, own);
    kept.push([path, isAsDeclared ? own : present]);
  }
  return joined(kept);
}

/** What the device had at adoption: remembered for what was managed before, seen just now for what is newly managed. */
function baseline(
  definition: AnyDefinition,
  managed: readonly string[],
  previous: State | undefined,
  first: Seen,
): Inputs {
  const kept = (previous?.["baseline"] ?? {}) as Inputs;
  const before = previous ? managedBefore(previous) : [];
  const seen = partsOf(definition, first);
  const entries = managed.map((path) => {
    if (Object.hasOwn(kept, path)) {
      return [path, kept[path]];
    }
    // What did not show at adoption is not known later either: by then the device has our own value.
    return [path, before?.includes(path) ? undefined : seen.get(path)?.value];
  });
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined)) as Inputs;
}

/** Whether a state was written by this provider, and is not just what an engine passes for an import. */
export function isOurs(state: State | undefined): state is State {
  return Array.isArray(state?.["managed"]);
}

/** The inputs as the state remembers them. */
export function declaredInputs(definition: AnyDefinition, state: State): Inputs {
  const managed = managedBefore(state);
  const declared = [...partsOf(definition, state)].filter(
    ([path, { spec }]) => spec.role !== "managed" || managed?.includes(path) !== false,
  );
  return joined(declared.map(([path, { value }]) => [path, value]));
}

/** The old inputs, with the device's values where those mean something else. */
export function inputsAsRead(definition: AnyDefinition, inputs: Inputs, view: Seen): Inputs {
  const seen = partsOf(definition, view);
  const read: [string, Json][] = [];
  for (const [path, { spec, value: declared }] of partsOf(definition, inputs)) {
    const onDevice = spec.role === "managed" ? seen.get(path)?.value : undefined;
    if (onDevice === undefined || sameValue(spec, onDevice, declared)) {
      read.push([path, declared]);
    }
    // A password found to be another one cannot be shown, so the input goes missing instead.
    else if (!(isSecret(spec, inputs) && onDevice === lost)) {
      read.push([path, onDevice]);
    }
  }
  return joined(read);
}

/** Inputs of an import: the keys from the id, everything the device reports, and the defaults of the instructions. */
export function importedInputs(definition: AnyDefinition, keys: Inputs, observed: Seen): Inputs {
  const found = [...partsOf(definition, observed)].filter(([, { spec }]) => spec.role === "managed");
  return withDefaults(inputsOf(definition), { ...keys, ...joined(found.map(([path, { value }]) => [path, value])) });
}

/** Declared secrets, which count as being on the device when it does not give them back. */
export function declaredSecrets(definition: AnyDefinition, wanted: Inputs, from: Inputs): State {
  const known = partsOf(definition, from);
  const secrets = [...partsOf(definition, wanted)].flatMap(([path, { spec }]) => {
    const value = spec.role === "managed" && isSecret(spec, wanted) ? known.get(path)?.value : undefined;
    return value === undefined ? [] : [[path, value] as const];
  });
  return joined(secrets);
}

/** The inputs, with what the provider has once made for those that the program leaves out. */
export function keptInputs(definition: AnyDefinition, inputs: Inputs, state: State | undefined): Inputs {
  const kept = generatedSpecs(definition, inputs).flatMap(([name]) =>
    state?.[name] === undefined ? [] : [[name, state[name]] as const],
  );
  return { ...inputs, ...Object.fromEntries(kept) };
}

/** As `keptInputs`, and with new values for what neither the state nor the device has. */
export function completedInputs(
  definition: AnyDefinition,
  inputs: Inputs,
  state: State,
  view: Record<string, unknown> | undefined,
  random: RandomBytes,
): Inputs {
  const kept = keptInputs(definition, inputs, state);
  const made = generatedSpecs(definition, kept).flatMap(([name, spec]) =>
    view === undefined || view[name] === lost ? [[name, spec.generate?.(random) as Json] as const] : [],
  );
  return { ...kept, ...Object.fromEntries(made) };
}

function generatedSpecs(definition: AnyDefinition, inputs: Inputs): [string, InputSpec][] {
  return Object.entries(inputsOf(definition)).filter(([name, spec]) => spec.generate && inputs[name] === undefined);
}

/** The values of all secret inputs, for redaction. */
export function secretValues(definition: AnyDefinition, inputs: Inputs): Json[] {
  const parts = [...partsOf(definition, inputs).values()];
  return parts.flatMap(({ spec, value }) => (isSecret(spec, inputs) ? [value] : []));
}

/** The inputs without everything that is compared with the device. */
export function withoutManaged(definition: AnyDefinition, inputs: Inputs): Inputs {
  const kept = [...partsOf(definition, inputs)].filter(([, { spec }]) => spec.role !== "managed");
  return joined(kept.map(([path, { value }]) => [path, value]));
}

/** What the resource had at adoption, in the place of everything that is compared with the device. */
export function inputsToRestore(definition: AnyDefinition, inputs: Inputs, state: State): Inputs {
  const before = (state["baseline"] ?? {}) as Inputs;
  const kept = [...partsOf(definition, withoutManaged(definition, inputs))];
  return joined([...kept.map(([path, { value }]) => [path, value] as const), ...Object.entries(before)]);
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
  const instructions = Object.entries(inputsOf(definition)).filter(([, spec]) => spec.role === "instruction");
  return withDefaults(Object.fromEntries(instructions), named);
}
