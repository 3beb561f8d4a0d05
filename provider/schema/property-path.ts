/** Property paths as the engine writes them: `name`, `outlets["3"].name`, `addresses[1]`, `values[*]`. */
import type { Json } from "../client";

export type Path = readonly (string | number)[];

/** The text of a path: each path has one. */
export function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === "number") {
      return `${text}[${step}]`;
    }
    const name = String(step);
    if (!/^[A-Za-z_$][\w$]*$/.test(name)) {
      return `${text}[${JSON.stringify(name)}]`;
    }
    return text === "" ? name : `${text}.${name}`;
  }, "");
}

/** The steps of a path; `*` means any. */
export function parsePath(text: string): Path {
  const steps = text.matchAll(/\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]|\[(\*)\]|([^.[\]]+)/g);
  return [...steps].map(([, quoted, index, wildcard, name]) => {
    if (quoted !== undefined) {
      return String(JSON.parse(`"${quoted}"`));
    }
    return index === undefined ? (wildcard ?? name ?? "") : Number(index);
  });
}

/** Whether `pattern` names the path or something that it is part of. */
export function covers(pattern: Path, path: Path): boolean {
  return (
    pattern.length <= path.length &&
    pattern.every((step, index) => step === "*" || String(step) === String(path[index]))
  );
}

/** The value at a path; `undefined` when there is none. */
export function valueAt(value: Json, path: Path): Json | undefined {
  let at: Json | undefined = value;
  for (const step of path) {
    if (typeof at !== "object" || at === null) {
      return undefined;
    }
    at = Object.hasOwn(at, step) ? (at as Record<string | number, Json | undefined>)[step] : undefined;
  }
  return at;
}
