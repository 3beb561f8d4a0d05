/**
 * Where the device keeps secrets that a read may show. They are recognised by the names of members, since firmwares
 * have more of them than any document lists. device.md sections 3.2 to 3.4, 3.8 and the list of what a recording must
 * not hold.
 */
import { type DevicePath, isJsonObject, type Json, ownMember, type Segment, sameJson } from "../client";
import { isCollection } from "../runtime/tree/known";

/** A word of a name, in lower case and without digits at its end. */
const secretWord =
  /^(pass(word|wd|phrase|code)?s?|pwd?|secrets?|tokens?|\w*communit(y|ies)|credentials?|psk|private|(api|auth|priv|pre|secret|shared|wep|wpa)keys?)$/;
/** Matches only a last word: `keypad_enabled` and `key_count` are no keys. */
const keyWord = /^keys?$/;
const secretEnd = /(^|_)(pin|community_mappings|https_cert|authorized_keys)$/i;
/** Places whose whole content is secret. */
const secretPlace = /^(auth\/(users|clients)|snmp\/users|notification\/sinks\/[^/]+\/data)$/;

/** Members of an element of a list that the device may leave out of every read. */
const hidden: readonly (readonly [place: RegExp, names: readonly string[]])[] = [
  [/^notification\/sinks\/\d+$/, ["data"]],
];

/** Names of members that an object at this place has even if no read shows them. */
export function hiddenMembers(path: readonly string[]): readonly string[] {
  return hidden.flatMap(([place, names]) => (place.test(path.join("/")) ? names : []));
}

/** What is left of a value, and the paths of what is left out. */
export interface Sifted {
  /** `undefined` when nothing is left. */
  readonly value: Json | undefined;
  readonly withheld: readonly string[];
}

/**
 * Takes out of a value everything that is, or by its name must be treated as, a secret. An array that would lose a part
 * of itself is left out as a whole.
 */
export function withoutSecrets(path: readonly string[], value: Json): Sifted {
  const place = path.join("/");
  const isSecret = path.some((name, index) => isSecretPlace(path.slice(0, index + 1), name));
  if (isSecret && holdsSomething(value)) {
    return { value: undefined, withheld: [place] };
  }
  if (Array.isArray(value)) {
    const isWhole = value.every(
      (element, index) => withoutSecrets([...path, String(index)], element).withheld.length === 0,
    );
    return isWhole ? { value, withheld: [] } : { value: undefined, withheld: [place] };
  }
  if (!isJsonObject(value)) {
    return { value, withheld: [] };
  }
  const members = Object.entries(value).map(
    ([name, member]) => [name, withoutSecrets([...path, name], member)] as const,
  );
  const kept = members.flatMap(([name, { value: member }]) => (member === undefined ? [] : [[name, member] as const]));
  return { value: Object.fromEntries(kept), withheld: members.flatMap(([, { withheld }]) => withheld) };
}

/** Whether the value at a path holds a secret. A `{ path }` in it that only names its own place does not. */
export function holdsSecrets(at: DevicePath, value: Json): boolean {
  const shown = withoutPaths(value, at);
  if (!at.isMatrix) {
    return withoutSecrets(at.segments.map(String), shown).withheld.length > 0;
  }
  // What a selection selects arrives as a list, without names.
  const places = placesSelected(at.segments);
  const parts = Array.isArray(shown) ? shown : [shown];
  return places === undefined
    ? holdsSomething(shown)
    : parts.some((part) => places.some((place) => withoutSecrets(place, part).withheld.length > 0));
}

/** The places that a path with selections may mean; `undefined` if it may mean members of any name. */
function placesSelected(segments: readonly Segment[]): string[][] | undefined {
  let places: string[][] | undefined = [[]];
  for (const segment of segments) {
    const names = namesSelected(segment, places);
    places = names && places.flatMap((place) => names.map((name) => [...place, name]));
    if (places === undefined || places.length > mostPlaces) {
      return undefined;
    }
  }
  return places;
}

/** More places than anybody selects; very many would take long to look at. */
const mostPlaces = 1000;

function namesSelected(segment: Segment, containers: readonly string[][]): readonly string[] | undefined {
  if (typeof segment === "string") {
    return [segment];
  }
  // Where all is selected in a list or a map of things, any of them stands for all.
  const areThings = segment.isByValue || containers.every((place) => isCollection(`${place.join("/")}/`));
  return segment.names ?? (areThings ? ["0"] : undefined);
}

