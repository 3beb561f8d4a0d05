/**
 * Which values of a resource are secret: by their definition, because the program gives them as secrets, or because
 * they are derived from such values.
 */
import type { Json } from "../client";
import { inputsOf, outputsOf } from "./common-inputs";
import type { AnyDefinition } from "./definition";
import type { InputSpec } from "./inputs";
import { covers, type Path, parsePath } from "./property-path";
import { unknownValue } from "./unknown";
import type { Values } from "./values";

/**
 * The name under which a resource's values carry the paths, each a list of steps, of those that the program gives as
 * secrets. The engine removes its own marks before it calls a dynamic provider, so these travel and are kept with the
 * values.
 */
export const marksName = "__secrets";

/** The paths that are marked as secret among some values. */
export function marksIn(values: Values): string[][] {
  const marks = values[marksName];
  const lists = Array.isArray(marks) ? marks.filter((mark) => Array.isArray(mark) && mark.length > 0) : [];
  return (lists as Json[][]).map((steps) => steps.map(String));
}

/** The marks as a member to spread into values; empty if nothing is marked. */
export function marksOf(values: Values): Record<string, Json> {
  const marks = marksIn(values);
  return marks.length === 0 ? {} : { [marksName]: marks };
}

/** Whether the program gives the value at this path, or a part of it, as a secret. */
export function isMarked(values: Values, path: Path): boolean {
  return marksIn(values).some((mark) => covers(mark, path) || covers(path, mark));
}

/** Whether the definition makes an input a secret. A condition that is not known yet may turn out to be true. */
export function isSecretByDefinition(
  { secret, secretWhen }: Pick<InputSpec, "secret" | "secretWhen">,
  values: Values,
): boolean {
  const condition = secretWhen === undefined ? undefined : values[secretWhen];
  return secret === true || condition === true || condition === unknownValue;
}

/** Paths of the values that must not be kept or shown in clear: whole inputs and outputs, or parts of them. */
export function secretPaths(definition: AnyDefinition, values: Values): Path[] {
  const [inputs, outputs] = [Object.entries(inputsOf(definition)), Object.entries(outputsOf(definition))];
  const always = inputs.filter(([, { secret, secretWhen, entries }]) => {
    const holdsSecret = Object.values(entries ?? {}).some((member) => member.secret);
    return holdsSecret || isSecretByDefinition({ secret, secretWhen }, values);
  });
  const whole = new Set(always.map(([name]) => name));
  const parts = marksIn(values).filter(([name = ""]) => !whole.has(name));
  const found: Path[] = [...[...whole].map((name) => [name]), ...parts];
  const derived = outputs.filter(([, { secret, derivedFrom = [] }]) => {
    const sources = derivedFrom.map(parsePath);
    return secret || found.some((path) => sources.some((source) => covers(source, path) || covers(path, source)));
  });
  return [...found, ...derived.map(([name]) => [name])];
}

/** Marks of inputs that the definition does not make secret anyway: a state must remember these. */
export function unforeseenMarks(definition: AnyDefinition, values: Values): string[][] {
  const foreseen = new Set(secretPaths(definition, { ...values, [marksName]: undefined }).map(([name]) => name));
  const inputs = inputsOf(definition);
  return marksIn(values).filter(([name = ""]) => Object.hasOwn(inputs, name) && !foreseen.has(name));
}

/** Names of the inputs that form a resource's id. */
export function namesInId(definition: AnyDefinition, inputs: Values): Set<string> {
  const names = new Set(["device"]);
  const seen = new Proxy(inputs, {
    get(target, name) {
      names.add(String(name));
      return target[String(name)];
    },
  });
  definition.id(seen);
  return names;
}

/** A path as an error may name it: for a secret only the input, because the names inside it are part of the secret. */
export function shownPath(definition: AnyDefinition, values: Values, path: string): string {
  const [name = ""] = parsePath(path).map(String);
  const isSecret = secretPaths(definition, values).some(([first]) => first === name);
  return isSecret ? name : path;
}
