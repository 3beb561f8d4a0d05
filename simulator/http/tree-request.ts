/** One request on the tree: every method, on one place or on all places that a matrix address selects. */
import { elementContext, guardGrowth, guardWrite, invoke, remove } from "../device/assign";
import type { Context, DeviceCore } from "../device/contract";
import { keptKey } from "../device/kept-name";
import { represent } from "../device/represent";
import type { Requester } from "../device/requester";
import { type Missing, placesOf, type Resolved, Resolver } from "../device/resolve";
import { mayRead } from "../device/rights";
import { methodRefused, rootPlace } from "../device/root";
import { childrenOf, contextOf } from "../device/tree-access";
import type { Json } from "../schema/nodes";
import { addressOf, type Place, shapeOf } from "../schema/place";
import { Refusal } from "../schema/refusal";
import { argumentsFromBody, valueFromBody } from "./body";
import { planInsert, planReplace } from "./json-patch";
import { planPatch } from "./patch";
import { carryOut, carryOutAll, deferred, eachElement, type Plan } from "./plan";
import type { DeviceRequest } from "./request";
import type { DeviceResponse } from "./response";

/** One authenticated request on the tree. */
export class TreeRequest {
  readonly #device: DeviceCore;
  readonly #request: DeviceRequest;
  readonly #requester: Requester;
  readonly #resolver: Resolver;

  constructor(device: DeviceCore, request: DeviceRequest, requester: Requester) {
    this.#device = device;
    this.#request = request;
    this.#requester = requester;
    this.#resolver = new Resolver(device, requester, rootPlace);
  }

