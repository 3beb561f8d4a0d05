/**
 * The device's tree as it will be after the requests of a plan, so that later parts of the plan are judged against it:
 * an outlet that one resource switches on can be cycled by the next.
 */
import { type DevicePath, isJsonObject, type Json, MatrixSegment, type Segment } from "../../client";
import { type Change, changesOf, type WriteRequest } from "../gate/effect";

/** One change; with `isOnlyThere`, it applies only where the member exists. */
type Planned = Change & { readonly isOnlyThere?: boolean };

export class PlannedTree {
  readonly #changes: Planned[] = [];

  /** A copy of the tree, for changes that nothing builds upon. */
  copy(): PlannedTree {
    const copy = new PlannedTree();
    copy.#changes.push(...this.#changes);
    return copy;
  }

  /** Applies a request to the tree, as far as the request shows what it does. */
  add(request: WriteRequest): void {
    this.#changes.push(...changesOf(request).flatMap((change) => [change, ...followUps(change)]));
  }

  /** How many changes have been added. */
  get size(): number {
    return this.#changes.length;
  }

  /** What a read of a path will return after the first `count` changes, given what the device returns now. */
  at(path: DevicePath, value: Json, count: number = this.size): Json {
    let planned = value;
    for (const change of path.isMatrix ? [] : this.#changes.slice(0, count)) {
      planned = changed(path.segments.map(String), planned, change);
    }
    return planned;
  }
}

/** What a relay does by itself: the transient state follows the persistent one, and the contacts follow both. */
function followUps({ method, segments, value }: Change): Planned[] {
  const [relay, outlets, outlet, member] = segments;
  if (relay !== "relay") {
    return [];
  }
  const follows = (index: Segment, members: readonly string[], on: Json): Planned[] =>
    members.map((name) => ({ method: "PUT", segments: [relay, "outlets", index, name], value: on, isOnlyThere: true }));
  if (method === "PUT" && outlets === "outlets" && outlet !== undefined && typeof value === "boolean") {
    const followers = { state: ["transient_state", "physical_state"], transient_state: ["physical_state"] };
    return follows(outlet, followers[member as keyof typeof followers] ?? [], value);
  }
  const pairs = outlets === "set_outlet_transient_states" && Array.isArray(value) ? value[0] : undefined;
  return (Array.isArray(pairs) ? pairs : []).flatMap((pair) => {
    const [index, on] = Array.isArray(pair) ? pair : [];
    return index === undefined || on === undefined
      ? []
      : follows(String(index), ["transient_state", "physical_state"], on);
  });
}

function changed(path: readonly string[], value: Json, change: Planned): Json {
  const { method, segments } = change;
  const shared = Math.min(path.length, segments.length);
  for (let depth = 0; depth < shared; depth++) {
    if (!selects(segments[depth] as Segment, path[depth] as string, undefined)) {
      return value;
    }
  }
  if (method === "UNSEEN") {
    return value;
  }
  if (segments.length > path.length) {
    return inside(value, segments.slice(path.length), change);
  }
  if (method === "PUT") {
    const written = below(change.value ?? null, path.slice(segments.length));
    return written === undefined ? value : written;
  }
  const isAppended = method === "POST" && segments.length === path.length && Array.isArray(value);
  return isAppended ? [...value, structuredClone(change.value ?? null)] : value;
}

/** The value after a change to something inside it. What a read left out, or does not have, stays as it is. */
function inside(value: Json, [segment, ...rest]: readonly Segment[], change: Planned): Json {
  if (typeof value !== "object" || value === null || segment === undefined) {
    return value;
  }
  const entries: [string, Json | undefined][] = Object.entries(value);
  const isNew = typeof segment === "string" && !Object.hasOwn(value, segment) && !change.isOnlyThere;
  if (isNew && rest.length === 0 && change.method === "PUT") {
    entries.push([segment, undefined]);
  }
  const after = entries.map(([key, member]): readonly [string, Json | undefined] => {
    if (!selects(segment, key, member)) {
      return [key, member];
    }
    return [key, member !== undefined && rest.length > 0 ? inside(member, rest, change) : atEnd(member, change)];
  });
  const left = after.filter((entry): entry is readonly [string, Json] => entry[1] !== undefined);
  return Array.isArray(value) ? left.map(([, member]) => member) : Object.fromEntries(left);
}

function atEnd(member: Json | undefined, { method, value = null }: Planned): Json | undefined {
  if (method === "DELETE") {
    return undefined;
  }
  if (method === "PUT") {
    return structuredClone(value);
  }
  return Array.isArray(member) ? [...member, structuredClone(value)] : member;
}

function below(value: Json, steps: readonly string[]): Json | undefined {
  let part: Json | undefined = value;
  for (const step of steps) {
    part = Array.isArray(part) ? part[Number(step)] : isJsonObject(part) ? part[step] : undefined;
  }
  return structuredClone(part);
}

/** Whether a segment means this key; a selection by value needs the element to decide. */
function selects(segment: Segment, key: string, element: Json | undefined): boolean {
  if (!(segment instanceof MatrixSegment)) {
    return segment === key;
  }
  if (segment.text.startsWith("=") || segment.text === "all;") {
    return segment.mayName(key);
  }
  return isJsonObject(element) && Object.keys(element).some((field) => isSelected(segment, field, element[field]));
}

function isSelected(segment: MatrixSegment, field: string, value: Json | undefined): boolean {
  return segment.valueSelecting(field) === String(value);
}
