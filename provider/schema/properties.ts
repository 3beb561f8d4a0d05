/** The values of a resource, split into the properties that are compared one by one. */
import { isJsonObject, type Json, jsonNames, memberOf, SecretName, sameJson } from "../client";
import { inputsOf } from "./common-inputs";
import type { AnyDefinition } from "./definition";
import type { InputSpec } from "./inputs";
import { covers, parsePath, pathText, valueAt } from "./property-path";
import { isMarked, isSecretByDefinition, marksIn, marksOf } from "./secrecy";
import type { Values } from "./values";

/** One input, or one input of an entry if the input is a map of things with their own inputs. */
export interface Property {
  readonly spec: InputSpec;
  readonly value: Json;
}

/** Whether the value of a path is a secret, by its definition or because the program gives it as one. */
export function isSecretAt(definition: AnyDefinition, values: Values, path: string): boolean {
  const spec = specAt(definition, path);
  return (spec !== undefined && isSecretByDefinition(spec, values)) || isMarked(values, parsePath(path));
}

type ByPath = ReadonlyMap<string, Property>;

/**
 * The inputs among some values, by their paths, `name` or `outlets["3"].name`. Taking values apart is the costly part,
 * so an operation does it once for each role (desired, observed, state) and hands the result on.
 */
export class Properties implements Iterable<readonly [path: string, property: Property]> {
  readonly #byPath: ByPath;
  /** Assembled on demand, because the values of what was derived are rarely asked for. */
  #values: Values | (() => Values);

  static of(definition: AnyDefinition, values: Values): Properties {
    return new Properties(definition, values, takenApart(definition, values));
  }

  /** Use `of`, or a method that derives one from another. */
  constructor(
    readonly definition: AnyDefinition,
    values: Values | (() => Values),
    byPath: ByPath,
  ) {
    this.#values = values;
    this.#byPath = byPath;
  }

  /** The values as they were given, outputs included. */
  get values(): Values {
    if (typeof this.#values === "function") {
      this.#values = this.#values();
    }
    return this.#values;
  }

  [Symbol.iterator](): Iterator<readonly [path: string, property: Property]> {
    return this.#byPath[Symbol.iterator]();
  }

  get paths(): string[] {
    return [...this.#byPath.keys()];
  }

  get(path: string): Json | undefined {
    return this.#byPath.get(path)?.value;
  }

  has(path: string): boolean {
    return this.#byPath.has(path);
  }

  /** Those that are compared with the device. */
  managed(): Properties {
    return this.only(({ spec }) => spec.role === "managed");
  }

  /** What to hide in texts: secret values, except booleans and null, which give nothing away, and the names inside. */
  get secrets(): (Json | SecretName)[] {
    return [...this].flatMap(([path, { spec, value }]) => {
      if (!this.isSecret(path) || typeof value === "boolean" || value === null) {
        return [];
      }
      return [value, ...this.#secretParts(path, spec, value).flatMap(namesIn)];
    });
  }

  /** The parts of a value that are secret as a whole. */
  #secretParts(path: string, spec: InputSpec, value: Json): Json[] {
    const steps = parsePath(path);
    const marks = marksIn(this.values);
    if (isSecretByDefinition(spec, this.values) || marks.some((mark) => covers(mark, steps))) {
      return [value];
    }
    const inside = marks.filter((mark) => covers(steps, mark)).map((mark) => mark.slice(steps.length));
    return inside.flatMap((mark) => valueAt(value, mark) ?? []);
  }

  only(keep: (property: Property, path: string) => boolean): Properties {
    return this.#derived([...this].filter(([path, property]) => keep(property, path)));
  }

  /** With another value for each property. */
  map(change: (property: Property, path: string) => Json): Properties {
    return this.#derived([...this].map(([path, property]) => [path, { ...property, value: change(property, path) }]));
  }

  /** With the others' values for the paths that it lacks. */
  completedBy(others: Properties): Properties {
    return this.#derived([...others, ...this]);
  }

  /** Whether the value at this path is a secret; an instruction among the values, or the program, may say so. */
  isSecret(path: string): boolean {
    return isSecretAt(this.definition, this.values, path);
  }

  /**
   * Whether errors, which end up in logs, states and histories in clear, may show these values of a path: numbers,
   * booleans and texts that its definition allows, unless they are a secret.
   */
  isShownInErrors(path: string, ...values: readonly (Json | undefined)[]): boolean {
    const isTextShown = specAt(this.definition, path)?.isShownInErrors === true;
    const isHarmless = (value: Json | undefined) =>
      typeof value === "boolean" || typeof value === "number" || (isTextShown && typeof value === "string");
    return !this.isSecret(path) && values.every(isHarmless);
  }

  /** Whether `value` means the same to the device as the value at this path. */
  agrees(path: string, value: Json | undefined): boolean {
    const own = this.#byPath.get(path);
    if (own === undefined || value === undefined) {
      return own?.value === value;
    }
    return meansSame(own.spec, value, own.value);
  }

  /** The inputs again, without outputs. */
  toObject(): Record<string, Json> {
    return joined([...this].map(([path, { value }]) => [path, value]));
  }

  #derived(entries: readonly (readonly [string, Property])[]): Properties {
    const byPath = new Map(entries);
    const values = () => ({
      ...joined([...byPath].map(([path, { value }]) => [path, value])),
      ...marksOf(this.values),
    });
    return new Properties(this.definition, values, byPath);
  }
}

