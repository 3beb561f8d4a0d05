/** Rules for an outlet, however it is declared: its settings, what is refused, and when its relay has followed. */
import * as z from "zod";
import { InvalidInputError, isForbiddenError, NotSupportedError } from "../client";
import type { Context } from "../runtime/context";
import type { DeviceView } from "../runtime/device-view";
import { requestTo } from "../runtime/gate/effect";
import { readValue } from "../runtime/tree/read";
import { type Desired, instruction, managed } from "../schema/inputs";
import { memberNames } from "../schema/member-names";
import { orWord } from "../schema/null-word";
import {
  isOn,
  lockedOutletError,
  noSuchOutletError,
  type OutletState,
  outletCount,
  outletMembers,
  outletPath,
  ownOutletAccess,
} from "./outlets";

/** Added to what the device's own delays allow, because what it reports lags behind the relays by a second or more. */
const relaySlackMilliseconds = 10_000;
/** Assumed for a delay that this login may not read, in seconds. */
const assumedDelaySeconds = 10;

/** Everything about one outlet besides its number. */
export const outletSettings = {
  name: managed(z.string().min(1), "The outlet's name. Some devices reject names longer than 16 characters.", {
    isShownInErrors: true,
  }),
  state: managed(
    z.boolean(),
    "The persistent state: true is on. A change switches the outlet immediately, and the state survives a reboot of the device.",
  ),
  critical: managed(z.boolean(), "Whether the device's web page asks before switching the outlet off."),
  cycleDelaySeconds: managed(
    orWord(z.number().min(0), "default"),
    "How long the outlet stays off when it is cycled, in seconds; `default` (or null) = the `cycleDelaySeconds` of the device's Relay.",
  ),
  enforce: instruction(
    z.enum(["persistent", "physical"]),
    "persistent",
    "What must match `state`: only the `persistent` state, or the `physical` relay too, so that an outlet which was switched until the next reboot counts as drift.",
  ),
  waitForPhysical: instruction(
    z.boolean(),
    true,
    "Whether a change of `state` waits until the relay has followed, which may take a while because of the device's sequence delay.",
  ),
  protectFromOff: instruction(
    z.boolean(),
    false,
    "Rejects every plan that would switch this outlet off, and every request of the same run that would switch off, cycle or reboot it away. It cannot see resources that are registered after the request, are left out by `--target`, or belong to other programs: `dli:protectedOutlets` in the configuration covers these, too.",
  ),
};

/** How messages describe a protected outlet, whichever setting protects it. */
export const protectedClause = "protected by protectFromOff or dli:protectedOutlets";

/** An outlet as it is declared. */
export type DesiredOutlet = Desired<typeof outletSettings>;

/** Why an outlet's declaration contradicts itself, or `undefined`. */
export function protectionProblem({ state, protectFromOff }: Partial<DesiredOutlet>): string | undefined {
  return state === false && protectFromOff === true
    ? "protectFromOff is true, so this outlet must not be switched off"
    : undefined;
}

/**
 * Refuses what the outlet's present state or its protection rules out, and returns whether the outlet will be switched.
 * @param observed `undefined` if there is no such outlet.
 */
export async function guardOutlet(
  context: Context,
  number: number,
  desired: DesiredOutlet,
  observed: OutletState | undefined,
): Promise<boolean> {
  const { account, device, run } = context;
  if (!observed) {
    throw noSuchOutletError(device, number, await outletCount(context, 0));
  }
  const missing = memberNames(outletMembers).find(
    (name) => desired[name] !== undefined && observed[name] === undefined,
  );
  if (missing) {
    // A member may also be hidden from a token that has no scope for it.
    throw account.tokenClient === undefined
      ? notReportedError(device, number, missing)
      : device.missingRightError(outletPath(number, outletMembers[missing]));
  }
  const isSwitched = desired.state !== undefined && !follows(observed, desired);
  if (isSwitched && observed.locked) {
    const message = `outlet ${number} is locked, so it cannot be switched ${desired.state ? "on" : "off"}`;
    throw lockedOutletError(device, number, message);
  }
  const isProtected = desired.protectFromOff || run.protectedOutlets.has(device.name, number);
  if (isSwitched && desired.state === false && isProtected) {
    throw new InvalidInputError({
      device: device.name,
      message: `outlet ${number} is ${protectedClause} and would be switched off`,
      remedy: "Take the protection away first, where it is declared, if you want to switch it off.",
    });
  }
  if (isSwitched && desired.state === false) {
    // Judged before its name, or another outlet of the same resource, is written.
    await device.judge([requestTo("PUT", outletPath(number, "state"), false)]);
  }
  return isSwitched;
}

