/**
 * What a request does to places in the device's tree, judged from the request alone and in any form: a PUT of a leaf or
 * of a container above it, a selection of several elements, a JSON Patch, the removal of a container.
 */
import {
  all,
  isJsonObject,
  type Json,
  type JsonPatchOperation,
  MatrixSegment,
  type PathLike,
  type Segment,
  toPath,
} from "../../client";
import { looselyRead, stepsIn, stepsOfName } from "./loose-steps";

/** A request that can change the device. */
export interface WriteRequest {
  readonly method: "PUT" | "POST" | "PATCH" | "DELETE";
  /** Decoded segments below `/restapi/`. */
  readonly segments: readonly Segment[];
  readonly value?: Json | undefined;
}

/** The request that a call to the client sends. */
export function requestTo(method: WriteRequest["method"], path: PathLike, value?: Json): WriteRequest {
  return { method, segments: toPath(path).segments, value };
}

/** The request of a JSON Patch. */
export function patchOf(path: PathLike, operations: readonly JsonPatchOperation[]): WriteRequest {
  return requestTo(
    "PATCH",
    path,
    operations.map((operation) => ({ ...operation })),
  );
}

/** A place in the tree: names and indices as text, or patterns to mean several names. */
export type Place = readonly (string | RegExp)[];

/**
 * What happens to a place.
 * - `set`: it gets this value as a whole.
 * - `unseen`: it gets a value or loses it, and the request does not show which.
 * - `inside`: something below it changes.
 * - `removed`: it is itself removed.
 * - `lost`: a container above it is removed, or overwritten by a value that does not have it.
 * - `posted`: it is called, or an element is added to it.
 */
export type Effect =
  | { readonly kind: "set"; readonly value: Json }
  | { readonly kind: "unseen" }
  | { readonly kind: "inside" }
  | { readonly kind: "removed" }
  | { readonly kind: "lost" }
  | { readonly kind: "posted"; readonly value: Json | undefined };

/** All effects of a request on a place; none if it leaves it alone. A selection affects everything it may select. */
export function effectsOn(request: WriteRequest, place: Place): Effect[] {
  return possibleChanges(request).flatMap((change) => effectsOfOne(change, place));
}

/** One change to the tree; `UNSEEN` writes a value that the request does not show. */
export interface Change extends Omit<WriteRequest, "method"> {
  readonly method: "PUT" | "POST" | "DELETE" | "UNSEEN";
}

/** Kept because the gate asks about each request at every place that it guards. */
const readRequests = new WeakMap<WriteRequest, readonly Change[]>();

/** A request as single changes, at the places that a loosely parsing device may take them to mean. */
export function possibleChanges(request: WriteRequest): readonly Change[] {
  const known = readRequests.get(request);
  if (known !== undefined) {
    return known;
  }
  const changes = changesOf(request).map(looselyTaken);
  readRequests.set(request, changes);
  return changes;
}

function looselyTaken(change: Change): Change {
  const steps = change.segments.map(stepsIn);
  return steps.includes(undefined)
    ? { method: "UNSEEN", segments: everything }
    : { ...change, segments: steps.flatMap((some) => some ?? []) };
}

/** A request as single changes: one for each operation of a JSON Patch, or for each member of a form. */
export function changesOf({ method, segments, value }: WriteRequest): Change[] {
  if (method !== "PATCH") {
    return [{ method, segments, value }];
  }
  if (Array.isArray(value)) {
    return value.flatMap((operation) => patchOperation(segments, operation));
  }
  if (isJsonObject(value)) {
    return Object.entries(value).map(([name, member]) => ({
      method: "PUT" as const,
      segments: [...segments, name],
      value: member,
    }));
  }
  return [{ method: "PUT", segments, value: value ?? null }];
}

const everything: readonly Segment[] = [];

function patchOperation(base: readonly Segment[], operation: Json): Change[] {
  const { op, path, from, value = null } = isJsonObject(operation) ? operation : {};
  const there = segmentsAt(base, path);
  if (there === undefined) {
    return [{ method: "UNSEEN", segments: everything }];
  }
  switch (op) {
    case "test":
      return [];
    case "replace":
      return [{ method: "PUT", segments: there, value }];
    case "add":
      return [{ method: "PUT", segments: there, value }, ...shiftedBy(there)];
    case "remove":
      return [removalOf(there)];
    case "copy":
      return [{ method: "UNSEEN", segments: there }, ...shiftedBy(there)];
    default:
      // A move, or an unknown operation.
      return [
        { method: "UNSEEN", segments: there },
        ...shiftedBy(there),
        removalOf(segmentsAt(base, from) ?? everything),
      ];
  }
}

