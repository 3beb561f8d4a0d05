/** Access to the tree of one device for rules and behaviours: contexts, stored values and the existing members. */
import type { Json } from "../schema/nodes";
import { keysOf, type Place, shapeOf } from "../schema/place";
import type { Context, DeviceCore } from "./contract";
import type { Requester } from "./requester";

/** A context for a place. */
export function contextOf(device: DeviceCore, requester: Requester, place: Place, isNew = false): Context {
  return { device, requester, place, keys: keysOf(place), isNew };
}

/** The plain value at a place: stored, or computed for the requester. Undefined if there is none. */
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

/** Whether a value with parts is read and written only as a whole. */
export function isComposite({ place, device }: Context): boolean {
  return shapeOf(place).isComposite?.(device) === true;
}

/** The places directly below a container, in the order of the state; for objects also the calls. */
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
  if ((shape.kind === "array" || shape.kind === "map") && !isComposite(context)) {
    const value = storedValue(context) ?? [];
    return Object.keys(value).map((key) => ({ node: shape.item, parent: place, key, wire: key }));
  }
  return [];
}

/** The child with that name in addresses, if there is one. */
export function childNamed(context: Context, wire: string): Place | undefined {
  return childrenOf(context).find((child) => child.wire === wire);
}
