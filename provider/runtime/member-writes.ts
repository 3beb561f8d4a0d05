/**
 * Writing several members of the device's tree: those of one object in one JSON Patch, so that they change together,
 * and what may end our own access after everything else.
 */
import { type DevicePath, isAnswerLostError, isDliError, type Json, jsonPointer } from "../client";
import type { DeviceView } from "./device-view";
import { accessRank } from "./gate/own-access";

/** One value and the place where it goes. */
export interface MemberWrite {
  readonly path: DevicePath;
  readonly value: Json;
  /** No read shows it, so that only the response to a request of its own proves that the device has it. */
  readonly isHidden?: boolean;
}

/** Objects whose patch a device has answered in an operation: what then still differs is written member by member. */
const answered = new WeakMap<DeviceView, Set<string>>();

/**
 * Writes all of them. Members of one object go in one JSON Patch, which every client that sets a device's address sends
 * (device.md section 3.4). Devices take it in part (section 1.4): one that refuses it gets them one by one, and so does
 * one that still differs after it, at the next call in the same operation.
 */
export async function writeMembers(device: DeviceView, writes: readonly MemberWrite[]): Promise<void> {
  const objects = new Map<string, MemberWrite[]>();
  for (const write of inOrder(writes)) {
    const object = String(write.isHidden ? write.path : write.path.parent);
    objects.set(object, [...(objects.get(object) ?? []), write]);
  }
  const last = (members: readonly MemberWrite[]) => Math.max(...members.map(rankOf));
  for (const members of [...objects.values()].sort((left, right) => last(left) - last(right))) {
    if (members.length === 1 || !(await takesTogether(device, members))) {
      for (const { path, value } of members) {
        await device.put(path, value);
      }
    }
  }
}

/** Sends a JSON Patch; false when the device refused it, or has taken less than it said. */
async function takesTogether(device: DeviceView, members: readonly MemberWrite[]): Promise<boolean> {
  const object = (members[0] as MemberWrite).path.parent;
  const done = answered.get(device) ?? new Set();
  answered.set(device, done);
  if (done.has(String(object))) {
    return false;
  }
  const operations = members.map(({ path, value }) => {
    const name = String(path.segments.at(-1));
    return { op: "replace", path: jsonPointer(name), value } as const;
  });
  try {
    await device.patch(object, operations);
    done.add(String(object));
    return true;
  } catch (error) {
    if (isDliError(error) && error.status !== undefined && !isBusy(error.status) && !isAnswerLostError(error)) {
      done.add(String(object));
      if (error.outcome === "refused") {
        return false;
      }
    }
    throw error;
  }
}

/** A device that is busy says nothing about the patch. */
function isBusy(status: number): boolean {
  return status === 429 || status === 503;
}

/** The order in which they go one by one: a switch that is turned on comes after what it makes use of. */
function inOrder(writes: readonly MemberWrite[]): MemberWrite[] {
  return [...writes].sort((left, right) => rankOf(left) - rankOf(right));
}

function rankOf({ path, value }: MemberWrite): number {
  const rank = accessRank(path.segments);
  const isSwitch = path.segments.at(-1) === "enabled";
  return rank > 0 ? rank : isSwitch && value === false ? -1 : isSwitch ? 0.5 : 0;
}
