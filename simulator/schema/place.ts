import type { Context } from "../device/contract";
import type { DeviceCore } from "../device/core";
import type { Requester } from "../device/principal";
import { type Feature, firmwareHas } from "../profile/firmware";
import type { ComputedNode, Json, Node, Traits } from "./nodes";

/** A spot in the tree of one device. */
export interface Place {
  readonly node: Node;
  readonly parent: Place | undefined;
  /** Key in the state. */
  readonly key: string;
  /** Key in addresses; differs from `key` where a dialect names the member. */
  readonly wire: string;
}

/** The member's name for firmware that has a feature, none before. */
export function since(feature: Feature): NonNullable<Traits["wireName"]> {
  return (key, device) => (firmwareHas(device.firmware, feature) ? key : undefined);
}

/** The kind of value at a place, whether stored or computed. */
export function shapeOf(place: Place): Exclude<Node, ComputedNode> {
  let node = place.node;
  while (node.kind === "computed") {
    node = node.node;
  }
  return node;
}

/** Keys in the state, from the root. */
export function keysOf(place: Place): string[] {
  return place.parent === undefined ? [] : [...keysOf(place.parent), place.key];
}

/** The address below the server, such as /restapi/relay/outlets/0/, percent-encoded. */
export function addressOf(place: Place): string {
  return place.parent === undefined ? "/restapi/" : `${addressOf(place.parent)}${encodeSegment(place.wire)}/`;
}

/** One key as a segment of an address (device.md 1.1). */
export function encodeSegment(key: string): string {
  if (key === "." || key === "..") {
    return `!${key}`;
  }
  return encodeURIComponent(key).replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** Whether the place or anything above it has a trait. */
export function inherits(place: Place, trait: "readonly" | "adminRead" | "secret"): boolean {
  for (let spot: Place | undefined = place; spot !== undefined; spot = spot.parent) {
    if (spot.node[trait] === true) {
      return true;
    }
  }
  return false;
}

/** A context for a place. */
export function contextOf(device: DeviceCore, requester: Requester, place: Place, isNew = false): Context {
  return { device, requester, place, keys: keysOf(place), isNew };
}

/** The plain value at a place: stored, or computed for the one who asks. Undefined where nothing is. */
export function storedValue(context: Context): Json | undefined {
  const { device, place, requester } = context;
  if (place.node.kind === "computed") {
    const nothing = (): Json | undefined => undefined;
    return device.behaviours
      .hooks("read", context.keys)
      .reduceRight<() => Json | undefined>((next, hook) => () => hook(context, next), nothing)();
  }
  if (place.parent === undefined) {
    return device.tree as unknown as Json;
  }
  const container = storedValue(contextOf(device, requester, place.parent));
  return typeof container === "object" && container !== null
    ? (container as { [key: string]: Json })[place.key]
    : undefined;
}

/** The places right below a container, calls included for objects; in the order of the state. */
export function childrenOf(context: Context): Place[] {
  const { place, device } = context;
  const shape = shapeOf(place);
  if (shape.kind === "object") {
    const children: Place[] = [];
    for (const [key, node] of Object.entries(shape.members)) {
      const wire = node.wireName === undefined ? key : node.wireName(key, device);
      if (wire !== undefined) {
        children.push({ node, parent: place, key, wire });
      }
    }
    return children;
  }
  if (shape.kind === "array" || shape.kind === "map") {
    const value = storedValue(context) ?? [];
    return Object.keys(value).map((key) => ({ node: shape.item, parent: place, key, wire: key }));
  }
  return [];
}

/** The child of that name, if there is one. */
export function childNamed(context: Context, wire: string): Place | undefined {
  return childrenOf(context).find((child) => child.wire === wire);
}

/** The place of an element that does not exist yet. */
export function newElement(container: Place, key: string): Place | undefined {
  const shape = shapeOf(container);
  return shape.kind === "array" || shape.kind === "map"
    ? { node: shape.item, parent: container, key, wire: key }
    : undefined;
}
