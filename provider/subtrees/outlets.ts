/**
 * `relay/outlets/` as a device has it, an array in which outlet 1 has index 0:
 * `[{"name": "Argon", "state": false, "transient_state": false, "physical_state": false, "locked": false,
 *    "critical": false, "cycle_delay": null}, ...]`
 * Four independent captures of real devices show this form (device.md section 3.1).
 */
import * as z from "zod";
import {
  type DevicePath,
  devicePath,
  InvalidInputError,
  type Json,
  LockedOutletError,
  memberOf,
  NotSupportedError,
} from "../client";
import type { Context } from "../runtime/context";
import { understand } from "../runtime/decode";
import type { DeviceView } from "../runtime/device-view";
import { isElementOf, isEmptyTable, kindOf, mostOutlets } from "../runtime/tree/known";
import { type Elements, ifShown, listIn, notUnderstoodError } from "../runtime/tree/read";

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

/** An outlet under the names of our inputs and outputs. A member that the device does not report is left out. */
export interface OutletState {
  name?: string | undefined;
  state?: boolean | undefined;
  critical?: boolean | undefined;
  cycleDelaySeconds?: number | null | undefined;
  transientState?: boolean | undefined;
  physicalState?: boolean | undefined;
  locked?: boolean | undefined;
}

/** The inputs of an outlet that are written to the device, and the device's names for them. */
export const outletMembers = {
  name: "name",
  critical: "critical",
  cycleDelaySeconds: "cycle_delay",
  state: "state",
} as const;

