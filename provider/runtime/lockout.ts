/**
 * Changes that may end this provider's own access to the device: which parts of the tree the access depends on, and how
 * the device is reached after such a change. `provider/lifecycle/access-change.ts` refuses them, or makes them last and
 * verifies them.
 */
import { devicePath, isJsonObject, type Json, memberOf, sameJson } from "../client";
import type { Context } from "./context";

/** One change that may end our own access. */
export interface Lockout {
  /** What the change does, a clause. */
  readonly reason: string;
  /** Where the device should respond to us afterwards, the likeliest address first; none when it should not at all. */
  readonly addresses: readonly string[];
  /** Whether it is expected, and no failure, that the device responds at none of them. */
  readonly mayEnd: boolean;
}

/** A value of the device's tree that is about to change. */
export interface TreeChange {
  /** Without slashes at its ends. */
  readonly path: string;
  readonly desired: Json;
  readonly present: Json | undefined;
}

interface Dependency {
  readonly path: RegExp;
  readonly judge: (context: Context, change: TreeChange) => Lockout | undefined | Promise<Lockout | undefined>;
}

/** The switch of the REST API: known by its beginning, beside the one for other users (device.md section 3.11). */
const restSwitch = /^config\/allow_rest(?!.*nonadmin)[^/]*$/;

/** What our access depends on. */
const dependencies: readonly Dependency[] = [
  {
    path: restSwitch,
    judge: (_context, { desired }) => (desired !== true ? { reason: certain, addresses: [], mayEnd: true } : undefined),
  },
  { path: /^config\/https?_ports?$/, judge: portLockout },
  {
    path: /^config\/https_cert$/,
    judge: ({ device: { url } }) =>
      url.startsWith("https:")
        ? { reason: "the certificate is the one this provider checks", addresses: [url], mayEnd: true }
        : undefined,
  },
  {
    path: /^auth\/realm$/,
    judge: ({ device, account }) =>
      account.username === undefined
        ? undefined
        : { reason: "every login with a password depends on the realm", addresses: [device.url], mayEnd: false },
  },
  { path: /^network\/same_subnet_only$/, judge: (context, { desired }) => networkLockout(context, desired !== false) },
  { path: /^network\/wireless\/enabled$/, judge: (context, { desired }) => networkLockout(context, desired !== true) },
  { path: /^network\/wired\/ip_address$/, judge: addressLockout },
  { path: /^network\//, judge: (context) => networkLockout(context, true) },
];

const certain = "disabling the REST API would lock this provider out";

/** Whether our access depends on what is at a path. */
export function isOwnAccess(path: string): boolean {
  return dependencies.some((dependency) => dependency.path.test(path));
}

/** Why a plan with this value is rejected without `allowLockout`: it ends our access whatever the device has now. */
export function certainLockout(path: string, desired: unknown): string | undefined {
  const isCertain = restSwitch.test(path) && desired !== undefined && desired !== true;
  return isCertain ? `${certain}; set \`allowLockout: true\` to allow it` : undefined;
}

/** The changes that may end our access. */
export async function lockoutsOf(context: Context, changes: readonly TreeChange[]): Promise<Lockout[]> {
  const found = changes.flatMap(leaves).flatMap((change) => {
    if (sameJson(change.desired, change.present)) {
      return [];
    }
    const dependency = dependencies.find(({ path }) => path.test(change.path));
    return dependency ? [dependency.judge(context, change)] : [];
  });
  return (await Promise.all(found)).filter((lockout) => lockout !== undefined);
}

/** The single values of a change: of an object its members, which are written one by one. An empty one is a value itself. */
export function leaves({ path, desired, present }: TreeChange): TreeChange[] {
  if (!isJsonObject(desired) || Object.keys(desired).length === 0) {
    return [{ path, desired, present }];
  }
  return Object.entries(desired).flatMap(([name, value]) =>
    leaves({ path: below(path, name), desired: value, present: memberOf(present, name) as Json | undefined }),
  );
}

/** Without slashes at its ends. */
function below(path: string, name: string): string {
  return String(devicePath.parse(path).join(name)).replace(/\/$/, "");
}

function networkLockout({ device: { url } }: Context, narrows: boolean): Lockout | undefined {
  return narrows
    ? { reason: "it changes the network through which this provider connects", addresses: [url], mayEnd: true }
    : undefined;
}

function addressLockout({ device: { url } }: Context, { desired, present }: TreeChange): Lockout {
  const moved = new URL(url);
  const isOurs = typeof desired === "string" && moved.hostname === present;
  if (isOurs) {
    moved.hostname = desired;
  }
  return {
    reason: "it changes the address of the device",
    addresses: isOurs ? [moved.origin, url] : [url],
    mayEnd: !isOurs,
  };
}

async function portLockout(context: Context, { path, desired, present }: TreeChange): Promise<Lockout | undefined> {
  const { protocol, hostname, port } = new URL(context.device.url);
  const scheme = path.startsWith("config/https_") ? "https:" : "http:";
  if (protocol !== scheme) {
    return undefined;
  }
  const [left, before] = [portsOf(desired), portsOf(present)];
  const own = Number(port || (scheme === "https:" ? 443 : 80));
  if (left.includes(own) || before.every((one) => left.includes(one))) {
    return undefined;
  }
  if (!before.includes(own)) {
    const reason = `this provider connects to port ${own}, which is none of the device's, so the port behind it may be removed`;
    return { reason, addresses: [context.device.url], mayEnd: true };
  }
  const other = scheme === "https:" ? "http" : "https";
  const elsewhere =
    left.length > 0 ? [] : portsOf(memberOf(await context.device.read("config/", []), `${other}_ports`));
  const addresses = [
    ...left.map((one) => `${scheme}//${hostname}:${one}`),
    ...elsewhere.map((one) => `${other}://${hostname}:${one}`),
  ];
  return {
    reason: `port ${own} is the one that this provider connects to`,
    addresses: addresses.map((address) => new URL(address).origin),
    mayEnd: left.length === 0,
  };
}

function portsOf(value: unknown): number[] {
  const list = Array.isArray(value) ? value : [value];
  return list.filter((port): port is number => typeof port === "number");
}
