/**
 * Our own access to the device: which places in the tree it depends on, whether a request may end it, and how to reach
 * the device afterwards. The gate refuses such a request; `lifecycle/reconcile/access-change.ts` makes it last if the
 * program allows it, and verifies it.
 */
import { isIP } from "node:net";
import { devicePath, isJsonObject, type Json, memberOf, type Segment, sameJson } from "../../client";
import { folded } from "../folding";
import { type Effect, effectsOn, type Place, type WriteRequest } from "./effect";

/** How this provider reaches the device. */
export interface OwnAccess {
  /** Scheme, host and port. */
  readonly url: string;
  /** Whether it logs in with a password, whose digest depends on the realm, rather than with a token. */
  readonly usesPassword: boolean;
  /** The device's ports for that scheme, if known. */
  readonly ports?: readonly number[] | undefined;
  /** The device's own name, if known. */
  readonly hostname?: string | undefined;
}

/** One change that may end our own access. */
export interface Lockout {
  /** What the change does, as a clause. */
  readonly reason: string;
  /** Where the device should respond to us afterwards, the likeliest address first; empty if it should not respond. */
  readonly addresses: readonly string[];
  /** Whether it is expected, rather than a failure, that the device responds at none of them. */
  readonly mayEnd: boolean;
  /** Order among such changes on one device: higher ranks come later. */
  readonly rank: number;
}

/** A value of the device's tree that is about to change. */
export interface TreeChange {
  /** Without slashes at its ends. */
  readonly path: string;
  readonly desired: Json;
  readonly present: Json | undefined;
}

/** The parts of an operation's context by which a change of access is judged. */
interface AccessContext {
  readonly device: { readonly url: string; read(subtree: string, of: []): Promise<Json> };
  readonly account: { readonly username: string | undefined };
}

interface Dependency {
  readonly place: Place;
  /** What a change to it does, as a clause. */
  readonly reason: string;
  /** Order among changes made one by one, of one resource or several: what ends our access more surely comes later. */
  readonly rank: number;
  /** Whether our access survives this value at the place; default: no. */
  readonly survives?: (value: Json, access: OwnAccess) => boolean;
  /** Whether our access survives if the place is gone; default: no. */
  readonly mayGo?: true;
  /** Whether our access depends on the place at all; default: yes. */
  readonly matters?: (access: OwnAccess) => boolean;
  /** How the device is reached afterwards; default: as before, or not at all. */
  readonly after?: (change: TreeChange, context: AccessContext) => Partial<Lockout> | Promise<Partial<Lockout>>;
}

/**
 * Whether we log in under this name of an account or client. A device that keeps names in its own spelling may accept a
 * login with another one.
 */
export function isOwnLogin(login: string | undefined, name: string): boolean {
  return login !== undefined && folded(login) === folded(name);
}

/** The rank of a change to the account or client that we log in with, since everything else needs that login. */
export const ownLoginRank = 8;

const isHttps = ({ url }: { readonly url: string }) => url.startsWith("https:");
const isTrue = (value: Json) => value === true;

const network = "it changes the network through which this provider connects";
const port = { reason: "it changes the port that this provider connects to", rank: 6, survives: keepsPort };
const otherService = {
  reason: "it gives the port that this provider connects to to another service",
  rank: 6,
  survives: (value: Json, access: OwnAccess) => !portsOf(value).includes(ownPort(access)),
  mayGo: true,
} as const;

