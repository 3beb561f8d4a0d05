/** Path segments that select several things at once. */
import { InvalidPathError } from "../errors/errors";
import { percentEncoded } from "../text";

/** A value that a selection compares a field with. */
export type MatrixValue = string | number | boolean;

/**
 * A path segment that names several things at once, such as `all;`, `=0,4` or `name=fred`.
 * A request with one is answered with status 207 and a flat list, even if only one thing is selected.
 * @see REST-style API Reference section 7.1.
 */
export class MatrixSegment {
  /** @param text The segment as in the URI, percent-encoded. */
  // biome-ignore lint/style/useConsistentMemberAccessibility: made only by the functions of this file
  private constructor(readonly text: string) {}

  toString(): string {
    return this.text;
  }

  /** Creates a segment from decoded parts. */
  static of(prefix: string, parts: readonly string[]): MatrixSegment {
    if (parts.length === 0 && prefix === "=") {
      throw new InvalidPathError({ message: "a selection names nothing" });
    }
    return new MatrixSegment(prefix + parts.map(encodePlain).join(","));
  }

  /** The decoded names or indices that it selects; `undefined` if it selects in another way. */
  get names(): readonly string[] | undefined {
    return /^=(.*)$/.exec(this.text)?.[1]?.split(",").map(decodeURIComponent);
  }

  /** Whether the value of a field selects, which only elements have, and not members of an object. */
  get isByValue(): boolean {
    return this.names === undefined && this.text.includes("=");
  }

  /** Whether the element with this index, or member with this name, may be selected; by value, any may be. */
  mayName(key: string): boolean {
    return this.names?.some((name) => sameKey(name, key)) ?? true;
  }

  /** The value of this field that selects the elements; `undefined` if something else does. */
  valueSelecting(field: string): string | undefined {
    const prefix = `${encodePlain(field)}=`;
    return this.text.startsWith(prefix) ? decodeURIComponent(this.text.slice(prefix.length)) : undefined;
  }

  /** The elements whose field has a value: `field=value` after a prefix. */
  static condition(prefix: string, conditions: Readonly<Record<string, MatrixValue>>): MatrixSegment {
    const entries = Object.entries(conditions);
    const [entry] = entries;
    // The vendor documents selections by one field only.
    if (entry === undefined || entries.length > 1 || entry[0] === "") {
      throw new InvalidPathError({ message: "a selection by value takes exactly one field" });
    }
    return new MatrixSegment(`${prefix}${encodePlain(entry[0])}=${encodePlain(String(entry[1]))}`);
  }

  /** Reads one of the forms of {@link all}, {@link elements}, {@link members}, {@link where} and {@link one}. */
  static parse(text: string, wrong: (what: string) => Error): MatrixSegment {
    const decode = (part: string) => MatrixSegment.decode(part, wrong);
    const list = /^=([^=;]+)$/.exec(text)?.[1]?.split(",");
    if (list?.every((part) => part !== "")) {
      return MatrixSegment.of("=", list.map(decode));
    }
    if (text === "all;") {
      return new MatrixSegment(text);
    }
    const [, prefix = "", field, value] = /^(all;|one;)?([^=;,]+)=([^=;,]*)$/.exec(text) ?? [];
    if (field === undefined || value === undefined) {
      throw wrong("contains a selection that is none of all; =0,4 =name,state name=fred all;name=fred one;name=fred");
    }
    return MatrixSegment.condition(prefix, { [decode(field)]: decode(value) });
  }

  /** Resolves percent-encoding. */
  static decode(text: string, wrong: (what: string) => Error): string {
    try {
      return decodeURIComponent(text);
    } catch {
      throw wrong("contains a % that is not followed by two hexadecimal digits of UTF-8");
    }
  }
}

/** Whether two keys mean the same; a device may read `03` as an index. */
function sameKey(left: string, right: string): boolean {
  return left === right || (/^\d+$/.test(left) && /^\d+$/.test(right) && Number(left) === Number(right));
}

/** Every element: `all;`. */
export const all: MatrixSegment = MatrixSegment.of("all;", []);

/** The elements with these 0-based indices: `=0,4`. */
export function elements(...indices: number[]): MatrixSegment {
  for (const index of indices) {
    if (!Number.isInteger(index) || index < 0) {
      throw new InvalidPathError({
        message: `${index} cannot be an index in a path; indices are whole and start at 0`,
      });
    }
  }
  return MatrixSegment.of("=", indices.map(String));
}

/** The members of an object with these names: `=name,physical_state`. */
export function members(...names: string[]): MatrixSegment {
  if (names.includes("")) {
    throw new InvalidPathError({ message: "a selected member needs a name" });
  }
  return MatrixSegment.of("=", names);
}

/** The elements whose field has the given value, for exactly one field: `name=fred`. */
export function where(condition: Readonly<Record<string, MatrixValue>>): MatrixSegment {
  return MatrixSegment.condition("", condition);
}

/** As {@link where}, written `all;locked=false`. */
export function allWhere(condition: Readonly<Record<string, MatrixValue>>): MatrixSegment {
  return MatrixSegment.condition("all;", condition);
}

/** The only element whose field has the value: `one;name=fred`. */
export function one(condition: Readonly<Record<string, MatrixValue>>): MatrixSegment {
  return MatrixSegment.condition("one;", condition);
}

/** A key as a whole segment. `.`, `..` and a leading `!` have a special meaning, so such keys are escaped. */
export function encodeSegment(key: string): string {
  return key === "." || key === ".." ? `!${key}` : encodePlain(key);
}

function encodePlain(text: string): string {
  try {
    return percentEncoded(text);
  } catch {
    throw new InvalidPathError({ message: "a path contains half of a surrogate pair, which UTF-8 cannot express" });
  }
}
