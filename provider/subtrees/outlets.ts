/**
 * `relay/outlets/` as it stands on the device, an array in which outlet 1 has index 0:
 * `[{"name": "Argon", "state": false, "transient_state": false, "physical_state": false, "locked": false,
 *    "critical": false, "cycle_delay": null}, ...]`
 * Four independent captures of real devices show this form (device.md section 3.1).
 */
import * as z from "zod";
import {
  type DevicePath,
  devicePath,
  isDliError,
  isForbiddenError,
  isNotFoundError,
  type Json,
  memberOf,
} from "../client";
import type { Context } from "../runtime/context";
import { understand } from "../runtime/decode";

export const outletsPath = devicePath("relay", "outlets");

/** Path of an outlet by the number printed on the case, or of one of its members. */
export function outletPath(number: number, ...members: string[]): DevicePath {
  return devicePath("relay", "outlets", number - 1, ...members);
}

const wireOutlet = z.object({
  name: z.string().optional(),
  state: z.boolean().optional(),
  transient_state: z.boolean().optional(),
  physical_state: z.boolean().optional(),
  locked: z.boolean().optional(),
  critical: z.boolean().optional(),
  cycle_delay: z.number().nullable().optional(),
});

/** An outlet in the names of our inputs and outputs. A member that the device does not report is left out. */
export interface OutletState {
  name?: string | undefined;
  state?: boolean | undefined;
  critical?: boolean | undefined;
  cycleDelaySeconds?: number | null | undefined;
  transientState?: boolean | undefined;
  physicalState?: boolean | undefined;
  locked?: boolean | undefined;
}

/** The inputs of an outlet that are written to the device, and the member each is there. */
export const outletMembers = {
  name: "name",
  critical: "critical",
  cycleDelaySeconds: "cycle_delay",
  state: "state",
} as const;

/** Reads one outlet; `undefined` when the device has no outlet of this number. */
export async function readOutlet(context: Context, number: number): Promise<OutletState | undefined> {
  const entry = await readEntry(context, number);
  return entry === undefined ? undefined : outletFromWire(context, number, entry);
}

/** An outlet's JSON in our names. */
export function outletFromWire(context: Context, number: number, entry: Json): OutletState {
  const wire = understand(context, outletPath(number), wireOutlet, entry);
  return {
    ...(wire.name !== undefined && { name: wire.name }),
    ...(wire.state !== undefined && { state: wire.state }),
    ...(wire.critical !== undefined && { critical: wire.critical }),
    ...(wire.cycle_delay !== undefined && { cycleDelaySeconds: wire.cycle_delay }),
    ...(wire.transient_state !== undefined && { transientState: wire.transient_state }),
    ...(wire.physical_state !== undefined && { physicalState: wire.physical_state }),
    ...(wire.locked !== undefined && { locked: wire.locked }),
  };
}

/**
 * All outlets that this login sees, by number. How a device shows outlets to a user without access to them is not known:
 * an empty entry, a refused array and a refused element all mean "no access", and none of them means "gone".
 * @param needed Numbers of those that must be among them, unless the device has none of that number.
 * @throws ForbiddenError for one of them to which this login has no access.
 */
export async function readAllOutlets(context: Context, needed: readonly number[]): Promise<Map<number, OutletState>> {
  const listing = await ifAllowed(context.device.read(outletsPath));
  const found = new Map<number, OutletState>();
  if (Array.isArray(listing)) {
    for (const [index, entry] of listing.entries()) {
      if (!isHidden(entry)) {
        found.set(index + 1, outletFromWire(context, index + 1, entry));
      } else if (needed.includes(index + 1)) {
        throw context.device.missingRight(outletPath(index + 1));
      }
    }
    return found;
  }
  const access = needed.length > 0 ? [] : (await ownAccess(context)) || [];
  const numbers = needed.length > 0 ? needed : access.flatMap((allowed, index) => (allowed ? [index + 1] : []));
  if (numbers.length === 0) {
    throw context.device.missingRight(outletsPath);
  }
  for (const number of numbers) {
    const outlet = await readOutlet(context, number);
    if (outlet) {
      found.set(number, outlet);
    }
  }
  return found;
}

/** How many outlets the device has, as far as this login sees; at least as many as `known`. */
export async function outletCount(context: Context, known: number): Promise<number> {
  const outlets = await ifAllowed(context.device.read(outletsPath, []));
  return Math.max(known, Array.isArray(outlets) ? outlets.length : 0);
}

/** The outlet's JSON; `undefined` when there is no such outlet. */
async function readEntry(context: Context, number: number): Promise<Json | undefined> {
  const outlets = await ifAllowed(context.device.read(outletsPath, outletPath(number)));
  const listed = Array.isArray(outlets) ? outlets[number - 1] : undefined;
  if (listed !== undefined) {
    if (isHidden(listed)) {
      throw context.device.missingRight(outletPath(number));
    }
    return listed;
  }
  const alone = await ifAllowed(context.device.read(outletPath(number)));
  if (alone !== undefined) {
    return alone;
  }
  // Neither refused nor missing says for certain whether there is such an outlet; who we are does.
  const count = Array.isArray(outlets) ? outlets.length : ((await ownAccess(context)) || []).length;
  if (count > 0 && number > count) {
    return undefined;
  }
  throw context.device.missingRight(outletPath(number));
}

function isHidden(entry: Json): boolean {
  return entry === null || Object.keys(entry).length === 0;
}

/** The value, or `undefined` where the device refuses it: by a status of its own, or as if there were no such thing. */
async function ifAllowed<T>(read: Promise<T>): Promise<T | undefined> {
  try {
    return await read;
  } catch (error) {
    if (isDliError(error) && (isForbiddenError(error) || isNotFoundError(error))) {
      return undefined;
    }
    throw error;
  }
}

/**
 * Which outlets the account that we log in with has access to; empty when the device does not say, false for none. An
 * administrator's entries are not looked at.
 */
export async function ownAccess(context: Context): Promise<boolean[] | false> {
  if (context.account.username === undefined) {
    return [];
  }
  const cred = await ifAllowed(context.device.read("cred/"));
  const access = memberOf(cred, "is_admin") === true ? undefined : memberOf(cred, "outlet_access");
  if (access === false) {
    return false;
  }
  return Array.isArray(access) ? access.map((allowed) => allowed === true) : [];
}
