/**
 * `relay/outlets/` as it stands on the unit, an array in which outlet 1 has index 0:
 * `[{"name": "Argon", "state": false, "transient_state": false, "physical_state": false, "locked": false,
 *    "critical": false, "cycle_delay": null}, ...]`
 * Four independent captures of real units show this form (device.md section 3.1).
 */
import { z } from "zod";
import { type DevicePath, devicePath, ForbiddenError, isForbiddenError, type Json } from "../device";
import type { Context } from "./context";
import { ifPresent, understand } from "./wire";

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

/** An outlet in the names of our inputs and outputs. A member that the unit does not report is left out. */
export interface OutletState {
  name?: string | undefined;
  state?: boolean | undefined;
  critical?: boolean | undefined;
  cycleDelaySeconds?: number | null | undefined;
  transientState?: boolean | undefined;
  physicalState?: boolean | undefined;
  locked?: boolean | undefined;
}

/** The inputs of an outlet that are written to the unit, and the member each is there. */
export const outletMembers = {
  name: "name",
  critical: "critical",
  cycleDelaySeconds: "cycle_delay",
  state: "state",
} as const;

/** Reads one outlet; `undefined` when the unit has no outlet of this number. */
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
 * The outlet's JSON. How a unit shows outlets to a user without access to them is not known, so an empty entry, a
 * refused array and a refused element all mean "no access", and none of them means "gone".
 */
async function readEntry(context: Context, number: number): Promise<Json | undefined> {
  const outlets = await ifAllowed(context.read(outletsPath, outletPath(number)));
  const listed = Array.isArray(outlets) ? outlets[number - 1] : undefined;
  if (listed === undefined) {
    const alone = await ifAllowed(ifPresent(context.read(outletPath(number))).then((value) => ({ value })));
    if (alone === undefined) throw noAccess(context, number);
    return alone.value;
  }
  if (listed === null || Object.keys(listed).length === 0) throw noAccess(context, number);
  return listed;
}

async function ifAllowed<T>(read: Promise<T>): Promise<T | undefined> {
  try {
    return await read;
  } catch (error) {
    if (isForbiddenError(error)) return undefined;
    throw error;
  }
}

function noAccess(context: Context, number: number): ForbiddenError {
  return new ForbiddenError({
    device: context.device,
    method: "GET",
    path: String(outletPath(number)),
    message: `user \`${context.username ?? "of this token"}\` has no access to outlet ${number}`,
    remedy: "Give the user access to this outlet, or log in as the admin.",
    outcome: "refused",
  });
}