/**
 * Whether an outlet is on; with `persistent`, both until the next reboot and after it: `undefined` if these differ.
 * @throws if the device does not show that, or not to this login.
 */
export function requireIsOn(
  { account, device }: Context,
  number: number,
  outlet: OutletState,
  { persistent = false } = {},
): boolean | undefined {
  const [now, later] = [isOn(outlet), persistent ? outlet.state : isOn(outlet)];
  if (now !== undefined && later !== undefined) {
    return now === later ? now : undefined;
  }
  if (account.tokenClient !== undefined) {
    throw device.missingRightError(outletPath(number, persistent ? "state" : "transient_state"));
  }
  throw new NotSupportedError({
    device: device.name,
    method: "GET",
    path: String(outletPath(number)),
    message: `the device does not show whether outlet ${number} is on`,
    remedy: "Leave it out, log in as the admin, or update the device's firmware.",
  });
}

/**
 * Refuses to switch outlets to which our account has no access: a device may still show them, and a matrix write may
 * skip them silently.
 */
export async function requireAccess(context: Context, switched: readonly number[]): Promise<void> {
  if (switched.length === 0) {
    return;
  }
  const access = await ownOutletAccess(context);
  const denied = switched.find(access.isDenied);
  if (denied !== undefined) {
    throw context.device.missingRightError(outletPath(denied));
  }
}

/** Whether every state that `enforce` covers is the desired one. */
export function follows(observed: OutletState, desired: Partial<DesiredOutlet>): boolean {
  if (observed.state !== desired.state) {
    return false;
  }
  if (desired.enforce !== "physical") {
    return true;
  }
  return [observed.transientState, observed.physicalState].every(
    (state) => state === undefined || state === desired.state,
  );
}

/** The outlet's state as `enforce` judges it. */
export function enforcedState(observed: OutletState, desired: Partial<DesiredOutlet>): boolean | undefined {
  const isEnforced = desired.state !== undefined && desired.enforce === "physical";
  return isEnforced && !follows(observed, desired) ? !desired.state : observed.state;
}

/**
 * Whether the relay has yet to follow. A relay that this login may not see is not waited for, nor is one whose outlet has
 * not got the state that it should follow.
 */
export function isMoving({ state, physicalState }: OutletState, desired: DesiredOutlet): boolean {
  const isToFollow = desired.waitForPhysical && state === desired.state;
  return isToFollow && physicalState !== undefined && physicalState !== desired.state;
}

/** How long relays may take to follow, given the device's own delays. */
export async function relayMilliseconds(
  { device }: Context,
  count: number,
  cycleDelays: readonly (number | null | undefined)[],
): Promise<number> {
  const sequenceDelay = await delaySeconds(device, "relay/sequence_delay/");
  const own = cycleDelays.filter((delay) => typeof delay === "number");
  const cycleDelay = own.length === cycleDelays.length ? 0 : await delaySeconds(device, "relay/cycle_delay/");
  return (sequenceDelay * count + Math.max(cycleDelay, ...own)) * 1000 + relaySlackMilliseconds;
}

async function delaySeconds(device: DeviceView, path: string): Promise<number> {
  try {
    const delay = await readValue(device, path);
    return typeof delay === "number" ? delay : 0;
  } catch (error) {
    if (isForbiddenError(error)) {
      return assumedDelaySeconds;
    }
    throw error;
  }
}

function notReportedError(device: DeviceView, number: number, name: keyof typeof outletMembers): NotSupportedError {
  return new NotSupportedError({
    device: device.name,
    method: "GET",
    path: String(outletPath(number)),
    message: `this device does not report \`${name}\` for its outlets`,
    remedy: `Leave \`${name}\` out for this device.`,
  });
}
