/** The rules of the tree for every change: accept a value, write it, add and remove elements, call. */
import type { Json, ObjectNode } from "../schema/nodes";
import { inherits, newElement, type Place, shapeOf } from "../schema/place";
import { Refusal } from "../schema/refusal";
import type { Context } from "./contract";
import { mayCall, mayWrite } from "./rights";
import { badBody, breaksRule, forbidden, methodRefused } from "./root";
import { childrenOf, contextOf, storedValue } from "./tree-access";

type Members = { [key: string]: Json };

/** Throws if the requester may not change a place at all. */
export function guardWrite(context: Context): void {
  const { device, place, requester, isNew } = context;
  if (requester.kind === "hand" || isNew) {
    return;
  }
  if (!mayWrite(context)) {
    throw forbidden(device, "Changing is denied");
  }
  if (inherits(place, "readonly")) {
    throw methodRefused(device, "This value cannot be changed");
  }
  guardProtection(context);
}

function guardProtection({ device, place, requester }: Context): void {
  for (let spot: Place | undefined = place; spot !== undefined; spot = spot.parent) {
    const bit = spot.node.protectedBy;
    if (bit !== undefined && device.protection.has(bit) && requester.kind !== "hand") {
      throw new Refusal(device.dialects.protectedStatus, `Changing is denied: the lock bit "${bit}" is set`);
    }
  }
}

/** Turns a value from outside into the one to store; throws if it is refused. Changes nothing. */
export function accept(context: Context, value: Json): Json {
  return context.device.behaviours.hooks("accept", context.keys).reduceRight<(value: Json) => Json>(
    (next, hook) => (given) => hook(context, given, next),
    (given) => acceptPlain(context, given),
  )(value);
}

function acceptPlain(context: Context, value: Json): Json {
  const { device, place } = context;
  const shape = shapeOf(place);
  const name = context.keys.join("/");
  if (shape.kind === "call") {
    throw methodRefused(device, `${name} is a call`);
  }
  if (shape.kind === "object") {
    return acceptObject(context, shape, value);
  }
  guardWrite(context);
  let accepted: Json = value;
  if (shape.kind === "scalar") {
    if (!shape.accepts(value)) {
      throw badBody(device, `${name} must be a ${shape.typeName}`);
    }
  } else if (shape.kind === "array") {
    accepted = acceptArray(context, shape.fixed, value);
  } else {
    accepted = Object.fromEntries(
      Object.entries(asMembers(context, value)).map(([key, member]) => [
        key,
        accept(elementContext(context, key), member),
      ]),
    );
  }
  const complaint = shape.validate?.(accepted);
  if (complaint !== undefined) {
    throw breaksRule(device, `${name} ${complaint}`);
  }
  return accepted;
}

function acceptArray(context: Context, fixed: boolean, value: Json): Json {
  const { device, keys } = context;
  // An empty Lua table is written as [] or {} alike.
  const list = isEmptyTable(value) ? [] : value;
  if (!Array.isArray(list)) {
    throw badBody(device, `${keys.join("/")} must be an array`);
  }
  const length = device.model.outletCount;
  if (fixed && list.length !== length) {
    throw breaksRule(device, `${keys.join("/")} must have ${length} elements, one per outlet`);
  }
  return list.map((element, index) =>
    accept(elementContext(context, String(index), fixed ? context.isNew : true), element),
  );
}

/** A context for an element, which may not exist yet. */
export function elementContext(container: Context, key: string, isNew = true): Context {
  const place = newElement(container.place, key);
  if (place === undefined) {
    throw methodRefused(container.device, `${container.keys.join("/")} has no elements`);
  }
  return contextOf(container.device, container.requester, place, isNew);
}

function isEmptyTable(value: Json): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}

function asMembers(context: Context, value: Json): Members {
  const members = isEmptyTable(value) ? {} : value;
  if (typeof members !== "object" || members === null || Array.isArray(members)) {
    throw badBody(context.device, `${context.keys.join("/")} must be an object`);
  }
  return members;
}

