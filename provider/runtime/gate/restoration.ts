/**
 * Putting back what an operation hit by accident: the only case in which a request may let AutoPing cycle a protected
 * outlet, since it already did so before the operation wrote anything.
 */
import { isJsonObject, type Json, memberOf, sameJson } from "../../client";
import type { WriteRequest } from "./effect";

const list = ["autoping", "items"];

/** What a request writes to one item. */
interface ItemWrite {
  readonly written: Readonly<Record<string, Json>>;
  /** The item after the write. */
  readonly later: Json;
}

/**
 * Whether a request gives an item what it had, all at once or in part, and does nothing else.
 * @param before `autoping/` as it was before the operation's first write.
 * @param now `autoping/` as the device has it now.
 */
export function restoresItem(request: WriteRequest, before: Json | undefined, now: Json | undefined): boolean {
  const write = itemWrite(request, itemsIn(now));
  return write !== undefined && itemsIn(before).some((former) => isRestored(write, former));
}

function isRestored({ written, later }: ItemWrite, former: Json): boolean {
  const isFormer = Object.entries(written).every(([name, value]) => isSameValue(value, memberOf(former, name)));
  return isSame(later, former) && isFormer && isNoMoreThan(later, former);
}

function itemsIn(autoPing: Json | undefined): Json[] {
  const items = memberOf(autoPing, "items");
  return Array.isArray(items) ? items : [];
}

/** What a request writes if it adds an item or writes members of one; `undefined` for any other request. */
function itemWrite({ method, segments, value = null }: WriteRequest, items: Json[]): ItemWrite | undefined {
  const [index, member, ...rest] = segments.slice(list.length).map(String);
  if (!list.every((name, depth) => segments[depth] === name) || rest.length > 0) {
    return undefined;
  }
  const item = index === undefined ? undefined : memberOf(items, index);
  const isNew = (index === undefined ? "POST" : "PUT") === method && member === undefined;
  if (isNew) {
    // At an index, only in place of something that is not an item.
    const isFree =
      (index === undefined || item !== undefined) &&
      memberOf(item, "addresses") === undefined &&
      !items.some((one) => isSame(one, value));
    return isFree && isJsonObject(value) ? { written: value, later: value } : undefined;
  }
  const written = method === "PUT" ? { [String(member)]: value } : member === undefined && membersOf(method, value);
  const later = isJsonObject(item) && written && { ...item, ...written };
  return written && later && isSame(item, later) ? { written, later } : undefined;
}

/** What a JSON Patch of one object gives to its members; `undefined` if it does more than replace them. */
function membersOf(method: WriteRequest["method"], value: Json): Record<string, Json> | undefined {
  const operations = method === "PATCH" && Array.isArray(value) ? value : [null];
  const changes = operations.filter((operation) => memberOf(operation, "op") !== "test");
  const members = changes.flatMap((operation) => {
    const name = /^\/(\w+)$/.exec(String(memberOf(operation, "path")))?.[1];
    const isPlain = memberOf(operation, "op") === "replace" && name !== undefined;
    return isPlain ? [[name, memberOf(operation, "value") ?? null] as const] : [];
  });
  return members.length === changes.length ? Object.fromEntries(members) : undefined;
}

/** Items are told apart by their addresses. */
function isSame(left: Json | undefined, right: Json | undefined): boolean {
  return isSameValue(memberOf(left, "addresses"), memberOf(right, "addresses"));
}

function isSameValue(left: Json | undefined, right: Json | undefined): boolean {
  return left !== undefined && right !== undefined && sameJson(left, right);
}

/** Whether an item cycles no more than its former self did. */
function isNoMoreThan(item: Json, former: Json): boolean {
  const isAsBefore = (name: string) => sameJson(memberOf(item, name), memberOf(former, name));
  const script = memberOf(item, "script");
  const isLeft = typeof script === "string" && script !== "";
  return (
    isAsBefore("outlets") &&
    (isLeft || isAsBefore("script")) &&
    (memberOf(item, "enabled") === false || isAsBefore("enabled"))
  );
}
