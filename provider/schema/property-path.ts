/** Property paths as the engine writes them: `name`, `outlets["3"].name`, `addresses[1]`, `values[*]`. */
import { InvalidInputError, type Json, memberOf, quotedText } from "../client";

export type Path = readonly (string | number)[];

const plainName = /^[A-Za-z_$][\w$]*$/;

/**
 * Parsed paths by their text: all resources of a fleet have the same paths, and each operation parses them many times.
 */
const known = new Map<string, Path>();
const mostKnown = 10_000;

/** The canonical text of a path. */
export function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === "number") {
      return `${text}[${step}]`;
    }
    const name = String(step);
    if (!plainName.test(name)) {
      return `${text}[${JSON.stringify(name)}]`;
    }
    return text === "" ? name : `${text}.${name}`;
  }, "");
}

/**
 * The steps of a path; `*` means any.
 * @throws InvalidInputError if the text is not a path.
 */
export function parsePath(text: string): Path {
  const before = known.get(text);
  if (before !== undefined) {
    return before;
  }
  if (known.size >= mostKnown) {
    known.clear();
  }
  const path = Object.freeze(stepsOf(text));
  known.set(text, path);
  return path;
}

const stepForm = /\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]|\[(\*)\]|([^.[\]]+)/g;

function stepsOf(text: string): Path {
  // Only brackets that belong to no step are left over.
  if (/[[\]]/.test(text.replace(stepForm, ""))) {
    throw notAPathError(text);
  }
  return [...text.matchAll(stepForm)].map(([, quoted, index, wildcard, name]) => {
    if (quoted !== undefined) {
      return unquoted(text, quoted);
    }
    return index === undefined ? (wildcard ?? name ?? "") : Number(index);
  });
}

function unquoted(path: string, quoted: string): string {
  try {
    return String(JSON.parse(`"${quoted}"`));
  } catch {
    throw notAPathError(path);
  }
}

function notAPathError(text: string): InvalidInputError {
  return new InvalidInputError({
    message: `\`${quotedText(text)}\` is no property path`,
    remedy:
      'Write it as `name`, `list[0]`, `map[*]` or `outlets["3"].name`; in quotes, a quote is `\\"` and a backslash is `\\\\`.',
  });
}

/** Whether `pattern` matches the path or something that contains it. */
export function covers(pattern: Path, path: Path): boolean {
  return (
    pattern.length <= path.length &&
    pattern.every((step, index) => step === "*" || String(step) === String(path[index]))
  );
}

/** The value at a path; `undefined` when there is none. */
export function valueAt(value: Json, path: Path): Json | undefined {
  return path.reduce<Json | undefined>((at, step) => memberOf(at, String(step)), value);
}