function acceptObject(context: Context, shape: ObjectNode, value: Json): Json {
  const { device, requester, isNew } = context;
  const known = childrenOf(context).filter((child) => child.node.kind !== "call");
  const accepted: Members = {};
  for (const [wire, member] of Object.entries(asMembers(context, value))) {
    const child = known.find((candidate) => candidate.wire === wire);
    if (child === undefined) {
      if (device.dialects.unknownMember === "refused") {
        throw breaksRule(device, `There is no member "${wire}"`);
      }
      continue;
    }
    if (inherits(child, "readonly") && requester.kind !== "hand") {
      if (device.dialects.readonlyMember === "refused") {
        throw breaksRule(device, `The member "${wire}" cannot be changed`);
      }
      continue;
    }
    accepted[child.key] = accept(contextOf(device, requester, child, isNew), member);
  }
  const missing = known.filter((child) => !(child.key in accepted) && !inherits(child, "readonly"));
  const completion = device.dialects.missingMember;
  if (!isNew && completion === "refused" && missing.length > 0) {
    throw breaksRule(device, `The member "${missing[0]?.wire}" is missing`);
  }
  if (!isNew && (completion === "kept" || shape.fresh === undefined)) {
    return accepted;
  }
  const required = shape.required?.find((key) => !(key in accepted));
  if (required !== undefined) {
    throw breaksRule(device, `The member "${required}" is missing`);
  }
  return { ...shape.fresh?.(device.model), ...accepted };
}

/** Applies an accepted value. */
export function write(context: Context, value: Json): void {
  context.device.behaviours.hooks("write", context.keys).reduceRight<(value: Json) => void>(
    (next, hook) => (given) => hook(context, given, next),
    (given) => writePlain(context, given),
  )(value);
}

function writePlain(context: Context, value: Json): void {
  const { device, requester, place } = context;
  const shape = shapeOf(place);
  if (shape.kind === "object" || (shape.kind === "array" && shape.fixed && shape.item.kind === "object")) {
    for (const child of childrenOf(context)) {
      const member = (value as Members)[child.key];
      if (member !== undefined) {
        write(contextOf(device, requester, child), member);
      }
    }
    return;
  }
  const container = place.parent && storedValue(contextOf(device, requester, place.parent));
  setMember(container as Members, place.key, value);
}

/** Defines a member; an assignment to `__proto__` would create none. */
function setMember(container: Members, key: string, value: Json): void {
  Object.defineProperty(container, key, {
    value: structuredClone(value),
    configurable: true,
    enumerable: true,
    writable: true,
  });
}

/** Adds an accepted element to a collection and returns its key. */
export function insert(container: Context, key: string, value: Json): string {
  return container.device.behaviours.hooks("insert", container.keys).reduceRight<(value: Json) => string>(
    (next, hook) => (given) => hook(container, given, next),
    (given) => {
      const stored = storedValue(container);
      // An element announced earlier may have been added in the meantime.
      const at = Array.isArray(stored) ? String(stored.length) : key;
      setMember(stored as Members, at, given);
      return at;
    },
  )(value);
}

/** Removes an element of a collection. Later array elements move up. */
export function remove(context: Context): void {
  const { device, requester, place } = context;
  const shape = place.parent && shapeOf(place.parent);
  if (place.parent === undefined || shape === undefined || !isGrowing(shape)) {
    throw methodRefused(device, "This cannot be removed");
  }
  guardWrite(context);
  const container = contextOf(device, requester, place.parent);
  const plain = (): void => {
    const stored = storedValue(container);
    if (Array.isArray(stored)) {
      stored.splice(Number(place.key), 1);
    } else {
      delete (stored as Members)[place.key];
    }
  };
  device.behaviours
    .hooks("remove", context.keys)
    .reduceRight<() => void>((next, hook) => () => hook(context, next), plain)();
}

/** Throws if the requester may not add elements to a collection, or if the place is not a collection. */
export function guardGrowth(container: Context): void {
  if (!isGrowing(shapeOf(container.place))) {
    throw methodRefused(container.device, "Nothing can be added here");
  }
  guardWrite(container);
}

/** Whether clients may add elements to a collection and remove them. */
export function isGrowing(shape: ReturnType<typeof shapeOf>): boolean {
  return (shape.kind === "array" && !shape.fixed) || (shape.kind === "map" && shape.open);
}

/** Makes a call and returns its result, if any. */
export function invoke(context: Context, args: Json[]): Json | undefined {
  const { device } = context;
  if (!mayCall(context)) {
    throw forbidden(device, "Calling is denied");
  }
  guardProtection(context);
  return device.behaviours.hooks("call", context.keys).reduceRight<() => Json | undefined>(
    (next, hook) => () => hook(context, args, next),
    () => {
      throw new Refusal(501, `${context.keys.join("/")} is not simulated`);
    },
  )();
}
