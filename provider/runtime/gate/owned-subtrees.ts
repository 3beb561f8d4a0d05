/** Parts of the tree that belong to typed resources with an identity: no other resource writes there, at any depth. */
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

/** What a program should declare instead, when a request of this type of resource writes into what belongs to another. */
export function foreignOwner(request: WriteRequest, type: string): string | undefined {
  return ownedSubtrees.find(({ place, owners }) => !owners.includes(type) && effectsOn(request, place).length > 0)
    ?.instead;
}
