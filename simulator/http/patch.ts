/** Plans a PATCH by its media type. */
import type { Context } from "../device/contract";
import { breaksRule, methodRefused } from "../device/root";
import { childNamed, contextOf } from "../device/tree-access";
import type { Json } from "../schema/nodes";
import { shapeOf } from "../schema/place";
import { Refusal } from "../schema/refusal";
import { fieldValue, isJsonType, readForm, readJson, valueFromBody } from "./body";
import { planJsonPatch, planReplace } from "./json-patch";
import { allOrNothing, type Plan } from "./plan";
import { type DeviceRequest, mediaTypeOf } from "./request";

/** Plans a change of some members at once. */
function planMembers(context: Context, entries: readonly [string, (place: Context) => Json][]): Plan {
  const { device, requester } = context;
  const plans = entries.map(([name, readValue]) => {
    const member = childNamed(context, name);
    if (member === undefined) {
      throw breaksRule(device, `There is no member "${name}"`);
    }
    const target = contextOf(device, requester, member);
    return planReplace(target, () => readValue(target));
  });
  return allOrNothing(plans);
}

function planForm(context: Context, fields: ReadonlyMap<string, string>): Plan {
  const { device } = context;
  let plan: Plan | undefined;
  const plain = (): boolean => {
    plan = planMembers(
      context,
      [...fields].map(([name, text]) => [name, (target) => fieldValue(device, target.place, text)]),
    );
    plan.prepare();
    return false;
  };
  return {
    // A behaviour may change something at once, so even a refusal of the form waits until it is applied.
    prepare: () => {},
    apply: () => {
      const isDone = device.behaviours
        .hooks("patchForm", context.keys)
        .reduceRight<() => boolean>((next, hook) => () => hook(context, fields, next), plain)();
      return isDone ? undefined : plan?.apply();
    },
  };
}

/** Plans a PATCH: a single value as with PUT, else a form, a JSON patch, or (dialect) the members to change. */
export function planPatch(context: Context, request: DeviceRequest): Plan {
  const { device, place } = context;
  const shape = shapeOf(place);
  const mediaType = mediaTypeOf(request);
  if (shape.kind === "call") {
    throw methodRefused(device, "A call has no value");
  }
  if (mediaType === "application/json-patch+json") {
    return planJsonPatch(context, readJson(device, request.body.toString()));
  }
  if (shape.kind === "scalar") {
    return planReplace(context, () => valueFromBody(device, request, place));
  }
  const form = readForm(request);
  if (form !== undefined) {
    return planForm(context, form);
  }
  const members = isJsonType(mediaType) ? readJson(device, request.body.toString()) : null;
  if (Array.isArray(members)) {
    return planJsonPatch(context, members);
  }
  if (members === null || typeof members !== "object" || device.dialects.mergePatch === "refused") {
    throw new Refusal(415, "A PATCH is a form or a JSON patch");
  }
  return planMembers(
    context,
    Object.entries(members).map(([name, value]) => [name, () => value]),
  );
}
