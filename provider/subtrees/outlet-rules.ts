/** What holds for an outlet however it is declared: its settings, what is refused, and when it has settled. */
import * as z from "zod";
import { InvalidInputError, isForbiddenError, LockedOutletError, NotSupportedError } from "../client";
import type { Context } from "../runtime/context";
import { type Desired, instruction, managed } from "../schema/inputs";
import { type OutletState, outletMembers, outletPath, outletsPath, ownAccess } from "./outlets";

/** Added to what the device's own delays allow, because its answers lag behind the relays by a second or more. */
const settleSlackMilliseconds = 10_000;
/** Taken for a delay that this login may not read, in seconds. */
const assumedDelaySeconds = 10;

/** Everything about one outlet besides its number. */
export const outletSettings = {
  name: managed(
    z.string().min(1),
    "The outlet's name. Some devices take at most 16 characters and refuse a longer one.",
  ),
  state: managed(
    z.boolean(),
    "The persistent state: true is on. It is switched at once and comes back after a reboot of the device.",
  ),
  critical: managed(z.boolean(), "Whether the device's web page asks before switching the outlet off."),
  cycleDelaySeconds: managed(
    z.number().min(0).nullable(),
    "How long the outlet stays off when it is cycled, in seconds; null = the device's own `cycleDelaySeconds`.",
  ),
  enforce: instruction(
    z.enum(["persistent", "physical"]),
    "persistent",
    "What has to match `state`: the `persistent` state alone, or the `physical` relay as well, so that an outlet which somebody switched until the next reboot counts as drift.",
  ),
  waitForPhysical: instruction(
    z.boolean(),
    true,
    "Whether a change of `state` waits until the relay has followed; the device's sequence delay can make that take a while.",
  ),
  protectFromOff: instruction(z.boolean(), false, "Refuses every plan that would switch this outlet off."),
};

/** An outlet as it is declared. */
export type DesiredOutlet = Desired<typeof outletSettings>;

/** Why an outlet's declaration contradicts itself, or `undefined`. */
export function protectionProblem({ state, protectFromOff }: Partial<DesiredOutlet>): string | undefined {
  return state === false && protectFromOff === true
    ? "protectFromOff is true, so this outlet may not be switched off"
    : undefined;
}

/**
 * Refuses what the outlet's present state shows to be impossible. `observed` is undefined where there is no outlet.
 * Gives back whether the outlet is going to be switched.
 */
export function guardOutlet(
  context: Context,
  number: number,
  wanted: DesiredOutlet,
  observed: OutletState | undefined,
): boolean {
  if (!observed) {
    throw noSuchOutlet(context, number);
  }
  const missing = (Object.keys(outletMembers) as (keyof typeof outletMembers)[]).find(
    (name) => wanted[name] !== undefined && observed[name] === undefined,
  );
  if (missing) {
    throw notShown(context, number, missing);
  }
  const switches = wanted.state !== undefined && !follows(observed, wanted);
  if (switches && observed.locked) {
    throw locked(context, number, wanted.state === true);
  }
  if (switches && wanted.state === false && wanted.protectFromOff) {
    throw new InvalidInputError({
      device: context.device.name,
      message: `outlet ${number} is protected by protectFromOff and would be switched off`,
      remedy: "Set protectFromOff to false first if that is meant.",
      outcome: "notSent",
    });
  }
  return switches;
}

/**
 * Refuses to switch outlets that our account has no access to: a device may show them all the same, and a matrix write
 * may pass over them without a word.
 */
export async function requireAccess(context: Context, switched: readonly number[]): Promise<void> {
  if (switched.length === 0 || context.account.isFactoryAdmin) {
    return;
  }
  const access = await ownAccess(context);
  const denied = switched.find((number) => access === false || access[number - 1] === false);
  if (denied !== undefined) {
    throw context.device.missingRight(outletPath(denied));
  }
}

/** Whether everything that `enforce` asks for stands at the wanted state. */
export function follows(observed: OutletState, wanted: Partial<DesiredOutlet>): boolean {
  if (observed.state !== wanted.state) {
    return false;
  }
  if (wanted.enforce !== "physical") {
    return true;
  }
  return [observed.transientState, observed.physicalState].every(
    (state) => state === undefined || state === wanted.state,
  );
}

/** The outlet's state as it counts for `enforce`. */
export function enforcedState(observed: OutletState, wanted: Partial<DesiredOutlet>): boolean | undefined {
  const isEnforced = wanted.state !== undefined && wanted.enforce === "physical";
  return isEnforced && !follows(observed, wanted) ? !wanted.state : observed.state;
}

/** Whether the relay has yet to follow. One that this login may not see is not waited for. */
export function isMoving(observed: OutletState, wanted: DesiredOutlet): boolean {
  const { physicalState } = observed;
  return wanted.waitForPhysical && physicalState !== undefined && physicalState !== wanted.state;
}

/** How long relays may take to follow, as the device's own delays allow. */
export async function relayMilliseconds(
  context: Context,
  count: number,
  cycleDelays: readonly (number | null | undefined)[],
): Promise<number> {
  const sequenceDelay = await delaySeconds(context, "relay/sequence_delay/");
  const own = cycleDelays.filter((delay) => typeof delay === "number");
  const cycleDelay = own.length === cycleDelays.length ? 0 : await delaySeconds(context, "relay/cycle_delay/");
  return (sequenceDelay * count + Math.max(cycleDelay, ...own)) * 1000 + settleSlackMilliseconds;
}

async function delaySeconds(context: Context, path: string): Promise<number> {
  try {
    const delay = await context.device.read(path);
    return typeof delay === "number" ? delay : 0;
  } catch (error) {
    if (isForbiddenError(error)) {
      return assumedDelaySeconds;
    }
    throw error;
  }
}

function noSuchOutlet(context: Context, number: number): NotSupportedError {
  return new NotSupportedError({
    device: context.device.name,
    method: "GET",
    path: String(outletsPath),
    message: `this device has no outlet ${number}`,
    remedy: "Outlets are numbered from 1, as printed on the case.",
    outcome: "notSent",
  });
}

/** A member may be missing from the device, or be hidden from a token that has no scope for it. */
function notShown(context: Context, number: number, name: keyof typeof outletMembers): Error {
  if (context.account.tokenClient !== undefined) {
    return context.device.missingRight(outletPath(number, outletMembers[name]));
  }
  return new NotSupportedError({
    device: context.device.name,
    method: "GET",
    path: String(outletPath(number)),
    message: `this device does not report \`${name}\` for its outlets`,
    remedy: `Leave \`${name}\` out for this device.`,
    outcome: "notSent",
  });
}

function locked(context: Context, number: number, on: boolean): LockedOutletError {
  return new LockedOutletError({
    device: context.device.name,
    method: "PUT",
    path: String(outletPath(number, "state")),
    message: `outlet ${number} is locked, so it cannot be switched ${on ? "on" : "off"}`,
    remedy: `The REST-style API cannot unlock it: use the device's keypad, or \`uom set relay/outlets/${number - 1}/locked false\` over SSH.`,
    outcome: "notSent",
  });
}