function namesIn(value: Json): SecretName[] {
  return [...jsonNames(value)].map((name) => new SecretName(name));
}

/** The spec of the input that a path belongs to. */
export function specAt(definition: AnyDefinition, path: string): InputSpec | undefined {
  const [name = "", , member] = parsePath(path).map(String);
  const spec = inputsOf(definition)[name];
  return member === undefined ? spec : spec?.entries?.[member];
}

/** Values by input name, from values by path. */
export function joined(entries: Iterable<readonly [path: string, value: Json]>): Record<string, Json> {
  const values: Record<string, Json> = {};
  for (const [path, value] of entries) {
    const [name = path, key, member] = parsePath(path).map(String);
    if (key === undefined) {
      setMember(values, name, value);
    } else if (member === undefined) {
      setMember(objectAt(values, name), key, value);
    } else {
      setMember(objectAt(objectAt(values, name), key), member, value);
    }
  }
  return values;
}

/** Sets a member, also one named `__proto__`: an assignment would change what all objects have in common. */
export function setMember(object: Record<string, Json>, name: string, value: Json): void {
  if (name === "__proto__") {
    Object.defineProperty(object, name, { value, configurable: true, enumerable: true, writable: true });
  } else {
    object[name] = value;
  }
}

function objectAt(parent: Record<string, Json>, name: string): Record<string, Json> {
  const known = memberOf(parent, name);
  if (isJsonObject(known)) {
    return known;
  }
  const made = {};
  setMember(parent, name, made);
  return made;
}

/** A value that is not of the expected form is one property as a whole. */
function takenApart(definition: AnyDefinition, values: Values): ByPath {
  const byPath = new Map<string, Property>();
  for (const [name, spec] of Object.entries(inputsOf(definition))) {
    const value = values[name];
    if (spec.entries && isJsonObject(value)) {
      addEntries(byPath, name, spec, value);
    } else if (value !== undefined) {
      byPath.set(name, { spec, value });
    }
  }
  return byPath;
}

function addEntries(byPath: Map<string, Property>, name: string, spec: InputSpec, map: Record<string, Json>): void {
  for (const [key, entry] of Object.entries(map)) {
    if (!isJsonObject(entry)) {
      if (entry !== undefined) {
        byPath.set(pathText([name, key]), { spec, value: entry });
      }
      continue;
    }
    for (const [member, memberSpec] of Object.entries(spec.entries ?? {})) {
      const value = entry[member];
      if (value !== undefined) {
        byPath.set(pathText([name, key, member]), { spec: memberSpec, value });
      }
    }
  }
}

function meansSame(spec: InputSpec, present: Json, desired: Json): boolean {
  if (sameJson(present, desired)) {
    return true;
  }
  return spec.same !== undefined && spec.schema.safeParse(present).success && spec.same(present, desired);
}