function withoutPaths(value: Json, at: DevicePath): Json {
  if (Array.isArray(value)) {
    return value.map((element, index) => withoutPaths(element, at.join(index)));
  }
  if (!isJsonObject(value)) {
    return value;
  }
  if (Object.keys(value).join() === "path" && value["path"] === String(at)) {
    return null;
  }
  const members = Object.entries(value).map(([name, member]) => [name, inside(name, member, at)] as const);
  return Object.fromEntries(members);
}

/** No path leads to members without a name, which a device may have. */
function inside(name: string, member: Json, at: DevicePath): Json {
  return name === "" ? member : withoutPaths(member, at.join(name));
}

/**
 * The part of a value read that can be written back. A stand-in for a secret (stars, a hash) would become the secret.
 */
export function rewritable(path: readonly string[], value: Json): Sifted {
  if (standsForSecret(path, value)) {
    return { value: undefined, withheld: [path.join("/")] };
  }
  if (typeof value !== "object" || value === null) {
    return { value, withheld: [] };
  }
  const parts = Object.entries(value).map(([name, member]) => [name, rewritable([...path, name], member)] as const);
  const withheld = parts.flatMap(([, part]) => part.withheld);
  const kept = parts.flatMap(([name, part]) => (part.value === undefined ? [] : [[name, part.value] as const]));
  if (!Array.isArray(value)) {
    return { value: Object.fromEntries(kept), withheld };
  }
  // Without one of its elements it would be another list.
  return kept.length < parts.length
    ? { value: undefined, withheld: [path.join("/")] }
    : { value: kept.map(([, element]) => element), withheld };
}

/**
 * Whether a value stands for a secret: a row of stars or, in the place of a secret, a hash or the empty value that some
 * firmwares show there.
 */
function standsForSecret(path: readonly string[], value: Json): boolean {
  const isSecret = (depth: number) => isSecretPlace(path.slice(0, depth + 1), path[depth] as string);
  if (typeof value === "string" && /^[*•●]{3,}$/.test(value)) {
    return true;
  }
  if (value === null || value === "") {
    return path.length > 0 && isSecret(path.length - 1);
  }
  return (
    typeof value === "string" && /^([\da-f]{32,}|\$\w+\$.*)$/i.test(value) && path.some((_, depth) => isSecret(depth))
  );
}

/** Takes out secrets where the device's form differs from the declared one: the state need not hold them. */
export function withoutOthersSecrets(path: readonly string[], shown: Json, declared: Json): Json | undefined {
  if (isJsonObject(shown) && isJsonObject(declared)) {
    const members = Object.entries(shown).map(([name, member]) => {
      const own = ownMember(declared, name);
      return [name, own === undefined ? member : withoutOthersSecrets([...path, name], member, own)] as const;
    });
    return Object.fromEntries(members.flatMap(([name, member]) => (member === undefined ? [] : [[name, member]])));
  }
  if (Array.isArray(shown) && Array.isArray(declared)) {
    return sameJson(shown, declared) ? shown : rewritable(path, shown).value;
  }
  const isSameForm = Array.isArray(shown) === Array.isArray(declared) && !isJsonObject(shown);
  return isSameForm ? shown : (withoutSecrets(path, shown).value ?? {});
}

function isSecretPlace(path: readonly string[], name: string): boolean {
  return hasSecretName(name) || secretPlace.test(path.join("/"));
}

function hasSecretName(name: string): boolean {
  const words = wordsOf(name);
  return words.some((word) => secretWord.test(word)) || keyWord.test(words.at(-1) ?? "") || secretEnd.test(name);
}

/** The words of a name such as `old_password2` or `sharedKey`. */
function wordsOf(name: string): string[] {
  const parts = name.replace(/([a-z\d])([A-Z])/g, "$1_$2").split(/[^A-Za-z\d]+/);
  return parts.map((part) => part.replace(/\d+$/, "").toLowerCase()).filter((word) => word !== "");
}

/** Whether a value gives anything away: a switch, or a place where nothing has been set, does not. */
function holdsSomething(value: Json): boolean {
  if (typeof value === "object" && value !== null) {
    return Object.values(value).some(holdsSomething);
  }
  return value !== null && value !== "" && typeof value !== "boolean";
}
