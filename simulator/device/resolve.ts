/** Finds the places that an address selects. */
import type { Json } from "../schema/nodes";
import { inherits, type Place } from "../schema/place";
import { Refusal } from "../schema/refusal";
import { type Filter, parseSelector, type Selector } from "../schema/selectors";
import type { DeviceCore } from "./contract";
import type { Requester } from "./requester";
import { childNamed, childrenOf, contextOf, storedValue } from "./tree-access";

/** How many places one address may select: a list in every segment of a short one could select millions. */
const mostPlaces = 10_000;

/** What an address selects on a device at the moment. */
export interface Resolution {
  /** Whether the response is a 207 list, even for one element. */
  readonly matrix: boolean;
  readonly places: readonly Place[];
  /** The container and key of a last segment that does not exist. */
  readonly missing: { readonly container: Place; readonly key: string } | undefined;
}

/** A value in the form that filters use. */
function asText(value: Json | undefined): string | undefined {
  return value === undefined || typeof value === "string" ? value : JSON.stringify(value);
}

/** Finds the places that an address selects for a requester. */
export class Resolver {
  readonly #device: DeviceCore;
  readonly #requester: Requester;
  readonly #root: Place;

  constructor(device: DeviceCore, requester: Requester, root: Place) {
    this.#device = device;
    this.#requester = requester;
    this.#root = root;
  }

  /** Resolves segments that are still percent-encoded. Throws 404 if anything but the last segment does not exist. */
  resolve(segments: readonly string[]): Resolution {
    let places: Place[] = [this.#root];
    let matrix = false;
    for (const [index, segment] of segments.entries()) {
      const selector = parseSelector(segment);
      matrix ||= selector.kind !== "key";
      const next: Place[] = [];
      for (const place of places) {
        next.push(...this.#selected(place, selector));
        if (next.length > mostPlaces) {
          throw new Refusal(400, "The address means too many places");
        }
      }
      const [container] = places;
      if (selector.kind === "key" && next.length === 0 && !matrix && container !== undefined) {
        if (index < segments.length - 1) {
          throw this.notFound();
        }
        return { matrix, places: [], missing: { container, key: selector.key } };
      }
      places = next;
    }
    if (places.length === 0 && this.#device.dialects.unknownMatrixMatch === "404") {
      throw this.notFound();
    }
    return { matrix, places, missing: undefined };
  }

  /** What a segment selects in one place; nothing for a single key that does not exist. */
  #selected(place: Place, selector: Selector): Place[] {
    if (selector.kind === "key") {
      const child = this.#child(place, selector.key);
      return child === undefined ? [] : [child];
    }
    if (selector.kind === "listed") {
      return selector.keys.map((key) => this.#existing(place, key));
    }
    const found = this.#filtered(place, selector.filters);
    if (selector.kind === "one" && found.length > 1) {
      throw new Refusal(this.#device.dialects.constraintStatus, "More than one element matches");
    }
    return found;
  }

  /** The 404 of this device. */
  notFound(): Refusal {
    return new Refusal(404, "Not found");
  }

  #child(place: Place, key: string): Place | undefined {
    return childNamed(contextOf(this.#device, this.#requester, place), key);
  }

  #existing(place: Place, key: string): Place {
    const child = this.#child(place, key);
    if (child === undefined) {
      throw this.notFound();
    }
    return child;
  }

  #filtered(place: Place, filters: readonly Filter[]): Place[] {
    const children = childrenOf(contextOf(this.#device, this.#requester, place)).filter(
      (child) => child.node.kind !== "call",
    );
    return children.filter((child) =>
      filters.every(({ field, value }) => {
        const member = this.#child(child, field);
        return (
          member !== undefined &&
          !inherits(member, "secret") &&
          asText(storedValue(contextOf(this.#device, this.#requester, member))) === value
        );
      }),
    );
  }
}
