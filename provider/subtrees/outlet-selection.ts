/** The outlets that an action is to act on: read afresh, and refused before anything is sent when one must not be touched. */
import { InvalidInputError, LockedOutletError, NotSupportedError } from "../client";
import type { Context } from "../runtime/context";
import type { Run } from "../runtime/run";
import type { Failure } from "../schema/definition";
import { type OutletState, outletPath, outletsPath, readOutlet } from "./outlets";

/** Outlets by their number, in rising order. */
export type ChosenOutlets = Map<number, OutletState>;

/** Reads the outlets of these numbers as they are now. */
export async function readOutlets(context: Context, numbers: Iterable<number>): Promise<ChosenOutlets> {
  const sorted = [...new Set(numbers)].sort((left, right) => left - right);
  const states = await Promise.all(sorted.map((number) => readOutlet(context, number)));
  const missing = sorted.find((_, index) => states[index] === undefined);
  if (missing !== undefined) {
    throw new NotSupportedError({
      device: context.device.name,
      method: "GET",
      path: String(outletsPath),
      message: `this device has no outlet ${missing}`,
      remedy: "Outlets are numbered from 1, as printed on the case.",
    });
  }
  return new Map(sorted.map((number, index) => [number, states[index] as OutletState]));
}

/** Numbers of all outlets that this login has access to. */
export async function accessibleOutlets(context: Context): Promise<number[]> {
  const outlets = await context.device.read(outletsPath);
  if (!Array.isArray(outlets)) {
    return [];
  }
  return outlets.flatMap((entry, index) => (entry !== null && Object.keys(entry).length > 0 ? [index + 1] : []));
}

/** @throws LockedOutletError when one is locked. */
export function refuseLocked(context: Context, outlets: ChosenOutlets, what: string): void {
  const locked = [...outlets].filter(([, outlet]) => outlet.locked === true).map(([number]) => number);
  const [first] = locked;
  if (first === undefined) {
    return;
  }
  throw new LockedOutletError({
    device: context.device.name,
    path: String(outletPath(first)),
    message: `${list(locked)} ${locked.length > 1 ? "are" : "is"} locked, so nothing was ${what}`,
    remedy: `The REST-style API cannot unlock: use the device's keypad, or \`uom set relay/outlets/${first - 1}/locked false\` over SSH.`,
  });
}

/** @throws InvalidInputError when the program protects one of the outlets from being switched off. */
export async function refuseProtected(context: Context, numbers: readonly number[], what: string): Promise<void> {
  if (numbers.length === 0) {
    return;
  }
  await context.run.declarations.finished();
  const held = numbers.filter((number) => context.run.protectedOutlets.has(context.device.name, number));
  if (held.length === 0) {
    return;
  }
  throw new InvalidInputError({
    device: context.device.name,
    message: `${list(held)} ${held.length > 1 ? "are" : "is"} protected by protectFromOff, so nothing was ${what}`,
    remedy: "Leave protected outlets out, or set protectFromOff to false where the outlet is declared.",
  });
}

/** For `check`: outlets that would go off although the program has already said that they may not. */
export function protectedFailures(property: string, device: string, off: readonly number[], run: Run): Failure[] {
  return off
    .filter((number) => run.protectedOutlets.has(device, number))
    .map((number) => ({ property, reason: `outlet ${number} is protected by protectFromOff of the same program` }));
}

/** `outlet 3`, `outlets 3 and 4`, as errors call them. */
export function list(numbers: readonly number[]): string {
  const all = numbers.map(String);
  const last = all.pop();
  return all.length === 0 ? `outlet ${last}` : `outlets ${all.join(", ")} and ${last}`;
}
