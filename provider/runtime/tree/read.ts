/**
 * The one reader of containers on the device: objects, lists and maps. Something is concluded to be absent only if the
 * answer is the container in question: of the right form, with members or elements that such a container has. A device
 * that is busy, starting or showing its login page may answer anything with status 200. `collection.ts` looks for
 * things in lists and maps that are created and removed.
 */
import {
  type Appended,
  type DevicePath,
  isForbiddenError,
  isNotFoundError,
  type Json,
  NotUnderstoodError,
  type PathLike,
  toPath,
} from "../../client";
import { isContainerAt, isElementOf, isEmptyTable, isKnownObject, isObjectAt, kindOf, type Members } from "./known";

/** Reads a subtree of the device in the way open to the sender at that moment. */
export type ReadPath = (path: string) => Promise<Json>;

/** Where values are read from: a device, or one session with it. */
export interface Source {
  /** Name of the device in configuration. */
  readonly name: string;
  /** Reads a subtree; `of` names the part that the caller looks at. */
  read(path: PathLike, of?: PathLike | PathLike[]): Promise<Json>;
  /** Reads a path by itself, never as part of an earlier read, in which an index may mean another element. */
  get(path: PathLike, options?: { readonly depth?: number }): Promise<Json>;
}

/** One session with a device, as a source of values. */
export function inSession(device: Pick<Source, "name">, session: Pick<Source, "get">): Source {
  return {
    name: device.name,
    read: (path) => session.get(path),
    get: (path, options) => session.get(path, options),
  };
}

/** What to read of an object. */
interface Part {
  readonly of?: PathLike | PathLike[] | undefined;
  /** Members that the caller looks for; any that is there also shows that the answer is this object. */
  readonly wanted?: readonly string[] | undefined;
}

/** The elements of a list or map. */
export interface Elements {
  /** Those of the right form, by index or name, in the device's order. Anything else is not ours and is left out. */
  readonly proper: ReadonlyMap<string, Members>;
  /** Everything that arrived, by index or name. */
  readonly all: ReadonlyMap<string, Json>;
  /** How many places of a list the device does not show: empty ones, and gaps in the numbering. */
  readonly hidden: number;
  /** Whether something arrived that is not an element, or a place shows nothing: either may be what is missing. */
  readonly isOdd: boolean;
}

/**
 * An object in the tree; `undefined` if the device says that it has none.
 * @throws NotUnderstoodError when the answer is not this object.
 */
export async function readObject(source: Source, path: string, part: Part = {}): Promise<Members | undefined> {
  const value = await ifThere(source.read(path, part.of));
  if (value === undefined) {
    await proveLacking(source, path);
    return undefined;
  }
  return objectIn(source, path, value, part.wanted);
}

/** A value as the object at a path. @throws NotUnderstoodError if it is not that object. */
export function objectIn(source: Source, path: string, value: Json, wanted: readonly string[] = []): Members {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw notUnderstoodError(source, path, `${kindOf(value)} instead of an object`);
  }
  const isIt = isObjectAt(path, value) || wanted.some((name) => Object.hasOwn(value, name));
  if (isKnownObject(path) && !isIt) {
    throw notUnderstoodError(source, path, "an object without any of the members that this place has");
  }
  return value;
}

/**
 * The elements of a list, which a device may also write as an object of numbered elements. An empty list proves nothing
 * by itself: with `mayBeOdd`, the caller proves in another way what is not in it.
 * @throws NotUnderstoodError if the value is not such a list.
 */
export function listIn(source: Source, path: string, value: Json, mayBeOdd = false): Elements {
  const all = numbered(source, path, value);
  const last = Math.max(-1, ...all.map(([key]) => Number(key)));
  const shown = all.filter(([, element]) => element !== null && !isEmptyTable(element)).length;
  return elementsOf(source, path, all, { hidden: last + 1 - shown, mayBeOdd });
}

/** Reads a list that is never empty. @throws NotUnderstoodError if the answer is not such a list. */
export async function readList(source: Source, path: PathLike, of?: PathLike | PathLike[]): Promise<Elements> {
  return listIn(source, String(path), await source.read(path, of));
}

/**
 * Reads a map that may be empty, for callers that do not let go of anything because of it.
 * @throws NotUnderstoodError if it is not empty but nothing in it belongs there.
 */
export async function readMap(source: Source, path: PathLike): Promise<Elements | undefined> {
  const value = await ifThere(source.read(path));
  if (value === undefined) {
    return undefined;
  }
  const found = mapIn(source, String(path), value, true);
  if (found.proper.size === 0 && found.all.size > 0) {
    throw notUnderstoodError(source, String(path), "nothing of what this place has");
  }
  return found;
}

/** Reads a text, a number or a boolean; `undefined`, from which nothing follows, if there is nothing of the kind. */
export async function readValue(source: Source, path: PathLike): Promise<string | number | boolean | undefined> {
  const value = await ifThere(source.read(path));
  return typeof value === "object" ? undefined : value;
}

/** More elements than any list or map of a device has. Very many would take long to process. */
const mostElements = 5000;

/** The elements of a list by index, of any form. @throws NotUnderstoodError if the value is not a list, or too long. */
export function numbered(source: Pick<Source, "name">, path: string, value: Json): (readonly [string, Json])[] {
  const all = numberedIn(source, path, value);
  if (all.length > mostElements || all.some(([key]) => Number(key) >= mostElements)) {
    throw notUnderstoodError(source, path, "a list of more places than there can be");
  }
  return all;
}

