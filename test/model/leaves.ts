/** A device's tree as single values by path, so that two trees can be compared regardless of the order of arrays. */
import type { ClientState, SimulatedDevice, Tree } from "../../simulator";

/** Values as JSON text by path: `relay/outlets/3/name`, `auth/users/ann/password`, `autoping/items/a,b/outlets`. */
export type Leaves = ReadonlyMap<string, string>;

/** A value as {@link Leaves} has it. */
export const leaf = (value: unknown): string =>
  typeof value === "boolean" || typeof value === "number" ? String(value) : JSON.stringify(value);

/** The identity of an AutoPing item. */
export const itemName = (addresses: readonly string[]) => [...new Set(addresses)].sort().join(",");

/** Everything the device holds. */
export function leavesOf({ tree }: SimulatedDevice): Leaves {
  const found = new Map<string, string>();
  collect(found, "", named(tree));
  return found;
}

/** The tree with arrays of things turned into objects by the things' names. */
function named(tree: Tree): unknown {
  const { relay, auth, autoping } = tree;
  return {
    ...tree,
    relay: { ...relay, outlets: byName(relay.outlets, (_, index) => String(index + 1)) },
    auth: {
      ...auth,
      users: byName(auth.users, ({ name }) => name),
      clients: Object.fromEntries(Object.entries(auth.clients).map(([name, client]) => [name, withLists(client)])),
    },
    autoping: {
      ...autoping,
      items: byName(
        autoping.items.map(({ addresses, outlets, ...rest }) => ({
          ...rest,
          outlets: [...outlets].sort(),
          addresses: [...addresses].sort(),
        })),
        ({ addresses }) => itemName(addresses),
      ),
    },
  };
}

/** A client with its scopes and tokens as lists instead of as keys of maps. */
function withLists({ scopes, access_tokens: tokens, ...rest }: ClientState): unknown {
  const allowed = Object.keys(scopes).filter((scope) => scopes[scope]);
  return { ...rest, scopes: allowed.sort(), access_tokens: Object.keys(tokens).sort() };
}

function byName<T>(list: readonly T[], nameOf: (entry: T, index: number) => string): Record<string, T> {
  const named: Record<string, T> = {};
  list.forEach((entry, index) => {
    let name = nameOf(entry, index);
    while (name in named) {
      name += "+";
    }
    named[name] = entry;
  });
  return named;
}

/** What the device will hold once its relays have followed and its threads have ended. */
export function atRest(leaves: Leaves): Leaves {
  const rest = new Map([...leaves].filter(([path]) => !path.startsWith("script/threads/")));
  for (const path of leaves.keys()) {
    if (!path.startsWith("relay") || !path.endsWith("physical_state")) {
      continue;
    }
    const wanted = leaves.get(path.replace(/physical_state$/, "transient_state"));
    if (wanted !== undefined) {
      rest.set(path, wanted);
    }
  }
  return rest;
}

function collect(found: Map<string, string>, path: string, value: unknown): void {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    found.set(path, leaf(value));
    return;
  }
  for (const name in value) {
    collect(found, path === "" ? name : `${path}/${name}`, (value as Record<string, unknown>)[name]);
  }
}

/** Paths with different values, or in only one of the two. */
export function changedPaths(before: Leaves, after: Leaves): string[] {
  return [...new Set([...before.keys(), ...after.keys()])].filter((path) => before.get(path) !== after.get(path));
}

/** Whether a path is one of these, or below one. */
export function isWithin(path: string, places: Iterable<string>): boolean {
  for (const place of places) {
    if (path === place || path.startsWith(`${place}/`)) {
      return true;
    }
  }
  return false;
}