  /** Carries out the request on the places that the segments select. */
  respond(segments: readonly string[]): DeviceResponse {
    const resolution = this.#resolver.resolve(segments);
    const { method } = this.#request;
    if (resolution.kind === "missing") {
      if (method !== "PUT") {
        throw this.#resolver.notFound();
      }
      return this.#create(resolution);
    }
    switch (method) {
      case "GET":
      case "HEAD":
        return this.#get(resolution);
      case "PUT":
        return this.#write(resolution, (place) => this.#planPut(place), 204);
      case "PATCH":
        return this.#write(
          resolution,
          (place) => planPatch(this.#context(place), this.#request),
          this.#patchStatus(resolution),
        );
      case "POST":
        return this.#post(resolution);
      case "DELETE":
        return this.#delete(resolution);
      default:
        throw methodRefused(this.#device, `There is no method ${method}`);
    }
  }

  #context(place: Place): Context {
    return contextOf(this.#device, this.#requester, place);
  }

  #get(found: Resolved): DeviceResponse {
    const range = /^dli-depth=(\d+)$/.exec(this.#request.headers.range ?? "");
    const depth = range === null ? Number.POSITIVE_INFINITY : this.#depth(Number(range[1]));
    if (found.kind === "matrix") {
      const readers = found.places.map((place) => () => represent(this.#context(place), depth));
      return { status: 207, headers: this.#links(found.places), value: eachElement(this.#device, readers) };
    }
    const { place } = found;
    const context = this.#context(place);
    const value = represent(context, depth);
    const children = childrenOf(context).filter((child) => mayRead(this.#context(child)));
    return {
      status: range === null ? 200 : 206,
      headers: this.#links(children),
      value,
      mediaType: shapeOf(place).mediaType,
    };
  }

  #depth(depth: number): number {
    if (depth > 0) {
      return depth;
    }
    switch (this.#device.dialects.depthZero) {
      case "reference":
        return 0;
      case "asOne":
        return 1;
      case "unlimited":
        return Number.POSITIVE_INFINITY;
      case "refused":
        throw new Refusal(416, "The depth is at least 1");
    }
  }

  #links(places: readonly Place[]): Record<string, string[]> {
    return this.#device.dialects.linkHeaders === "off" || places.length === 0
      ? {}
      : { Link: places.map((place) => `<${addressOf(place)}>; rel=item`) };
  }

  #planPut(place: Place): Plan {
    return planReplace(this.#context(place), () => valueFromBody(this.#device, this.#request, place));
  }

  #patchStatus(found: Resolved): number {
    const isScalar = found.kind === "one" && shapeOf(found.place).kind === "scalar";
    return isScalar ? this.#device.dialects.patchScalarStatus : 204;
  }

  /** Writes to each place; the value is returned with a plain status of 200, or for Prefer: return=representation. */
  #write(found: Resolved, planFor: (place: Place) => Plan, status: number): DeviceResponse {
    const wantsValue =
      this.#device.dialects.prefer === "heeded" &&
      /return=representation/.test(String(this.#request.headers["prefer"]));
    if (found.kind === "matrix") {
      const plans = found.places.map((place) =>
        deferred(
          () => planFor(place),
          () => (wantsValue ? this.#valueIfReadable(place) : undefined),
        ),
      );
      return { status: 207, headers: this.#links(found.places), value: carryOutAll(this.#device, plans) };
    }
    const { place } = found;
    carryOut(planFor(place));
    if (!wantsValue && status !== 200) {
      return { status };
    }
    const value = this.#valueIfReadable(place);
    return value === undefined ? { status: 204 } : { status: 200, value };
  }

  #valueIfReadable(place: Place): Json | undefined {
    try {
      return represent(this.#context(place));
    } catch {
      return undefined;
    }
  }

  /** PUT on a key that a map does not have yet. */
  #create({ container, key }: Missing): DeviceResponse {
    const shape = shapeOf(container);
    if (shape.kind !== "map" || !shape.open) {
      throw this.#resolver.notFound();
    }
    const context = this.#context(container);
    guardWrite(context);
    carryOut(
      planInsert(context, keptKey(context, key), ({ place }) => valueFromBody(this.#device, this.#request, place)),
    );
    return { status: this.#device.dialects.putCreateStatus };
  }

  #post(found: Resolved): DeviceResponse {
    const [first] = placesOf(found);
    if (first !== undefined && shapeOf(first).kind === "call") {
      return this.#call(found);
    }
    if (found.kind === "matrix" || shapeOf(found.place).kind !== "array") {
      throw methodRefused(this.#device, "Nothing can be added here");
    }
    const context = this.#context(found.place);
    guardGrowth(context);
    let key = "";
    const plan = planInsert(
      context,
      undefined,
      (element) => valueFromBody(this.#device, this.#request, element.place),
      (added) => {
        key = added;
      },
    );
    carryOut(plan);
    return this.#added(elementContext(context, key).place);
  }

  #added(element: Place): DeviceResponse {
    const form = this.#device.dialects.postAnswer;
    if (form === "204") {
      return { status: 204 };
    }
    if (form === "201WithLocation") {
      return { status: 201, headers: { Location: addressOf(element) } };
    }
    const value = this.#valueIfReadable(element);
    return { status: Number.parseInt(form, 10), ...(value === undefined ? {} : { value }) };
  }

  #call(found: Resolved): DeviceResponse {
    const run = (place: Place): Json | undefined =>
      invoke(this.#context(place), argumentsFromBody(this.#device, this.#request));
    if (found.kind === "matrix") {
      const plans = found.places.map((place) => ({ prepare: () => {}, apply: () => run(place) }));
      return { status: 207, headers: this.#links(found.places), value: carryOutAll(this.#device, plans) };
    }
    const value = run(found.place);
    if (value !== undefined) {
      return { status: 200, value };
    }
    const status = this.#device.dialects.callStatus;
    return status === 200 ? { status, value: null } : { status };
  }

  #delete(found: Resolved): DeviceResponse {
    const removal = (place: Place): Plan => ({
      prepare: () => {},
      apply: () => {
        remove(this.#context(place));
        return undefined;
      },
    });
    if (found.kind === "matrix") {
      // From the end, because each removal moves later elements up.
      return { status: 207, value: carryOutAll(this.#device, found.places.toReversed().map(removal)).reverse() };
    }
    carryOut(removal(found.place));
    const status = this.#device.dialects.deleteAnswer;
    return status === 200 ? { status, value: null } : { status };
  }
}