function numberedIn(source: Pick<Source, "name">, path: string, value: Json): (readonly [string, Json])[] {
  if (Array.isArray(value)) {
    return value.map((element, index) => [String(index), element] as const);
  }
  const all = Object.entries(typeof value === "object" && value !== null ? value : { none: null });
  if (!all.every(([key]) => /^\d+$/.test(key))) {
    throw notUnderstoodError(source, path, `${kindOf(value)} instead of a list`);
  }
  return all;
}

/**
 * The elements of a map by name. As with a list, an empty one proves nothing by itself.
 * @throws NotUnderstoodError if the value is not such a map.
 */
export function mapIn(source: Source, path: string, value: Json, mayBeOdd = false): Elements {
  const isMap = typeof value === "object" && value !== null && (!Array.isArray(value) || value.length === 0);
  if (!isMap) {
    throw notUnderstoodError(source, path, `${kindOf(value)} instead of an object`);
  }
  const all = Object.entries(value);
  if (all.length > mostElements) {
    throw notUnderstoodError(source, path, "a map of more than there can be");
  }
  return elementsOf(source, path, all, { hidden: 0, mayBeOdd });
}

function elementsOf(
  source: Source,
  path: string,
  all: readonly (readonly [string, Json])[],
  { hidden, mayBeOdd }: { hidden: number; mayBeOdd: boolean },
): Elements {
  const proper = all.flatMap(([key, element]) => (isElementOf(path, element) ? [[key, element] as const] : []));
  if (proper.length === 0 && !mayBeOdd) {
    const what =
      all.length > 0 ? "nothing of what this place has" : "nothing, where a device that is ready has something";
    throw notUnderstoodError(source, path, what);
  }
  return {
    proper: new Map(proper),
    all: new Map(all),
    hidden,
    isOdd: hidden > 0 || proper.length < all.length,
  };
}

/** The value of a read, or `otherwise` if this login has no right to it. */
export async function ifAllowed<T, D>(read: Promise<T>, otherwise: D): Promise<T | D> {
  try {
    return await read;
  } catch (error) {
    if (isForbiddenError(error)) {
      return otherwise;
    }
    throw error;
  }
}

/** The value of a read; `undefined` if the device has no such thing, or not for this login. */
export function ifShown(read: Promise<Json>): Promise<Json | undefined> {
  return ifAllowed(ifThere(read), undefined);
}

/** An element that the device says it has appended; `undefined` if it does not say which, or does not show it yet. */
export async function elementOf(
  source: Source,
  collection: PathLike,
  { place, element }: Appended,
): Promise<Members | undefined> {
  const shown = element !== undefined && isElementOf(String(collection), element) ? element : undefined;
  const found = shown ?? (place && (await ifThere(source.get(place))));
  return found !== undefined && isElementOf(String(collection), found) ? found : undefined;
}

/**
 * Makes sure that there is nothing at a path, by asking for it alone.
 * @throws NotUnderstoodError if the device answers anything but "not there".
 */
export async function proveAbsent(source: Source, path: PathLike): Promise<void> {
  refusePresent(source, path, await ifThere(source.get(path)));
}

/**
 * Makes sure that a path which the device does not find is absent, by reading what contains it: "not found" may also
 * come from a device of which a part has not started, or from something in front of it that lets only some paths pass.
 * @throws NotUnderstoodError if the container shows it; the error of reading the container.
 */
export async function proveLacking(source: Pick<Source, "name" | "get">, path: PathLike): Promise<void> {
  const lacking = toPath(path);
  const { parent } = lacking;
  const read = source.get(parent, { depth: 1 });
  const holder = lacking.segments.length > 1 ? await ifThere(read) : await read;
  if (holder === undefined) {
    return proveLacking(source, parent);
  }
  if (Object.hasOwn(containerAt(source, parent, holder), String(lacking.segments.at(-1)))) {
    throw notUnderstoodError(source, String(path), "that there is nothing, although what holds it shows it");
  }
}

/** A value as the container at a path. @throws NotUnderstoodError if it is another answer, from which nothing follows. */
export function containerAt(source: Pick<Source, "name">, path: DevicePath, value: Json): object {
  if (!isContainerAt(String(path), value)) {
    throw notUnderstoodError(source, String(path), `${kindOf(value)} without anything that this place has`);
  }
  return value;
}

/** @throws NotUnderstoodError if there is something after all; `value` is the device's answer for the path alone. */
export function refusePresent(source: Pick<Source, "name">, path: PathLike, value: Json | undefined): void {
  // A selection that finds nothing may be answered with an empty list (device.md section 1.8).
  const isNothing = value === undefined || (Array.isArray(value) && value.length === 0 && toPath(path).isMatrix);
  if (!isNothing) {
    throw notUnderstoodError(source, String(path), `${kindOf(value)}, although what contains it does not show it`);
  }
}

/** The value of a read, or `undefined` if the device has no such thing. */
export async function ifThere(read: Promise<Json>): Promise<Json | undefined> {
  try {
    return await read;
  } catch (error) {
    if (isNotFoundError(error)) {
      return undefined;
    }
    throw error;
  }
}

/** The error for an answer that is not what belongs at this place, and from which nothing follows. */
export function notUnderstoodError(
  { name }: Pick<Source, "name">,
  path: string,
  what: string,
  ifItStays = "report the form of this answer as an issue",
): NotUnderstoodError {
  return new NotUnderstoodError({
    device: name,
    method: "GET",
    path,
    message: `the device answered ${what}, from which nothing can be concluded`,
    remedy: `It may be busy or still starting: run again. If that stays so, ${ifItStays}.`,
    outcome: "refused",
  });
}