/** What an insertion moves: in an array, the element that stood there and those after it. */
function shiftedBy(there: readonly Segment[]): Change[] {
  const last = there.flatMap((segment) => stepsIn(segment) ?? []).at(-1);
  return last instanceof MatrixSegment || isIndex(last) ? [removalOf(there)] : [];
}

/** The place that a JSON pointer names; `undefined` if a device might take it to mean another. */
function segmentsAt(base: readonly Segment[], pointer: Json | undefined): Segment[] | undefined {
  const steps = typeof pointer === "string" ? pointer.split("/") : [];
  if (steps.shift() !== "" || steps.some((step) => step === "" || step === "." || step === "..")) {
    return undefined;
  }
  const decoded = steps.map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
  // In a path these select several things or mean something else, and a device may read a pointer like a path.
  const isUnclear = (step: string | undefined) => /[=;,%!]|~(?![01])/.test(step ?? "");
  const read = decoded.map((name, depth): Segment[] | undefined => {
    const named = stepsOfName(name);
    if (isUnclear(steps[depth])) {
      return named?.length === 1 ? [all] : undefined;
    }
    return named && [name];
  });
  return read.includes(undefined) ? undefined : [...base, ...read.flatMap((some) => some ?? [])];
}

function removalOf(segments: readonly Segment[]): Change {
  return { method: "DELETE", segments };
}

function effectsOfOne({ method, segments, value }: Change, place: Place): Effect[] {
  const shared = Math.min(segments.length, place.length);
  for (let depth = 0; depth < shared; depth++) {
    const [segment, step] = [segments[depth] as Segment, place[depth] as string | RegExp];
    if (mayMean(segment, step)) {
      continue;
    }
    // Removing an element moves the later ones up.
    const isShifted =
      method === "DELETE" &&
      depth === segments.length - 1 &&
      isIndex(step) &&
      (typeof segment !== "string" || isIndex(segment));
    return isShifted ? [{ kind: "lost" }] : [];
  }
  if (segments.length > place.length) {
    return [{ kind: "inside" }];
  }
  if (method === "POST") {
    return segments.length === place.length ? [{ kind: "posted", value }] : [];
  }
  if (method === "UNSEEN") {
    return [{ kind: "unseen" }];
  }
  if (method === "DELETE") {
    return [{ kind: segments.length === place.length ? "removed" : "lost" }];
  }
  return effectsOfValue(value ?? null, place.slice(segments.length));
}

/** What a place gets from a value that overwrites it or a container above it. */
function effectsOfValue(value: Json, below: Place): Effect[] {
  const [step, ...rest] = below;
  if (step === undefined) {
    return [{ kind: "set", value }];
  }
  const members = Array.isArray(value)
    ? value.map((element, index) => [String(index), element] as const)
    : Object.entries(isJsonObject(value) ? value : {});
  const read = members.map(([name, member]) => [stepsOfName(name), member] as const);
  if (read.some(([steps]) => steps === undefined)) {
    return [{ kind: "unseen" }];
  }
  const found = read.filter(([[name = ""] = []]) => mayMean(name, step));
  // If several names are meant, those missing from the value are lost.
  const isWhole = typeof step === "string" && found.length > 0;
  return [
    ...found.flatMap(([[, ...inside] = [], member]) => effectsOfValue(nested(inside, member), rest)),
    ...(isWhole ? [] : [{ kind: "lost" } as const]),
  ];
}

function nested(names: readonly string[], value: Json): Json {
  return names.reduceRight<Json>((inner, name) => ({ [name]: inner }), value);
}

/** Whether a segment of a request may mean a step of a place; a device may read `03` as an index. */
function mayMean(given: Segment, step: string | RegExp): boolean {
  if (given instanceof MatrixSegment) {
    return typeof step !== "string" || (given.names?.some((name) => mayMean(name, step)) ?? true);
  }
  const segment = looselyRead(given);
  if (typeof step !== "string") {
    return step.test(segment);
  }
  return segment === step || (isIndex(segment) && isIndex(step) && Number(segment) === Number(step));
}

function isIndex(step: string | RegExp | undefined): boolean {
  return typeof step === "string" && /^\d+$/.test(step);
}