const dependencies: readonly Dependency[] = [
  {
    // The REST switch, known by how its name begins; not its twin for other users (device.md section 3.11).
    place: ["config", /^allow_rest(?!.*nonadmin)/],
    reason: "disabling the REST API would lock this provider out",
    rank: 7,
    survives: isTrue,
    after: () => ({ addresses: [] }),
  },
  {
    ...port,
    place: ["config", /^http_ports?$/],
    matters: (access) => !isHttps(access),
    after: (change, context) => otherPort(change, context, "https"),
  },
  {
    ...port,
    place: ["config", /^https_ports?$/],
    matters: isHttps,
    after: (change, context) => otherPort(change, context, "http"),
  },
  { ...otherService, place: ["config", /^http_ports?$/], matters: isHttps },
  { ...otherService, place: ["config", /^https_ports?$/], matters: (access) => !isHttps(access) },
  { ...otherService, place: ["config", "ssh_port"] },
  { ...otherService, place: ["modbus", "port"] },
  {
    place: ["config", /^(https_cert|certificates)$/],
    reason: "the certificate is the one this provider checks",
    rank: 5,
    matters: isHttps,
  },
  {
    // Whether the "other users" include tokens is not known (device.md section 3.11).
    place: ["config", /^allow_rest.*nonadmin/],
    reason: "it may end the access of tokens, and this provider logs in with one",
    rank: 7,
    matters: ({ usesPassword }) => !usesPassword,
    survives: isTrue,
  },
  {
    place: ["config", "hostname"],
    reason: "it changes the name by which this provider finds the device",
    rank: 3,
    survives: keepsName,
  },
  {
    place: ["auth", "realm"],
    reason: "every login with a password depends on the realm",
    rank: 1,
    matters: ({ usesPassword }) => usesPassword,
    after: () => ({ mayEnd: false }),
  },
  { place: ["network", "same_subnet_only"], reason: network, rank: 2, survives: (value) => value === false },
  { place: ["network", "wireless", "enabled"], reason: network, rank: 2, survives: isTrue },
  // Netmask and gateway are changed before anything that may move the device at once.
  { place: ["network", /^wire(d|less)$/, "protocol"], reason: network, rank: 4 },
  { place: ["network", "wired", "ip_address"], reason: "it changes the address of the device", rank: 3, after: moved },
  { place: ["network", "wireless", /^(?!enabled$)/], reason: network, rank: 2 },
  { place: ["network", "wired", /^/], reason: network, rank: 2 },
  { place: ["network", /^(?!(same_subnet_only|wired|wireless)$)/], reason: network, rank: 2 },
];

/** Why a request may end our own access, as a clause; `undefined` if it does not. */
export function accessLoss(request: WriteRequest, access: OwnAccess): string | undefined {
  return dependencies.find((dependency) => isEndangered(dependency, request, access))?.reason;
}

function isEndangered(
  { place, matters, survives, mayGo }: Dependency,
  request: WriteRequest,
  access: OwnAccess,
): boolean {
  const leaves = (effect: Effect) =>
    effect.kind === "set"
      ? survives?.(effect.value, access) === true
      : mayGo === true && (effect.kind === "lost" || effect.kind === "removed");
  return matters?.(access) !== false && !effectsOn(request, place).every(leaves);
}

/** How surely a change at a path ends our own access, for ordering changes; 0 = it is unrelated. */
export function accessRank(path: readonly Segment[]): number {
  const request = { method: "DELETE", segments: path } as const;
  return Math.max(0, ...dependencies.flatMap(({ place, rank }) => (effectsOn(request, place).length > 0 ? rank : [])));
}

/** Why a plan with this value is rejected without `allowLockout`, if the value alone is certain to end our access. */
export function certainLockout(path: string, desired: Json | undefined): string | undefined {
  const [rest] = dependencies as [Dependency];
  const request = { method: "PUT", segments: devicePath.parse(path).segments, value: desired } as const;
  const isCertain = desired !== undefined && isEndangered(rest, request, { url: "", usesPassword: true });
  return isCertain ? `${rest.reason}; set \`allowLockout: true\` to allow it` : undefined;
}

