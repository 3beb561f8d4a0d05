/**
 * One owner for each thing on a device across all providers of a program. Each `dli.Provider` is a process of its own that
 * knows nothing about the others, so the program compares what it can see: plain addresses and identifying inputs.
 */
import * as pulumi from "@pulumi/pulumi";
import { variableOf } from "../provider/devices/configuration/variables";
import { folded, foldedAddress } from "../provider/runtime/folding";

type Arguments = Readonly<Record<string, unknown>>;

/** A resource that is compared with those of other providers. */
export interface Owning {
  readonly type: string;
  readonly name: string;
  /** Names of the inputs that identify it among others of its type. */
  readonly keys: readonly string[];
  /** Whether it is created on the device, which may spell its keys differently. */
  readonly isMade: boolean;
  readonly args: Arguments;
}

const argumentsOf = new WeakMap<object, { readonly name: string; readonly args: Arguments }>();

/** Who owns a thing, and through which provider; keyed by address and thing. */
type Owners = Map<string, { readonly provider: object | undefined; readonly label: string }>;

/** One entry per run of a program: the Automation API runs several in one process, one after the other. */
const ownersOfRun = new WeakMap<object, Owners>();

/** Remembers at which addresses a provider of the program reaches its devices. */
export function noteProvider(provider: object, name: string, args: object): void {
  argumentsOf.set(provider, { name, args: args as Arguments });
}

/** @throws RunError if a resource of another provider owns the same thing at the same address. */
export function refuseSecondOwner(owning: Owning, options: pulumi.CustomResourceOptions): void {
  const { type, name, args } = owning;
  const provider = options.provider ?? options.parent?.getProvider(`dli:index:${type}`);
  const address = addressOf(provider, args["device"] ?? "default");
  const run = pulumi.runtime.getMonitor();
  if (address === undefined || run === undefined) {
    return;
  }
  const owners: Owners = ownersOfRun.get(run) ?? new Map();
  ownersOfRun.set(run, owners);
  for (const { thing, sameAs } of thingsOf(owning)) {
    const key = JSON.stringify([address, sameAs]);
    const other = owners.get(key);
    const label = `${type} "${name}"`;
    if (other !== undefined && other.provider !== provider) {
      throw new pulumi.RunError(
        `${thing} at ${address} is declared by ${other.label} and by ${label} through two providers; keep one of them.`,
      );
    }
    owners.set(key, { provider, label });
  }
}

interface Thing {
  /** For messages: `Outlet 3`. */
  readonly thing: string;
  /** What all of its spellings have in common. */
  readonly sameAs: readonly unknown[];
}

/** What a resource owns; nothing if its identity is not known yet. */
function thingsOf({ type, keys, isMade, args }: Owning): Thing[] {
  const identity = keys.map((key) => args[key]);
  if (!identity.every(isPlain)) {
    return [];
  }
  const trimmed = identity.map((value) => String(value).replace(/^\/+|\/+$/g, ""));
  const sameAs = [type, ...(isMade ? identity.map(foldedKey) : trimmed)];
  const { outlets } = args;
  const isMap =
    type === "Outlets" && typeof outlets === "object" && outlets !== null && !pulumi.Output.isInstance(outlets);
  return [
    { thing: [type, ...trimmed].join(" "), sameAs },
    ...(isMap ? Object.keys(outlets).map((one) => ({ thing: `Outlet ${one}`, sameAs: ["Outlet", one] })) : []),
  ];
}

/** A name, or an AutoPing item's addresses as a sorted set, without what a device may normalise away. */
function foldedKey(key: unknown): unknown {
  return Array.isArray(key)
    ? [...new Set(key.map((address) => foldedAddress(String(address))))].sort()
    : folded(String(key));
}

function isPlain(value: unknown): boolean {
  return typeof value === "string" || typeof value === "number" || (Array.isArray(value) && value.every(isPlain));
}

/** Scheme, host and port at which a provider reaches a device; `undefined` if the URL is an output. */
function addressOf(provider: pulumi.ProviderResource | undefined, device: unknown): string | undefined {
  const given = provider && argumentsOf.get(provider);
  if (typeof device !== "string" || (provider !== undefined && given === undefined)) {
    return undefined;
  }
  const url = given ? urlOf(given, device) : defaultUrl(device);
  try {
    return typeof url === "string" ? new URL(url).origin : undefined;
  } catch {
    return undefined;
  }
}

function urlOf({ name, args }: { readonly name: string; readonly args: Arguments }, device: string): unknown {
  const { devices, url } = args;
  const entry = (devices as Readonly<Record<string, Arguments>> | undefined)?.[device];
  const named = device === "default" ? name : device;
  return givenIn(variableOf(named, "url")) ?? entry?.["url"] ?? url;
}

/** The value of an environment variable; an empty one gives nothing. */
function givenIn(variable: string): string | undefined {
  const value = process.env[variable];
  return value === "" ? undefined : value;
}

function defaultUrl(device: string): string | undefined {
  // Other devices are in `dli:devices`; their provider sees all of them.
  return device === "default" ? (givenIn("DLI_URL") ?? new pulumi.Config("dli").get("url")) : undefined;
}
