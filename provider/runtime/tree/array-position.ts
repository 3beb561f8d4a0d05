/** Which element of an array without names is meant, and where it stands. */
import { type DevicePath, type Json, type PathLike, RefusedError } from "../../client";
import { isElementOf, type Members } from "./known";

/** One element of an array, and how it is told apart from others. */
export interface ArrayElement {
  readonly list: DevicePath;
  /** The member that identifies an element. */
  readonly key: string;
  /** Members that a client may write. */
  readonly writable: readonly string[];
  /** What the writes change, for shared reads. */
  readonly touches: PathLike;
  isIt(element: Members): boolean;
  /** Whether an element has a member's value, in whatever form and order the device shows it. */
  hasValue(element: Members, name: string, value: Json): boolean;
  /** The order for changing members, so that the element does nothing unwanted in between. */
  inOrder(changes: Members): (readonly [string, Json])[];
  /** What such an element is called, in the singular. */
  readonly noun: string;
  /** What an element is for, to tell it apart from others. */
  nameOf(element: Members): string;
}

/** An element and where it stands. */
export type Position = readonly [index: number, element: Members];

/** The only matching element; `undefined` if there is none. @throws RefusedError if there are several. */
export function onlyPosition(
  device: { readonly name: string },
  { list, isIt, noun, nameOf }: Pick<ArrayElement, "list" | "isIt" | "noun" | "nameOf">,
  positions: readonly Position[],
): Position | undefined {
  const found = positions.filter(([, candidate]) => isIt(candidate));
  const [first] = found;
  if (first !== undefined && found.length > 1) {
    throw new RefusedError({
      device: device.name,
      method: "GET",
      path: String(list),
      message: `the device has ${found.length} ${noun}s for ${nameOf(first[1])}, which cannot be told apart`,
      remedy: "Remove all but one of them on the device's own page.",
    });
  }
  return first;
}

/** Everything in a list that has the form of an element. */
export function positionsOf({ list }: ArrayElement, all: readonly (readonly [string, Json])[]): Position[] {
  return all.flatMap(([index, value]) => (isElementOf(String(list), value) ? [[Number(index), value] as const] : []));
}
