/** What `ignoreChanges` means: what it names stays as it is on the device, regardless of what the program declares. */
import { isJsonObject, type Json, ownMember } from "../../client";
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
    return declared.map(({ value }, path) => {
      const present = actual.get(path);
      return present === undefined ? value : this.#with(value, present, parsePath(path));
    });
  }

  #with(declared: Json, present: Json, path: Path): Json {
    if (this.#covers(path)) {
      return present;
    }
    if (!this.#reachesInto(path)) {
      return declared;
    }
    if (isJsonObject(declared) && isJsonObject(present)) {
      return this.#objectWith(declared, present, path);
    }
    if (Array.isArray(declared) && Array.isArray(present) && declared.length === present.length) {
      return declared.map((element, index) => this.#with(element, present[index] as Json, [...path, index]));
    }
    // The ignored part cannot be located if the value has another form on the device, so none of it is changed.
    return present;
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

  /** Whether a part of the value at this path is ignored. */
  #reachesInto(path: Path): boolean {
    return this.#patterns.some(
      (pattern) => pattern.length > path.length && covers(pattern.slice(0, path.length), path),
    );
  }
}