/** An outlet's JSON under our names. */
function outletFromWire(device: DeviceView, number: number, entry: Json): OutletState {
  if (!isElementOf(String(outletsPath), entry)) {
    throw notUnderstoodError(device, String(outletPath(number)), `${kindOf(entry)} instead of an outlet`);
  }
  const wire = understand(device, outletPath(number), wireOutlet, entry);
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
 * Whether an outlet is on, by the first of these that the device shows: its transient state, its relay, its persistent
 * state. `undefined` if it shows none of them.
 */
export function isOn({ transientState, physicalState, state }: OutletState): boolean | undefined {
  return transientState ?? physicalState ?? state;
}

/** Reads one outlet; `undefined` when the device has no outlet of this number. */
export async function readOutlet(context: Context, number: number): Promise<OutletState | undefined> {
  const entry = await readEntry(context, number);
  return entry === undefined ? undefined : outletFromWire(context.device, number, entry);
}

/**
 * All outlets that this login may read, by number. How a device shows outlets to a user without access to them is not
 * known: an empty entry, a list without them, a refused list and a refused element all mean "no access" rather than
 * "not there".
 * @param needed Numbers that must be among them, if the device has outlets with these numbers. Default: none.
 * @throws ForbiddenError for a needed outlet to which this login has no access.
 */
export async function readAllOutlets(
  context: Context,
  needed: readonly number[] = [],
): Promise<Map<number, OutletState>> {
  const { device } = context;
  const listing = await readListing(context);
  if (listing === undefined || !listing.isNumbered) {
    return needed.length > 0 ? readEach(context, needed, listing) : readAccessible(context, listing);
  }
  const found = new Map<number, OutletState>();
  for (const [index, entry] of listing.all) {
    const number = Number(index) + 1;
    if (!isHidden(entry)) {
      found.set(number, outletFromWire(device, number, entry));
    }
  }
  // Throws for one that exists but is hidden from this login.
  await readEach(
    context,
    needed.filter((one) => !found.has(one)),
    listing,
  );
  return found;
}

/** All outlets that this login may switch; a device may show it others as well. */
export async function readAccessibleOutlets(context: Context): Promise<Map<number, OutletState>> {
  const found = await readAllOutlets(context);
  const access = await ownOutletAccess(context);
  return new Map([...found].filter(([number]) => !access.isDenied(number)));
}

async function readEach(
  context: Context,
  numbers: readonly number[],
  listing: Listing | undefined,
): Promise<Map<number, OutletState>> {
  const found = new Map<number, OutletState>();
  for (const number of numbers) {
    const entry = await entryIn(context, listing, number);
    if (entry !== undefined) {
      found.set(number, outletFromWire(context.device, number, entry));
    }
  }
  return found;
}

/**
 * Reads the outlets that this login has access to or, if the device does not list these, tries numbers until as many
 * are found as the unnumbered list shows.
 */
async function readAccessible(context: Context, listing: Listing | undefined): Promise<Map<number, OutletState>> {
  const { listed } = await ownOutletAccess(context);
  const numbers = listed.flatMap((allowed, index) => (allowed ? [index + 1] : []));
  if (numbers.length > 0) {
    return readEach(context, numbers, listing);
  }
  const found = new Map<number, OutletState>();
  for (let number = 1; number <= mostOutlets && found.size < (listing?.size ?? 0); number++) {
    const entry = await ifShown(context.device.get(outletPath(number)));
    if (entry !== undefined && !isHidden(entry)) {
      found.set(number, outletFromWire(context.device, number, entry));
    }
  }
  if (found.size === 0) {
    throw context.device.missingRightError(outletsPath);
  }
  return found;
}

/** How many outlets the device has, as far as this login sees; at least as many as `known`. */
export async function outletCount(context: Context, known: number): Promise<number> {
  return Math.max(known, (await readListing(context, []))?.size ?? 0);
}

/** The list of outlets as the device shows it to this login. */
interface Listing extends Pick<Elements, "all"> {
  /** How many places it has, at least. */
  readonly size: number;
  /** Whether the device has no more outlets than that. */
  readonly isWhole: boolean;
  /** Whether a place in it stands for an outlet's number, rather than for the next outlet that this login may see. */
  readonly isNumbered: boolean;
}

/** @returns `undefined` when this login may not read the list. */
async function readListing(context: Context, of?: DevicePath | DevicePath[]): Promise<Listing | undefined> {
  const { account, device } = context;
  const value = await ifShown(device.read(outletsPath, of));
  if (value === undefined) {
    return undefined;
  }
  const isLimited = !account.isFactoryAdmin;
  if (isLimited && Array.isArray(value) && value.length > 0 && value.every(isHidden)) {
    const all = new Map(value.map((entry, index) => [String(index), entry]));
    return { all, size: value.length, isNumbered: true, isWhole: true };
  }
  const { all, hidden } = listIn(device, String(outletsPath), value);
  if (!isLimited && !all.has("0")) {
    // Nothing is hidden from the administrator, so this device may count in another way.
    throw notUnderstoodError(device, String(outletsPath), "a list of outlets without the first one");
  }
  const size = Math.max(...[...all.keys()].map(Number)) + 1;
  const isWhole = !isLimited || (Array.isArray(value) && hidden > 0) || (await isAll(context, size));
  return { all, size, isNumbered: isWhole || !Array.isArray(value), isWhole };
}

/** Whether a list of this size holds all outlets, judging by what the device says about this login's rights. */
async function isAll(context: Context, size: number): Promise<boolean> {
  const access = await ownOutletAccess(context);
  return access.isAll || access.listed.length === size || context.device.seesAll(outletsPath);
}

/** The outlet's JSON; `undefined` when there is no such outlet. */
async function readEntry(context: Context, number: number): Promise<Json | undefined> {
  return entryIn(context, await readListing(context, outletPath(number)), number);
}

/** The outlet's JSON from the list or, if that does not show it under its number, by itself. */
async function entryIn(context: Context, listing: Listing | undefined, number: number): Promise<Json | undefined> {
  const { device } = context;
  const listed = listing?.isNumbered ? listing.all.get(String(number - 1)) : undefined;
  if (listed !== undefined) {
    if (isHidden(listed)) {
      throw device.missingRightError(outletPath(number));
    }
    return listed;
  }
  const alone = await ifShown(device.get(outletPath(number)));
  if (alone !== undefined) {
    return alone;
  }
  // 403 or 404 does not prove that the outlet is missing; the number of outlets in a list or in `cred/` does.
  const count = listing?.isWhole ? listing.size : (await ownOutletAccess(context)).listed.length;
  if (count > 0 && number > count) {
    return undefined;
  }
  throw device.missingRightError(outletPath(number));
}

function isHidden(entry: Json): boolean {
  return entry === null || isEmptyTable(entry);
}

/** Which outlets our account may switch, as far as the device says. Administrators and tokens are not limited here. */
interface OutletAccess {
  /** Whether it may switch each outlet, outlet 1 first; empty when the device does not list them. */
  readonly listed: readonly boolean[];
  /** Whether the device says that it may switch all of them. */
  readonly isAll: boolean;
  /** Whether the device says that it must not switch this outlet. */
  readonly isDenied: (number: number) => boolean;
}

export async function ownOutletAccess({ account, device }: Context): Promise<OutletAccess> {
  const isLimited = account.username !== undefined && !account.isFactoryAdmin;
  const cred = isLimited ? await ifShown(device.read("cred/")) : undefined;
  const isAdmin = memberOf(cred, "is_admin") === true;
  const access = isAdmin ? undefined : memberOf(cred, "outlet_access");
  // A device may also say `false` for none.
  const listed = Array.isArray(access) ? access.map((allowed) => allowed === true) : [];
  const isAll = account.isFactoryAdmin || isAdmin || access === true;
  return { listed, isAll, isDenied: (number) => access === false || listed[number - 1] === false };
}

/**
 * Refuses outlet numbers that the device does not have, if it shows this login how many it has.
 * @param named What names them, for the message.
 * @param known How many it has; 0 if that is not known.
 * @throws InvalidInputError
 */
export async function requireOutlets(
  context: Context,
  named: string,
  numbers: readonly number[],
  known = 0,
): Promise<void> {
  const highest = Math.max(0, ...numbers);
  if (highest === 0) {
    return;
  }
  const count = known || (await wholeCount(context));
  if (count > 0 && highest > count) {
    throw new InvalidInputError({
      device: context.device.name,
      message: `${named} names outlet ${highest}, but this device has ${count}`,
      remedy: fromOne,
    });
  }
}

/** How many outlets the device has; 0 if it does not tell this login. */
async function wholeCount(context: Context): Promise<number> {
  const listing = await readListing(context, []);
  return listing?.isWhole ? listing.size : (await ownOutletAccess(context)).listed.length;
}

/** @param count How many the device has, as far as this login sees. */
export function noSuchOutletError(device: DeviceView, number: number, count = 0): NotSupportedError {
  return new NotSupportedError({
    device: device.name,
    method: "GET",
    path: String(outletsPath),
    message: `this device has no outlet ${number}${count > 0 && count < number ? `; it has ${count}` : ""}`,
    remedy: fromOne,
  });
}

const fromOne = "Outlets are numbered from 1, as printed on the case.";

/** @param message What cannot be done because outlet `number` is locked. */
export function lockedOutletError(device: DeviceView, number: number, message: string): LockedOutletError {
  return new LockedOutletError({
    device: device.name,
    path: String(outletPath(number)),
    message,
    remedy: `An outlet cannot be unlocked through the REST API: use the device's keypad, or \`uom set relay/outlets/${number - 1}/locked false\` over SSH.`,
  });
}

/** `outlet 3`, `outlets 3 and 4`, for messages. */
export function outletList(numbers: readonly number[]): string {
  const all = numbers.map(String);
  const last = all.pop();
  return all.length === 0 ? `outlet ${last}` : `outlets ${all.join(", ")} and ${last}`;
}
