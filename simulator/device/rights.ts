/** Who may read, change, call and switch what. */
import { inherits, keysOf, type Place } from "../schema/place";
import type { Context, DeviceCore } from "./contract";
import { byHand, type Requester } from "./requester";
import { Resolver } from "./resolve";
import { rootPlace } from "./root";

/** What a scope can allow (device.md section 3.2). */
type Access = "get" | "modify" | "invoke";

type Client = Extract<Requester, { kind: "client" }>;

/** The places to which a token has this kind of access, as paths with a slash at each end. */
function scopedPaths(device: DeviceCore, client: Client, access: Access): string[] {
  const paths: string[] = [];
  for (const scope of client.scopes) {
    const [address = "", query = ""] = scope.split("?");
    const allowed = /^access=(.*)$/.exec(query)?.[1]?.split(",");
    if (allowed !== undefined && !allowed.includes(access)) {
      continue;
    }
    try {
      // By hand: a scope's filters must see what its bearer may not.
      const resolver = new Resolver(device, byHand, rootPlace);
      const places = resolver.places(address.split("/").filter((segment) => segment !== ""));
      paths.push(...places.map(pathOf));
    } catch {
      // A scope that matches nothing on this device allows nothing.
    }
  }
  return paths;
}

function pathOf(place: Place): string {
  return `/${keysOf(place)
    .map((key) => `${key}/`)
    .join("")}`;
}

function clientMay(context: Context, client: Client, access: Access): boolean {
  const { device, place, keys } = context;
  if (keys[0] === "cred" && access === "get" && device.dialects.credForClients === "readable") {
    return true;
  }
  const path = pathOf(place);
  return scopedPaths(device, client, access).some(
    (scoped) =>
      path.startsWith(scoped) ||
      (access === "get" && device.dialects.scopedContainer === "filtered" && scoped.startsWith(path)),
  );
}

/** The number of the outlet that a place belongs to, counted from 0. */
function outletOf(keys: readonly string[]): number | undefined {
  return keys[0] === "relay" && keys[1] === "outlets" && keys[2] !== undefined ? Number(keys[2]) : undefined;
}

/** Whether the requester may read a place. */
export function mayRead(context: Context): boolean {
  const { requester, device, keys, place } = context;
  if (requester.kind === "hand") {
    return true;
  }
  if (requester.kind === "client") {
    return clientMay(context, requester, "get");
  }
  if (requester.isAdmin) {
    return true;
  }
  if (inherits(place, "adminRead")) {
    return false;
  }
  const outlet = outletOf(keys);
  if (outlet !== undefined && device.dialects.restrictedOutlets !== "readable") {
    return requester.outletAccess[outlet] === true;
  }
  if (keys.join("/") === "relay/outlets" && device.dialects.restrictedOutlets === "containerRefused") {
    return requester.outletAccess.every((access) => access);
  }
  return true;
}

/** Whether the requester may change a place. */
export function mayWrite(context: Context): boolean {
  return context.requester.kind === "client"
    ? clientMay(context, context.requester, "modify")
    : userMay(context, context.requester);
}

/** Whether the requester may make a call. */
export function mayCall(context: Context): boolean {
  return context.requester.kind === "client"
    ? clientMay(context, context.requester, "invoke")
    : userMay(context, context.requester);
}

function userMay(context: Context, requester: Exclude<Requester, { kind: "client" }>): boolean {
  if (requester.kind === "hand" || requester.isAdmin) {
    return true;
  }
  if (context.place.node.outletUser !== true) {
    return false;
  }
  const outlet = outletOf(context.keys);
  return outlet === undefined || requester.outletAccess[outlet] === true;
}

/** Whether the requester may switch an outlet by any request. Outlets are counted from 0. */
export function maySwitch(context: Context, outlet: number): boolean {
  const { requester } = context;
  return requester.kind !== "user" || requester.isAdmin || requester.outletAccess[outlet] === true;
}
