/** What `ignoreChanges` means: what it names stays as it is on the device, regardless of what the program declares. */
import { isJsonObject, type Json, ownMember, sameJson } from "../../client";
import type { Properties } from "../../schema/properties";
import { covers, type Path, parsePath } from "../../schema/property-path";

/** Paths that the program ignores, as it writes them: `state`, `outlets["3"].name`, `value.hostname`, `*`. */
export class IgnoredChanges {
  readonly #patterns: readonly Path[];

  constructor(paths: readonly string[] = []) {
    this.#patterns = paths.map(parsePath);
  }

  /** Whether all of the value at this path is ignored. */
  has(path: string): boolean {
    return this.#covers(parsePath(path));
  }

  /** The declared values, with ignored values, and ignored parts of values, taken from `actual` if it has them. */
  applyTo(declared: Properties, actual: Properties): Properties {
    if (this.#patterns.length === 0) {
      return declared;
    }
    return declared.map(({ spec, value }, path) => {
      // Of a key the engine has put in what it ignores; the device may have it in another order, or spelling.
      const present = spec.role === "key" ? undefined : actual.get(path);
      if (present === undefined) {
        return value;
      }
      const isUnordered =
        Array.isArray(value) && spec.same !== undefined && declared.agrees(path, [...value].reverse());
      return isUnordered
        ? this.#unorderedWith(value, present, parsePath(path))
        : this.#with(value, present, parsePath(path));
    });
  }

  /**
   * A list that the device may show in another order: an index means an element of the declared one, which stays if the
   * device has it. Otherwise it cannot be told which element has taken its place, and all stay.
   */
  #unorderedWith(declared: readonly Json[], present: Json, path: Path): Json {
    if (this.#covers(path)) {
      return present;
    }
    const named = this.#patterns.filter((pattern) => reachesInto(pattern, path)).map((pattern) => pattern[path.length]);
    const isThere = (element: Json | undefined) =>
      Array.isArray(present) && element !== undefined && present.some((other) => sameJson(other, element));
    return named.every((step) => step !== "*" && isThere(declared[Number(step)])) ? [...declared] : present;
  }

  #with(declared: Json, present: Json, path: Path): Json {
    if (this.#covers(path)) {
      return present;
    }
    if (!this.#patterns.some((pattern) => reachesInto(pattern, path))) {
      return declared;
    }
    if (isJsonObject(declared) && isJsonObject(present)) {
      return this.#objectWith(declared, present, path);
    }
    if (Array.isArray(declared) && Array.isArray(present)) {
      return this.#listWith(declared, present, path);
    }
    // The ignored part cannot be located if the value has another form on the device, so none of it is changed.
    return present;
  }

  #listWith(declared: readonly Json[], present: readonly Json[], path: Path): Json {
    const both = Math.min(declared.length, present.length);
    const others = Math.abs(declared.length - present.length);
    // Beside an ignored element that only one of them has, the others cannot change without moving it.
    if (Array.from({ length: others }).some((_, index) => this.#covers([...path, both + index]))) {
      return [...present];
    }
    return declared.map((element, index) =>
      index < both ? this.#with(element, present[index] as Json, [...path, index]) : element,
    );
  }

  #objectWith(declared: Record<string, Json>, present: Record<string, Json>, path: Path): Record<string, Json> {
    const kept = Object.entries(declared).flatMap(([name, value]) => {
      const member = ownMember(present, name);
      if (member !== undefined) {
        return [[name, this.#with(value, member, [...path, name])] as const];
      }
      return this.#covers([...path, name]) ? [] : [[name, value] as const];
    });
    return Object.fromEntries(kept);
  }

  #covers(path: Path): boolean {
    return this.#patterns.some((pattern) => covers(pattern, path));
  }
}

/** Whether a pattern names a part of the value at this path. */
function reachesInto(pattern: Path, path: Path): boolean {
  return pattern.length > path.length && covers(pattern.slice(0, path.length), path);
}
