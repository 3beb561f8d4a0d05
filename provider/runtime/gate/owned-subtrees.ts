/** Parts of the tree that belong to typed resources with an identity: no other resource writes there, at any depth. */
import { isJsonObject, type Json } from "../../client";
import { effectsOn, type Place, type WriteRequest } from "./effect";

interface OwnedSubtree {
  readonly place: Place;
  /** Types that may write there. */
  readonly owners: readonly string[];
  /** What a program declares instead. */
  readonly instead: string;
}

const ownedSubtrees: readonly OwnedSubtree[] = [
  { place: ["auth", "users"], owners: ["User", "AdminPassword"], instead: "User (the admin: AdminPassword)" },
  { place: ["auth", "clients"], owners: ["ApiClient"], instead: "ApiClient" },
  { place: ["autoping", "items"], owners: ["AutoPingItem"], instead: "AutoPingItem" },
  { place: ["script", "snippets"], owners: ["ScriptSnippet"], instead: "ScriptSnippet" },
  ...["state", "transient_state", "cycle"].map((member) => ({
    place: ["relay", "outlets", /^/, member],
    owners: ["Outlet", "Outlets", "OutletCycle", "SwitchOutlets"],
    instead: "Outlet, Outlets, SwitchOutlets or OutletCycle",
  })),
  {
    place: ["relay", "set_outlet_transient_states"],
    owners: ["SwitchOutlets"],
    instead: "SwitchOutlets",
  },
];

/** What a program should declare instead if a request of this type of resource writes to another type's subtree. */
export function foreignOwner(request: WriteRequest, type: string): string | undefined {
  return ownedSubtrees.find(({ place, owners }) => !owners.includes(type) && effectsOn(request, place).length > 0)
    ?.instead;
}

/** A part of the tree without what belongs to resources of other types. */
export interface OwnPart {
  /** `undefined` if nothing is left. A list that holds others' parts is left out as a whole. */
  readonly value: Json | undefined;
  /** Paths of what is left out. */
  readonly withheld: readonly string[];
  /** What the parts left out belong to. */
  readonly owners: readonly string[];
}

/** The part of a value at a path that a resource of this type may write. */
export function withoutForeign(path: readonly string[], value: Json, type: string): OwnPart {
  if (!isJsonObject(value) || Object.keys(value).length === 0) {
    const owner = foreignOwner({ method: "PUT", segments: path, value }, type);
    return owner === undefined
      ? { value, withheld: [], owners: [] }
      : { value: undefined, withheld: [path.join("/")], owners: [owner] };
  }
  const parts = Object.entries(value).map(
    ([name, member]) => [name, withoutForeign([...path, name], member, type)] as const,
  );
  const kept = parts.flatMap(([name, part]) => (part.value === undefined ? [] : [[name, part.value] as const]));
  const owners = [...new Set(parts.flatMap(([, part]) => part.owners))];
  return kept.length === 0
    ? { value: undefined, withheld: [path.join("/")], owners }
    : { value: Object.fromEntries(kept), withheld: parts.flatMap(([, { withheld }]) => withheld), owners };
}
