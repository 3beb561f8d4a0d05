/**
 * Lists and maps of things that are created and removed: accounts, clients, items, snippets. If they do not show a
 * thing, its absence is proved: by a list or map that is understood as a whole and shown as a whole to this login, or
 * by asking for the thing alone.
 */
import { isForbiddenError, type Json, type PathLike, sameJson, toPath } from "../../client";
import { isElementOf, isEmptyTable, isObjectAt, kindOf, type Members, namesMemberOf } from "./known";
import {
  type Elements,
  ifAllowed,
  ifThere,
  listIn,
  mapIn,
  notUnderstoodError,
  proveAbsent,
  readObject,
  refusePresent,
  type Source,
} from "./read";

/** A device as one login sees it. */
export interface LoginView extends Source {
  /** Whether this login is shown everything at and below a path; false if the device does not tell. */
  seesAll(path: PathLike): Promise<boolean>;
  /** The error that names what this login lacks to be sure that something is not there. */
  mayBeHiddenError(path: PathLike): Error;
}

/** A list or a map that is a member of a container. */
export interface Collection {
  /** Path of the container, with a slash at the end. */
  readonly container: string;
  readonly member: string;
  readonly form: "list" | "map";
}

/** What to look for. */
export interface Search<E> {
  /** Finds it among the elements that have the right form. */
  readonly find: (proper: ReadonlyMap<string, Members>) => E | undefined;
  /** Paths that would each name it alone; none for an element of a list that has no name. */
  readonly alone?: readonly PathLike[];
  /** The parts that reads of the container look at. Default: `alone`. */
  readonly of?: PathLike | PathLike[];
}

/** A collection as the device shows it. */
interface ShownCollection {
  readonly path: string;
  readonly elements: Elements;
  /** Whether its neighbours or its elements distinguish it from a meaningless answer. */
  readonly isUnderstood: boolean;
}

/** More places than any list of created things has. */
const mostPlaces = 64;

/**
 * A thing in a collection; `undefined` if it is proved not to be there, for example because there is no such
 * collection.
 * @throws NotUnderstoodError if the answers prove nothing; ForbiddenError if this login may merely not be shown it.
 */
export async function findElement<E>(
  view: LoginView,
  collection: Collection,
  search: Search<E>,
): Promise<E | undefined> {
  const { alone = [], of = [...alone] } = search;
  const shown = await readCollection(view, collection, { of, mayBeOdd: alone.length > 0 });
  return shown && findIn(view, shown, search);
}

/** As `findElement`, in a collection that has already been read. */
export async function findIn<E>(
  view: LoginView,
  shown: ShownCollection,
  { find, alone = [] }: Search<E>,
): Promise<E | undefined> {
  const { path, elements, isUnderstood } = shown;
  const found = find(elements.proper);
  if (found !== undefined) {
    return found;
  }
  if (elements.isOdd && alone.length === 0) {
    await refuseHiddenPlaces(view, shown, find);
  }
  const isAllShown = await view.seesAll(path);
  if (alone.length === 0 && !isAllShown) {
    throw view.mayBeHiddenError(path);
  }
  if (elements.isOdd || !isUnderstood || !isAllShown) {
    for (const one of alone) {
      await proveMissing(view, one, { path, isAllShown });
    }
  }
  return undefined;
}

/**
 * The elements of a collection that have the right form, as far as this login is shown them; nothing follows about
 * others.
 * @throws NotUnderstoodError
 */
export async function readElements(view: LoginView, collection: Collection): Promise<ReadonlyMap<string, Members>> {
  return (await readCollection(view, collection, { mayBeOdd: false }))?.elements.proper ?? new Map();
}

/** As `readElements`, for listing all. @throws NotUnderstoodError if something arrived but none of it is an element. */
export async function listElements(view: LoginView, collection: Collection): Promise<ReadonlyMap<string, Members>> {
  const shown = await readCollection(view, collection, { mayBeOdd: false });
  if (shown?.elements.isOdd && shown.elements.proper.size === 0) {
    throw notUnderstoodError(view, shown.path, "nothing of what this place has");
  }
  return shown?.elements.proper ?? new Map();
}

