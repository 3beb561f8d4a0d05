/** Places of the tree and their addresses. */
import { type Feature, firmwareHas } from "../profile/firmware";
import type { ComputedNode, Node, Traits } from "./nodes";

/** A place in the tree of one device. */
export interface Place {
  readonly node: Node;
  readonly parent: Place | undefined;
  /** Key in the state. */
  readonly key: string;
  /** Key in addresses; differs from `key` if a dialect names the member. */
  readonly wire: string;
}

/** The name of a member that only firmware with this feature has. */
export function since(feature: Feature): NonNullable<Traits["wireName"]> {
  return (key, profile) => (firmwareHas(profile.firmware, feature) ? key : undefined);
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

/** One key as a segment of an address (device.md section 1.1). */
export function encodeSegment(key: string): string {
  if (/^\w+$/.test(key)) {
    return key;
  }
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

/** The place of a new element of a collection. */
export function newElement(container: Place, key: string): Place | undefined {
  const shape = shapeOf(container);
  return shape.kind === "array" || shape.kind === "map"
    ? { node: shape.item, parent: container, key, wire: key }
    : undefined;
}