/** The changes that may end our access. */
export async function lockoutsOf(context: AccessContext, changes: readonly TreeChange[]): Promise<Lockout[]> {
  const found = changes.flatMap(leaves).map(async (change) => {
    const dependency = sameJson(change.desired, change.present) ? undefined : endangeredBy(change, context);
    if (!dependency) {
      return [];
    }
    const after = await dependency.after?.(change, context);
    const { reason, rank } = dependency;
    return [{ reason, rank, addresses: [context.device.url], mayEnd: true, ...after }];
  });
  return (await Promise.all(found)).flat();
}

function endangeredBy({ path, desired, present }: TreeChange, { device, account }: AccessContext) {
  const request = { method: "PUT", segments: devicePath.parse(path).segments, value: desired } as const;
  const ports = portsOf(present);
  const found = {
    // None that are known are not the same as none that could be lost.
    ports: ports.length > 0 ? ports : undefined,
    hostname: typeof present === "string" ? present : undefined,
  };
  const access = { url: device.url, usesPassword: account.username !== undefined, ...found };
  return dependencies.find((dependency) => isEndangered(dependency, request, access));
}

/** The single values of a change: an object's members are compared one by one; an empty object is itself a value. */
export function leaves({ path, desired, present }: TreeChange): TreeChange[] {
  if (!isJsonObject(desired) || Object.keys(desired).length === 0) {
    return [{ path, desired, present }];
  }
  return Object.entries(desired).flatMap(([name, value]) =>
    leaves({ path: below(path, name), desired: value, present: memberOf(present, name) }),
  );
}

/** The path of a member, without slashes at its ends. */
function below(path: string, name: string): string {
  return String(devicePath.parse(path).join(name)).replace(/\/$/, "");
}

/** If the address is the one we use, we follow it; behind a router, the one we use is not the device's own. */
function moved({ desired, present }: TreeChange, { device: { url } }: AccessContext): Partial<Lockout> {
  const there = new URL(url);
  if (typeof desired !== "string" || there.hostname !== present) {
    return {};
  }
  there.hostname = desired;
  return { addresses: [there.origin, url], mayEnd: false };
}

function keepsPort(value: Json, access: OwnAccess): boolean {
  const left = portsOf(value);
  return left.includes(ownPort(access)) || access.ports?.every((one) => left.includes(one)) === true;
}

/** A device reached by an address, or by a name that is not its own, is still found after its own name changes. */
function keepsName(value: Json, { url, hostname }: OwnAccess): boolean {
  const host = new URL(url).hostname.replace(/^\[|\]$/g, "");
  const isOwn = hostname === undefined || firstLabel(hostname) === firstLabel(host);
  return isIP(host) !== 0 || !isOwn || firstLabel(String(value)) === firstLabel(host);
}

function firstLabel(name: string): string | undefined {
  return name.toLowerCase().split(".")[0];
}

async function otherPort(
  { desired, present }: TreeChange,
  { device }: AccessContext,
  other: "http" | "https",
): Promise<Partial<Lockout>> {
  const left = portsOf(desired);
  const own = ownPort(device);
  if (!portsOf(present).includes(own)) {
    const reason = `this provider connects to port ${own}, which is none of the device's, so the port behind it may be removed`;
    return { reason };
  }
  const { protocol, hostname } = new URL(device.url);
  const elsewhere = left.length > 0 ? [] : portsOf(memberOf(await device.read("config/", []), `${other}_ports`));
  const addresses = [
    ...left.map((one) => `${protocol}//${hostname}:${one}`),
    ...elsewhere.map((one) => `${other}://${hostname}:${one}`),
  ];
  return {
    reason: `port ${own} is the one that this provider connects to`,
    addresses: addresses.map((address) => new URL(address).origin),
    mayEnd: left.length === 0,
  };
}

function ownPort({ url }: { readonly url: string }): number {
  return Number(new URL(url).port || (isHttps({ url }) ? 443 : 80));
}

function portsOf(value: unknown): number[] {
  const list = Array.isArray(value) ? value : [value];
  return list.filter((one): one is number => typeof one === "number");
}
