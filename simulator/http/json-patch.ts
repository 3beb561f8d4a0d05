/** Plans JSON patches, and the replacements and insertions that other writes share with them. */
import { isDeepStrictEqual } from "node:util";
import { accept, elementContext, guardGrowth, insert, remove, write } from "../device/assign";
import type { Context } from "../device/contract";
import { represent } from "../device/represent";
import { badBody, breaksRule } from "../device/root";
import { childNamed, contextOf, storedValue } from "../device/tree-access";
import type { Json } from "../schema/nodes";
import { type Place, shapeOf } from "../schema/place";
import { Refusal } from "../schema/refusal";
import { allOrNothing, oneAfterTheOther, type Plan } from "./plan";

interface Target {
  readonly place: Place | undefined;
  readonly container: Place;
  readonly key: string;
}

/** Finds a JSON pointer below a place; the last step need not exist. */
function locate(base: Context, pointer: string): Target {
  const { device, requester } = base;
  const steps = pointer
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
  let place: Place | undefined = base.place;
  let container = base.place;
  for (const step of steps) {
    if (place === undefined) {
      throw breaksRule(device, `There is nothing at ${pointer}`);
    }
    container = place;
    place = childNamed(contextOf(device, requester, container), step);
  }
  return { place, container, key: steps.at(-1) ?? "" };
}

function existing(base: Context, pointer: string): Context {
  const { place } = locate(base, pointer);
  if (place === undefined) {
    throw breaksRule(base.device, `There is nothing at ${pointer}`);
  }
  return contextOf(base.device, base.requester, place);
}

/** Plans the replacement of a value. */
export function planReplace(context: Context, readValue: () => Json): Plan {
  let accepted: Json = null;
  return {
    prepare: () => {
      accepted = accept(context, readValue());
    },
    apply: () => {
      write(context, accepted);
      return undefined;
    },
  };
}

/** Plans a new element of a collection; `key` undefined appends. `added` receives its key. */
export function planInsert(
  container: Context,
  key: string | undefined,
  readValue: (element: Context) => Json,
  added: (key: string) => void = () => {},
): Plan {
  let accepted: Json = null;
  // Computed each time, because an earlier operation may have removed an element.
  const finalKey = (): string => key ?? String(Object.keys(storedValue(container) ?? []).length);
  return {
    prepare: () => {
      const element = elementContext(container, finalKey());
      accepted = accept(element, readValue(element));
    },
    apply: () => {
      added(insert(container, finalKey(), accepted));
      return undefined;
    },
  };
}

function planOperation(base: Context, operation: Json): Plan {
  const { device, requester } = base;
  if (typeof operation !== "object" || operation === null || Array.isArray(operation)) {
    throw badBody(device, "A JSON patch is a list of operations");
  }
  const { op, path, value = null } = operation;
  if (typeof op !== "string" || typeof path !== "string") {
    throw badBody(device, "An operation has op and path");
  }
  const isAll = device.dialects.patchOperations === "all";
  if (op === "replace") {
    return planReplace(existing(base, path), () => value);
  }
  if (op === "test") {
    return {
      prepare: () => {
        if (!isDeepStrictEqual(represent(existing(base, path)), value)) {
          throw breaksRule(device, `The test of ${path} failed`);
        }
      },
      apply: () => undefined,
    };
  }
  if (op === "add" && isAll) {
    const { place, container, key } = locate(base, path);
    const target = contextOf(device, requester, container);
    const isArray = shapeOf(container).kind === "array";
    if (isArray && key !== "-") {
      throw breaksRule(device, "Elements are added at the end only");
    }
    if (place !== undefined) {
      return planReplace(contextOf(device, requester, place), () => value);
    }
    guardGrowth(target);
    return planInsert(target, isArray ? undefined : key, () => value);
  }
  if (op === "remove" && isAll) {
    const target = existing(base, path);
    return {
      prepare: () => {},
      apply: () => {
        remove(target);
        return undefined;
      },
    };
  }
  throw breaksRule(device, `The operation ${op} does not work here`);
}

function reachesDeeper(operation: Json): boolean {
  const { path } = Object(operation) as { path?: Json };
  return typeof path === "string" && path.split("/").length > 2;
}

/** Plans a JSON patch on a place: all of it or nothing, unless a dialect says otherwise. */
export function planJsonPatch(base: Context, patch: Json): Plan {
  if (!Array.isArray(patch)) {
    throw badBody(base.device, "A JSON patch is a list of operations");
  }
  const { jsonPatch, patchPointers, patchFailure } = base.device.dialects;
  if (jsonPatch === "refused") {
    throw new Refusal(415, "A PATCH is a form");
  }
  const taken = { taken: patch.length, firstOperation: 1, ignored: 0 }[jsonPatch];
  if (patchPointers === "ownMembers" && patch.some(reachesDeeper)) {
    throw breaksRule(base.device, "A JSON patch names members of the resource itself");
  }
  const planned = (operation: Json) => planOperation(base, operation);
  return patchFailure === "upToThere"
    ? oneAfterTheOther(patch.slice(0, taken).map((operation) => () => planned(operation)))
    : allOrNothing(patch.map(planned).slice(0, taken));
}
