/** A tree to which any request is applied, for tests of what requests do. */
import { all, devicePath, isJsonObject, type Json, MatrixSegment, type Segment } from "../../provider/client";
import type { WriteRequest } from "../../provider/runtime/gate/effect";

export type Tree = { [key: string]: Json };

/** Names of the members that a segment selects. */
function selected(container: Json | undefined, segment: Segment): string[] {
  const names = typeof container === "object" && container !== null ? Object.keys(container) : [];
  if (!(segment instanceof MatrixSegment)) {
    return [Array.isArray(container) && /^\d+$/.test(segment) ? String(Number(segment)) : segment];
  }
  if (segment.text.startsWith("=")) {
    const chosen = segment.text.slice(1).split(",");
    return names.filter((name) => chosen.includes(name));
  }
  const [, field, wanted] = /([^=;]+)=([^=;]*)$/.exec(segment.text) ?? [];
  return names.filter(
    (name) => field === undefined || String((container as Record<string, Tree>)[name]?.[field]) === wanted,
  );
}

function applyAt(
  container: Json,
  [segment, ...rest]: readonly Segment[],
  change: (parent: Json, name: string) => void,
): void {
  for (const name of selected(container, segment as Segment).reverse()) {
    if (rest.length === 0) {
      change(container, name);
      continue;
    }
    const inside = (container as Tree)[name];
    if (typeof inside === "object" && inside !== null) {
      applyAt(inside, rest, change);
    }
  }
}

/** Whether members of an object that an overwriting value leaves out stay as they were or disappear. */
export type Left = "kept" | "fresh";

export function put(tree: Tree, segments: readonly Segment[], json: Json, left: Left = "fresh"): Tree {
  if (segments.length === 0) {
    return isJsonObject(json) ? structuredClone(json) : {};
  }
  applyAt(tree, segments, (parent, name) => {
    const before = left === "kept" && isJsonObject(json) ? (parent as Tree)[name] : undefined;
    (parent as Tree)[name] = structuredClone(isJsonObject(before) ? { ...before, ...(json as Tree) } : json);
  });
  return tree;
}

function remove(tree: Tree, segments: readonly Segment[]): Tree {
  if (segments.length === 0) {
    return {};
  }
  applyAt(tree, segments, (parent, name) => {
    if (Array.isArray(parent)) {
      parent.splice(/^\d+$/.test(name) ? Number(name) : parent.length, 1);
    } else {
      delete (parent as Tree)[name];
    }
  });
  return tree;
}

export function apply(tree: Tree, { method, segments, value: json }: WriteRequest, left: Left = "fresh"): Tree {
  if (method === "PUT") {
    return put(tree, segments, json as Json, left);
  }
  if (method === "DELETE") {
    return remove(tree, segments);
  }
  let now = tree;
  for (const { op, path: to, from, value: given } of json as {
    op: string;
    path: string;
    from: string;
    value: Json;
  }[]) {
    const steps = (text: string): Segment[] => [...segments, ...text.split("/").slice(1).map(stepOf)];
    if (op === "replace") {
      now = put(now, steps(to), given, left);
    } else if (op === "add") {
      now = insert(now, steps(to), given);
    } else if (op === "remove") {
      now = remove(now, steps(to));
    } else if (op === "move" || op === "copy") {
      const [value] = found(now, steps(from));
      now = op === "move" ? remove(now, steps(from)) : now;
      now = insert(now, steps(to), value ?? null);
    }
  }
  return now;
}

/** A step of a JSON pointer, read in the way in which a device reads a path. */
function stepOf(step: string): Segment {
  if (step === "~") {
    return "0";
  }
  return step === ".." ? all : (devicePath.parse(step).segments[0] as Segment);
}

/** Adds a value; in an array it is inserted, and later elements move. */
export function insert(tree: Tree, segments: readonly Segment[], json: Json): Tree {
  const last = segments.at(-1);
  const isInserted = typeof last === "string" && (last === "-" || /^\d+$/.test(last));
  if (!isInserted) {
    return put(tree, segments, json);
  }
  applyAt(tree, segments, (parent, name) => {
    if (Array.isArray(parent)) {
      parent.splice(name === "-" ? parent.length : Number(name), 0, structuredClone(json));
    } else {
      (parent as Tree)[name] = structuredClone(json);
    }
  });
  return tree;
}

/** The values at a path. */
function found(tree: Tree, segments: readonly Segment[]): Json[] {
  const values: Json[] = [];
  applyAt({ root: tree }, ["root", ...segments], (parent, name) => {
    const value = (parent as Tree)[name];
    if (value !== undefined) {
      values.push(value);
    }
  });
  return values;
}