/** Whether the device has such a collection, empty or not. @throws NotUnderstoodError */
export async function hasCollection(
  view: LoginView,
  collection: Collection,
  of: PathLike | PathLike[] = [],
): Promise<boolean> {
  return (await readCollection(view, collection, { of, mayBeOdd: true })) !== undefined;
}

/**
 * Reads a collection with its container, whose other members distinguish an empty collection from a meaningless answer;
 * alone if this login may not read the container.
 */
async function readCollection(
  view: LoginView,
  { container, member, form }: Collection,
  { of, mayBeOdd }: { of?: PathLike | PathLike[]; mayBeOdd: boolean },
): Promise<ShownCollection | undefined> {
  const path = `${container}${member}/`;
  const elementsIn = form === "list" ? listIn : mapIn;
  const whole = await ifAllowed(readObject(view, container, { of, wanted: [member] }), denied);
  if (whole === undefined) {
    return undefined;
  }
  const value = whole === denied ? await ifThere(view.read(path, of)) : whole[member];
  if (value === undefined) {
    if (whole !== denied) {
      await proveAbsent(view, path);
    }
    return undefined;
  }
  const isInIt = whole !== denied && isObjectAt(container, whole);
  const elements = elementsIn(view, path, value, isInIt || mayBeOdd);
  return { path, elements, isUnderstood: isInIt || elements.proper.size > 0 };
}

const denied = Symbol("denied");

/** Makes sure that there is nothing at a path, by asking for it alone. */
async function proveMissing(
  view: LoginView,
  one: PathLike,
  { path, isAllShown }: { path: string; isAllShown: boolean },
): Promise<void> {
  const value = await orHidden(ifThere(view.get(one)));
  // If this login is shown the whole, "not found" or an empty selection hides nothing.
  if (!isAllShown && (value === hidden || showsNothing(one, value))) {
    throw view.mayBeHiddenError(path);
  }
  refusePresent(view, one, value === hidden ? undefined : value);
}

/** Whether a selection shows nothing, as it would if this login may not see what it selects. */
function showsNothing(one: PathLike, value: Json | undefined): boolean {
  return Array.isArray(value) && toPath(one).isMatrix && value.every((part) => part === null || isEmptyTable(part));
}

const hidden = Symbol("hidden");

/** The value of a read, or `hidden` if the device says "not found" but this login may merely lack the right. */
async function orHidden<T>(read: Promise<T>): Promise<T | typeof hidden> {
  try {
    return await read;
  } catch (error) {
    if (isForbiddenError(error) && error.status === 404) {
      return hidden;
    }
    throw error;
  }
}

/**
 * Makes sure that what is sought is not at a place of a list that shows nothing, or something odd, by asking for each
 * such place alone. A value that has none of the members of an element, and is the same both times, is somebody else's.
 */
async function refuseHiddenPlaces<E>(
  view: LoginView,
  { path, elements }: ShownCollection,
  find: Search<E>["find"],
): Promise<void> {
  const { all, proper } = elements;
  const last = Math.max(-1, ...[...all.keys()].map(Number));
  if (last >= mostPlaces) {
    throw notUnderstoodError(view, path, "a list of more places than there can be");
  }
  for (let index = 0; index <= last; index++) {
    const key = String(index);
    const value = proper.has(key) ? undefined : await ifThere(view.get(`${path}${key}/`));
    if (value !== undefined && !isOther(path, key, { value, shown: all.get(key), find })) {
      throw notUnderstoodError(view, `${path}${key}/`, `${kindOf(value)}, although what contains it does not show it`);
    }
  }
}

function isOther<E>(
  path: string,
  key: string,
  { value, shown, find }: { value: Json; shown: Json | undefined; find: Search<E>["find"] },
): boolean {
  return isElementOf(path, value)
    ? find(new Map([[key, value]])) === undefined
    : shown !== undefined && sameJson(value, shown) && !namesMemberOf(path, value);
}
