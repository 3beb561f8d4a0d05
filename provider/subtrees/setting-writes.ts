/**
 * Writes a `Setting`: single members of objects, and lists. If the elements of a list stay in place, only what differs
 * in an element is written, in one request that tests which element is there, so that anything no read shows is left as
 * it is.
 */
import { type DevicePath, isJsonObject, type Json, jsonPointer, ownMember, RefusedError, sameJson } from "../client";
import type { Context } from "../runtime/context";
import type { DeviceView } from "../runtime/device-view";
import { type MemberWrite, writeMembers } from "../runtime/member-writes";
import { mayBeAboutForm } from "../runtime/patch-support";
import { withoutSecrets } from "./secret-places";
import { completed, isListOfObjects, matches } from "./setting-lists";
import { isHidden } from "./setting-value";

/** What has to be written to an element, and the values that identify it. */
interface ElementWrite {
  readonly path: DevicePath;
  readonly tests: Readonly<Record<string, Json>>;
  readonly members: readonly MemberWrite[];
}

/** A list whose elements can be written one by one, or as a whole. */
interface ListWrite {
  readonly whole: MemberWrite;
  readonly elements: readonly ElementWrite[];
  /** Paths of what writing the whole would lose. */
  readonly lost: readonly string[];
}

/** All that has to be written. */
export interface SettingWrites {
  readonly members: readonly MemberWrite[];
  readonly lists: readonly ListWrite[];
  /** Paths of what writing these members removes from the device, although the program does not declare it. */
  readonly lost: readonly string[];
}

const nothing: SettingWrites = { members: [], lists: [], lost: [] };

/** The writes for everything declared that differs from `present`, with members of objects written singly. */
export function settingWrites(
  path: DevicePath,
  declared: Json,
  present: Json | undefined,
  onDevice: Json | undefined,
): SettingWrites {
  if (isJsonObject(declared) && isJsonObject(onDevice)) {
    const parts = Object.entries(declared).map(([name, member]) =>
      settingWrites(path.join(name), member, ownMember(present, name), ownMember(onDevice, name)),
    );
    return {
      members: parts.flatMap(({ members }) => members),
      lists: parts.flatMap(({ lists }) => lists),
      lost: parts.flatMap(({ lost }) => lost),
    };
  }
  if (sameJson(declared, present)) {
    return nothing;
  }
  if (!Array.isArray(declared) || !isListOfObjects(onDevice)) {
    return { ...nothing, members: [{ path, value: declared, isHidden: isHidden(onDevice, declared) }] };
  }
  const { value, lost } = completed(path.segments.map(String), declared, onDevice);
  const whole = { path, value };
  const elements = elementWrites(path, declared, onDevice);
  return elements ? { ...nothing, lists: [{ whole, elements, lost }] } : { ...nothing, members: [whole], lost };
}

/**
 * `undefined` if elements are added, removed or moved, or if one cannot be identified, would lose something, or has a
 * declared member that no read shows.
 */
function elementWrites(
  path: DevicePath,
  declared: readonly Json[],
  onDevice: readonly Json[],
): ElementWrite[] | undefined {
  const isInPlace = matches(declared, onDevice).every((at, index) => at === index);
  const found = declared.map((element, index): ElementWrite | undefined => {
    const [place, there] = [path.join(index), onDevice[index] as Json];
    const { members, lists, lost } = settingWrites(place, element, there, there);
    const nested = lists.flatMap((list) => list.lost);
    const tests = scalarsOf(place.segments.map(String), there);
    const isSafe = lost.length + nested.length === 0 && !members.some((member) => member.isHidden);
    const isTold = isJsonObject(element) && Object.keys(tests).length > 0;
    const all = [...members, ...lists.map(({ whole }) => whole)];
    return all.length === 0 || (isSafe && isTold) ? { path: place, tests, members: all } : undefined;
  });
  const isSameLength = declared.length === onDevice.length;
  return isSameLength && isInPlace && found.every((element) => element !== undefined)
    ? found.filter(({ members }) => members.length > 0)
    : undefined;
}

/** What a test of an element can name: scalars that are not secret, since a secret may be shown in another form. */
function scalarsOf(path: readonly string[], element: Json): Record<string, Json> {
  const { value } = withoutSecrets(path, element);
  const all = Object.entries(isJsonObject(value) ? value : {});
  return Object.fromEntries(all.filter(([, member]) => typeof member !== "object"));
}

/** Lists whose single elements an operation has sent, with an answer; if they still differ, they are written whole. */
const sentSingly = new WeakMap<DeviceView, Set<string>>();
/** Operations that have already warned of what is lost. */
const warned = new WeakSet<DeviceView>();

/** @throws RefusedError if writing a list would cost what its elements have beyond the declaration. */
export async function writeSetting({ device, warn }: Context, { members, lists, lost }: SettingWrites): Promise<void> {
  if (lost.length > 0 && !warned.has(device)) {
    warned.add(device);
    warn(
      `${device.name}: a list is written as a whole, and what the program does not declare of its elements is lost where the device does not show it, or where it cannot be told which element is meant: ${lost.join(", ")}`,
    );
  }
  await writeMembers(device, members);
  for (const list of lists) {
    await writeList(device, list);
  }
}

async function writeList(device: DeviceView, { whole, elements, lost }: ListWrite): Promise<void> {
  const sent = sentSingly.get(device) ?? new Set<string>();
  sentSingly.set(device, sent);
  const place = String(whole.path);
  if (!sent.has(place) && device.patches.isWorthTrying(1)) {
    if (await areTaken(device, whole.path, elements, () => sent.add(place))) {
      return;
    }
  }
  if (lost.length > 0) {
    throw new RefusedError({
      device: device.name,
      method: "PUT",
      path: place,
      message: `the device does not take a change of a single element, and the list as a whole would lose what it does not show: ${lost.join(", ")}`,
      remedy: "Declare these members, too, in a Setting with `secret: true`.",
      outcome: "refused",
    });
  }
  await writeMembers(device, [whole]);
}

/**
 * Sends each element as one request that changes nothing if another element is there; false if one was refused.
 * @param answered Called unless the device is busy or its answer was lost.
 */
async function areTaken(
  device: DeviceView,
  list: DevicePath,
  elements: readonly ElementWrite[],
  answered: () => void,
): Promise<boolean> {
  for (const { path, tests, members } of elements) {
    const operations = [
      ...Object.entries(tests).map(([name, value]) => ({ op: "test", path: jsonPointer(name), value }) as const),
      ...members.map((member) => {
        const steps = member.path.segments.slice(path.segments.length).map(String);
        return { op: "replace", path: jsonPointer(...steps), value: member.value } as const;
      }),
    ];
    try {
      await device.patch(path, operations, { touches: list });
    } catch (error) {
      if (mayBeAboutForm(error)) {
        answered();
        if (error.outcome === "refused") {
          return false;
        }
      }
      throw error;
    }
  }
  answered();
  return true;
}
