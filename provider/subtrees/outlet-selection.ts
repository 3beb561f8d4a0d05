/** The outlets that an action selects: read now, and refused before anything is sent if one must not be touched. */
import { InvalidInputError } from "../client";
import type { Context } from "../runtime/context";
import type { DeviceView } from "../runtime/device-view";
import { requestTo } from "../runtime/gate/effect";
import type { Run } from "../runtime/run";
import type { Failure } from "../schema/definition";
import { protectedClause } from "./outlet-rules";
import {
  lockedOutletError,
  noSuchOutletError,
  type OutletState,
  outletCount,
  outletList,
  outletPath,
  readOutlet,
} from "./outlets";

/** Outlets by their numbers, in rising order. */
export type SelectedOutlets = ReadonlyMap<number, OutletState>;

/** Reads the outlets with these numbers. */
export async function readOutlets(context: Context, numbers: Iterable<number>): Promise<SelectedOutlets> {
  const sorted = [...new Set(numbers)].sort((left, right) => left - right);
  const states = await Promise.all(sorted.map((number) => readOutlet(context, number)));
  const selected = new Map<number, OutletState>();
  for (const [index, number] of sorted.entries()) {
    const state = states[index];
    if (state === undefined) {
      throw noSuchOutletError(context.device, number, await outletCount(context, 0));
    }
    selected.set(number, state);
  }
  return selected;
}

/** @throws LockedOutletError when one is locked. */
export function refuseLocked(device: DeviceView, outlets: SelectedOutlets, what: string): void {
  const locked = [...outlets].filter(([, outlet]) => outlet.locked === true).map(([number]) => number);
  const [first] = locked;
  if (first !== undefined) {
    throw lockedOutletError(device, first, `${outletList(locked)} ${isOrAre(locked)} locked, so nothing was ${what}`);
  }
}

/** @throws InvalidInputError when the program or the configuration protects one of the outlets from being switched off. */
export async function refuseProtected(
  { device, run }: Context,
  numbers: readonly number[],
  what: string,
): Promise<void> {
  if (numbers.length === 0) {
    return;
  }
  await run.declarations.finished();
  const protectedNumbers = numbers.filter((number) => run.protectedOutlets.has(device.name, number));
  if (protectedNumbers.length === 0) {
    // The gate knows what else protects one of them.
    return device.judge(numbers.map((number) => requestTo("PUT", outletPath(number, "transient_state"), false)));
  }
  throw new InvalidInputError({
    device: device.name,
    message: `${outletList(protectedNumbers)} ${isOrAre(protectedNumbers)} ${protectedClause}, so nothing was ${what}`,
    remedy: "Leave protected outlets out, or take the protection away where it is declared.",
  });
}

/** Failures for `check`: outlets that would go off although the program has already declared that they must not. */
export function protectedFailures(property: string, device: string, off: readonly number[], run: Run): Failure[] {
  return off
    .filter((number) => run.protectedOutlets.has(device, number))
    .map((number) => ({ property, reason: `outlet ${number} is ${protectedClause}` }));
}

export function isOrAre(numbers: readonly number[]): string {
  return numbers.length > 1 ? "are" : "is";
}
