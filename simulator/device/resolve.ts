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
export type Resolution = Resolved | Missing;

/** What exists. With a matrix address the response is a 207 list, even for one place. */
export type Resolved =
  | { readonly kind: "one"; readonly place: Place }
  | { readonly kind: "matrix"; readonly places: readonly Place[] };

/** A last segment that does not exist. */
export interface Missing {
  readonly kind: "missing";
  readonly container: Place;
  readonly key: string;
}

/** The places, however many. */
export function placesOf(found: Resolved): readonly Place[] {
  return found.kind === "one" ? [found.place] : found.places;
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
    let place = this.#root;
    for (const [index, segment] of segments.entries()) {
      const selector = parseSelector(segment);
      if (selector.kind !== "key") {
        return { kind: "matrix", places: this.#matrix(place, segments.slice(index)) };
      }
      const child = this.#child(place, selector.key);
      if (child === undefined && index < segments.length - 1) {
        throw this.notFound();
      }
      if (child === undefined) {
        return { kind: "missing", container: place, key: selector.key };
      }
      place = child;
    }
    return { kind: "one", place };
  }

  /** The places that exist of those that an address selects. */
  places(segments: readonly string[]): readonly Place[] {
    const resolution = this.resolve(segments);
    return resolution.kind === "missing" ? [] : placesOf(resolution);
  }

  #matrix(start: Place, segments: readonly string[]): Place[] {
    let places = [start];
    for (const segment of segments) {
      const selector = parseSelector(segment);
      const next: Place[] = [];
      for (const place of places) {
        next.push(...this.#selected(place, selector));
        if (next.length > mostPlaces) {
          throw new Refusal(400, "The address means too many places");
        }
      }
      places = next;
    }
    if (places.length === 0 && this.#device.dialects.unknownMatrixMatch === "404") {
      throw this.notFound();
    }
    return places;
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
