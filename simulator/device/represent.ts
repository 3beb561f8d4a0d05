/** What a GET shows of a place. */
import { createHash } from "node:crypto";
import type { Json } from "../schema/nodes";
import { encodeSegment, inherits, type Place, shapeOf } from "../schema/place";
import type { Context } from "./contract";
import { mayRead } from "./rights";
import { forbidden, methodRefused } from "./root";
import { childrenOf, contextOf, isComposite, storedValue } from "./tree-access";

/** The value of a place as the requester sees it; `depth` counts levels of containers, the place itself being one. */
export function represent(context: Context, depth = Number.POSITIVE_INFINITY): Json {
  if (shapeOf(context.place).kind === "call") {
    throw methodRefused(context.device, "A call has no value");
  }
  if (!mayRead(context)) {
    throw forbidden(context.device, "Reading is denied");
  }
  const value = render(context, depth, "");
  if (value === undefined) {
    throw forbidden(context.device, "Reading is denied");
  }
  return value;
}

function render(context: Context, depth: number, reference: string): Json | undefined {
  if (depth <= 0) {
    return { $ref: reference };
  }
  const plain = (): Json | undefined => renderPlain(context, depth, reference);
  if (context.place.node.kind === "computed") {
    return plain();
  }
  const chain = context.device.behaviours
    .hooks("read", context.keys)
    .reduceRight<() => Json | undefined>((next, hook) => () => hook(context, next), plain);
  return chain();
}

function renderPlain(context: Context, depth: number, reference: string): Json | undefined {
  const { place } = context;
  const shape = shapeOf(place);
  if (shape.kind === "scalar" || isComposite(context)) {
    const value = storedValue(context);
    return inherits(place, "secret") ? secretAsRead(context, value) : value;
  }
  const children = childrenOf(context)
    .filter((child) => child.node.kind !== "call")
    .map((child): [Place, Json | undefined] => [child, renderChild(context, child, depth, reference)]);
  if (shape.kind === "array") {
    const isListOfReferences = depth === 1 && context.device.dialects.depthArrays === "numberedObject";
    if (!isListOfReferences) {
      return listOf(context, children);
    }
  }
  return Object.fromEntries(
    children.flatMap(([{ wire }, value]) => (value === undefined ? [] : [[wire, value] as const])),
  );
}

/** The elements of an array; those that the requester may not read are null or left out, as the dialect says. */
function listOf({ device, requester }: Context, children: readonly [Place, Json | undefined][]): Json {
  const form = device.dialects.hiddenElements;
  if (form === "null") {
    return children.map(([, value]) => value ?? null);
  }
  const shown = children.filter(([place]) => mayRead(contextOf(device, requester, place)));
  return form === "leftOut" || shown.length === children.length
    ? shown.map(([, value]) => value ?? null)
    : Object.fromEntries(shown.map(([place, value]) => [place.wire, value ?? null]));
}

function renderChild(parent: Context, place: Place, depth: number, reference: string): Json | undefined {
  const { device, requester } = parent;
  const context = contextOf(device, requester, place);
  if (!mayRead(context)) {
    const form = device.dialects.hiddenMembers;
    if (form === "refused" && shapeOf(parent.place).kind === "object") {
      throw forbidden(device, "Reading a part of this is denied");
    }
    return form === "null" ? null : undefined;
  }
  const isWhole = shapeOf(place).kind === "array" && device.dialects.depthArrays === "whole" && !isComposite(context);
  return render(context, isWhole ? Number.POSITIVE_INFINITY : depth - 1, `${reference}${encodeSegment(place.wire)}/`);
}

/** What a GET shows of a password or key. */
function secretAsRead(context: Context, value: Json | undefined): Json | undefined {
  switch (context.device.dialects.passwordRead) {
    case "plain":
      return value;
    case "empty":
      return "";
    case "null":
      return null;
    case "masked":
      return "********";
    case "hashed":
      return createHash("sha256").update(JSON.stringify(value)).digest("hex");
    case "absent":
      return undefined;
  }
}
