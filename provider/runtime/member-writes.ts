/**
 * Writes several members of the device's tree. Those of one object, or of the elements of one list, go in one request
 * if the device accepts that, so that they change together; what may end our own access comes last.
 */
import { type DevicePath, elements, isDliError, type Json, jsonPointer } from "../client";
import type { DeviceView } from "./device-view";
import { requestTo } from "./gate/effect";
import { accessRank } from "./gate/own-access";
import { mayBeAboutForm } from "./patch-support";
import { isBusy } from "./write-outcome";

/** One value and where to write it. */
export interface MemberWrite {
  readonly path: DevicePath;
  readonly value: Json;
  /** No read shows it, so only the response to a request of its own proves that the device has it. */
  readonly isHidden?: boolean;
  /** What the write changes, for shared reads. Default: the member itself. */
  readonly touches?: DevicePath;
}

/** A request for one member, or for the same member of several elements that get the same value. */
interface Put {
  readonly path: DevicePath;
  readonly members: readonly MemberWrite[];
}

/** How an operation has written an object in one request: members that then still differ are written one by one. */
const sentTogether = new WeakMap<DeviceView, Map<string, "patch" | "matrix">>();

/**
 * Writes all of them. Members of one object go in one JSON Patch, as every client that sets a device's address sends it
 * (device.md section 3.4); the same value for the same member of several elements goes by a matrix URI (section 1.8). A
 * device that refuses these gets the members one by one, as does one that still differs at the next call in the same
 * operation; the run remembers a patch that failed.
 * @param list The list whose elements the members belong to. Default: each object by itself.
 * @returns Whether only a read can show what has arrived: a device may accept such a request and do less.
 */
export async function writeMembers(
  device: DeviceView,
  writes: readonly MemberWrite[],
  list?: DevicePath,
): Promise<boolean> {
  const groups = new Map<string, { object: DevicePath; members: MemberWrite[] }>();
  for (const write of inOrder(writes)) {
    const object = list ?? write.path.parent;
    const key = String(write.isHidden ? write.path : object);
    const group = groups.get(key) ?? { object, members: [] };
    group.members.push(write);
    groups.set(key, group);
  }
  if (groups.size > 1) {
    await device.judge(writes.map(({ path, value }) => requestTo("PUT", path, value)));
  }
  const last = ({ members }: { members: readonly MemberWrite[] }) => Math.max(...members.map(rankOf));
  let isToBeRead = false;
  for (const { object, members } of [...groups.values()].sort((left, right) => last(left) - last(right))) {
    isToBeRead = (await writeGroup(device, object, members)) || isToBeRead;
  }
  return isToBeRead;
}

async function writeGroup(device: DeviceView, object: DevicePath, members: readonly MemberWrite[]): Promise<boolean> {
  const sent = sentTogether.get(device) ?? new Map<string, "patch" | "matrix">();
  sentTogether.set(device, sent);
  const before = sent.get(String(object));
  const puts = before === undefined ? alike(object, members) : members.map(single);
  const steps = (members[0] as MemberWrite).path.segments.length - object.segments.length;
  const mayPatch =
    before === undefined && puts.length > 1 && device.patches.isWorthTrying(steps) && members.every(isPlain);
  if (mayPatch && (await writeAsPatch(device, object, members, sent))) {
    return true;
  }
  let isToBeRead = false;
  for (const put of puts) {
    if (put.members.length > 1) {
      sent.set(String(object), sent.get(String(object)) ?? "matrix");
      isToBeRead = true;
    }
    await sendPut(device, put);
  }
  // Each member was accepted by itself, so it was the patch that was not.
  if (sent.get(String(object)) === "patch") {
    device.patches.wasNotTaken(steps);
  }
  return isToBeRead;
}

/** Whether a pointer can only mean this member: a device may read one like a path, in which these names select others. */
function isPlain({ path }: MemberWrite): boolean {
  return path.segments.every((name) => !/^\.{1,2}$|[=;,%!]/.test(String(name)));
}

/** Sends a JSON Patch; false if the device refused it. */
async function writeAsPatch(
  device: DeviceView,
  object: DevicePath,
  members: readonly MemberWrite[],
  sent: Map<string, "patch" | "matrix">,
): Promise<boolean> {
  const operations = members.map(({ path, value }) => {
    const names = path.segments.slice(object.segments.length).map(String);
    return { op: "replace", path: jsonPointer(...names), value } as const;
  });
  try {
    await device.patch(object, operations, { touches: touchedBy(members) });
    sent.set(String(object), "patch");
    return true;
  } catch (error) {
    if (mayBeAboutForm(error)) {
      sent.set(String(object), "patch");
      if (error.outcome === "refused") {
        return false;
      }
    }
    throw error;
  }
}

/** Sends one request for all members of a put, or one for each if the device refuses that. */
async function sendPut(device: DeviceView, { path, members }: Put): Promise<void> {
  const { value } = members[0] as MemberWrite;
  try {
    await device.put(path, value, { touches: touchedBy(members) });
  } catch (error) {
    const isRefused =
      isDliError(error) && error.outcome === "refused" && error.status !== undefined && !isBusy(error.status);
    if (members.length === 1 || !isRefused) {
      throw error;
    }
    for (const member of members) {
      await sendPut(device, single(member));
    }
  }
}

function single(member: MemberWrite): Put {
  return { path: member.path, members: [member] };
}

/** One request per member, except that elements with the same value for the same member share one by matrix URI. */
function alike(object: DevicePath, members: readonly MemberWrite[]): Put[] {
  const groups = new Map<string, MemberWrite[]>();
  for (const member of members) {
    const [index, ...rest] = member.path.segments.slice(object.segments.length);
    const isElement = rest.length > 0 && /^\d+$/.test(String(index));
    const key = isElement ? JSON.stringify([rest.map(String), member.value]) : String(member.path);
    groups.set(key, [...(groups.get(key) ?? []), member]);
  }
  return [...groups.values()].map((group) => {
    const [first] = group as [MemberWrite];
    const indices = group.map(({ path }) => Number(path.segments[object.segments.length]));
    const rest = first.path.segments.slice(object.segments.length + 1);
    return { path: group.length === 1 ? first.path : object.join(elements(...indices), ...rest), members: group };
  });
}

function touchedBy(members: readonly MemberWrite[]): DevicePath[] {
  return members.map(({ path, touches = path }) => touches);
}

/** The order for writing one by one: a switch is turned on after what it makes use of has been written. */
function inOrder(writes: readonly MemberWrite[]): MemberWrite[] {
  return [...writes].sort((left, right) => rankOf(left) - rankOf(right));
}

function rankOf({ path, value }: MemberWrite): number {
  const rank = accessRank(path.segments);
  const isSwitch = path.segments.at(-1) === "enabled";
  return rank > 0 ? rank : isSwitch && value === false ? -1 : isSwitch ? 0.5 : 0;
}
