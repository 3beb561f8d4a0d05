/**
 * The one reader of what contains other things on the device: objects, lists and maps. From an answer it is concluded that
 * something is not there only when the answer is the container in question: of the right form, with members or elements
 * that such a container has. A device that is busy, starts or shows its login page may answer anything with status 200.
 * What of a list or a map is made and removed is looked for by `collection.ts`.
 */
import {
  type Appended,
  isForbiddenError,
  isNotFoundError,
  type Json,
  NotUnderstoodError,
  type PathLike,
  toPath,
} from "../../client";
import { isElementOf, isEmptyTable, isKnownObject, isObjectAt, kindOf, type Members } from "./known";

/** Where values are read: a device, or one session with it. */
export interface Source {
  /** Name of the device in configuration. */
  readonly name: string;
  /** Reads a subtree; `of` names the part that the caller looks at. */
  read(path: PathLike, of?: PathLike | PathLike[]): Promise<Json>;
  /** Reads a path by itself: never as a part of what was read before, where an index may mean another element. */
  get(path: PathLike): Promise<Json>;
}

/** One session with a device, as a place to read. */
export function inSession(device: Pick<Source, "name">, session: { get(path: PathLike): Promise<Json> }): Source {
  const get = (path: PathLike) => session.get(path);
  return { name: device.name, read: get, get };
}

/** What to read of an object. */
interface Part {
  readonly of?: PathLike | PathLike[] | undefined;
  /** Members that the caller looks for: one that is there shows, too, that the answer is this object. */
  readonly wanted?: readonly string[] | undefined;
}

/** The elements of a list or map. */
export interface Elements {
  /** Those of the right form, by index or name, in the device's order. What is none of them is not ours and left out. */
  readonly proper: ReadonlyMap<string, Members>;
  /** Everything that came, by index or name. */
  readonly all: ReadonlyMap<string, Json>;
  /** Places of a list that the device does not show: empty ones, and gaps in its numbers. */
  readonly hidden: number;
  /** Whether something came that is no element, or a place of a list shows nothing: what is missing may be just that. */
  readonly isOdd: boolean;
}

/**
 * An object of the tree; `undefined` when the device says that it has none.
 * @throws NotUnderstoodError when the answer is not this object.
 */
export async function readObject(source: Source, path: string, part: Part = {}): Promise<Members | undefined> {
  const value = await ifThere(source.read(path, part.of));
  return value === undefined ? undefined : objectIn(source, path, value, part.wanted);
}

/** The object that a value is. @throws NotUnderstoodError */
export function objectIn(source: Source, path: string, value: Json, wanted: readonly string[] = []): Members {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw notThat(source, path, `${kindOf(value)} instead of an object`);
  }
  const isIt = isObjectAt(path, value) || wanted.some((name) => Object.hasOwn(value, name));
  if (isKnownObject(path) && !isIt) {
    throw notThat(source, path, "an object without any of the members that this place has");
  }
  return value;
}

/**
 * The elements of a list, also of one that a device writes as an object of numbered elements. An empty list proves nothing
 * by itself: with `mayBeOdd` the caller proves what is not in it in another way.
 * @throws NotUnderstoodError when the value is no such list.
 */
export function listIn(source: Source, path: string, value: Json, mayBeOdd = false): Elements {
  const all = numbered(source, path, value);
  const last = Math.max(-1, ...all.map(([key]) => Number(key)));
  const shown = all.filter(([, element]) => element !== null && !isEmptyTable(element)).length;
  return elementsOf(source, path, all, { hidden: last + 1 - shown, mayBeOdd });
}

/** Reads a list that is never empty. @throws NotUnderstoodError when the answer is no such list. */
export async function readList(source: Source, path: PathLike, of?: PathLike | PathLike[]): Promise<Elements> {
  return listIn(source, String(path), await source.read(path, of));
}

/**
 * Reads a map where an empty one is what the device is to say of itself: nothing is given up because of it.
 * @throws NotUnderstoodError when nothing of what is in it belongs there.
 */
export async function readMap(source: Source, path: PathLike): Promise<Elements | undefined> {
  const value = await ifThere(source.read(path));
  if (value === undefined) {
    return undefined;
  }
  const found = mapIn(source, String(path), value, true);
  if (found.proper.size === 0 && found.all.size > 0) {
    throw notThat(source, String(path), "nothing of what this place has");
  }
  return found;
}

/** Reads a text, a number or a boolean; `undefined` where there is nothing of the kind, of which nothing is concluded. */
export async function readValue(source: Source, path: PathLike): Promise<string | number | boolean | undefined> {
  const value = await ifThere(source.read(path));
  return typeof value === "object" ? undefined : value;
}

/** The elements of a list by their indices, whatever they are. @throws NotUnderstoodError when it is no list. */
export function numbered(source: Pick<Source, "name">, path: string, value: Json): (readonly [string, Json])[] {
  if (Array.isArray(value)) {
    return value.map((element, index) => [String(index), element] as const);
  }
  const all = Object.entries(typeof value === "object" && value !== null ? value : { none: null });
  if (!all.every(([key]) => /^\d+$/.test(key))) {
    throw notThat(source, path, `${kindOf(value)} instead of a list`);
  }
  return all;
}

/**
 * The elements of a map by their names. As with a list, an empty one proves nothing by itself.
 * @throws NotUnderstoodError when the value is no such map.
 */
export function mapIn(source: Source, path: string, value: Json, mayBeOdd = false): Elements {
  const isMap = typeof value === "object" && value !== null && (!Array.isArray(value) || value.length === 0);
  if (!isMap) {
    throw notThat(source, path, `${kindOf(value)} instead of an object`);
  }
  return elementsOf(source, path, Object.entries(value), { hidden: 0, mayBeOdd });
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
    throw notThat(source, path, what);
  }
  return {
    proper: new Map(proper),
    all: new Map(all),
    hidden,
    isOdd: hidden > 0 || proper.length < all.length,
  };
}

/** The value of a read, or `otherwise` where this login has no right to it. */
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

/** An element that the device says to have appended; `undefined` where it does not say which, or does not show it yet. */
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
 * @throws NotUnderstoodError when the device answers anything but "not there".
 */
export async function proveAbsent(source: Source, path: PathLike): Promise<void> {
  refusePresent(source, path, await ifThere(source.get(path)));
}

/** @throws NotUnderstoodError when there is something after all: `value` is what the device answers for the path alone. */
export function refusePresent(source: Pick<Source, "name">, path: PathLike, value: Json | undefined): void {
  // A selection that finds nothing may be answered with an empty list (device.md section 1.8).
  const isNothing = value === undefined || (Array.isArray(value) && value.length === 0 && toPath(path).isMatrix);
  if (!isNothing) {
    throw notThat(source, String(path), `${kindOf(value)}, although what contains it does not show it`);
  }
}

/** The value of a read, or `undefined` when the device has no such thing. */
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

/** The answer is not what is at this place; nothing follows from it. */
export function notThat(
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
