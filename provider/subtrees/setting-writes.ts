/**
 * Writes a `Setting`: single members of objects, and lists. If the elements of a list stay in place, only what differs
 * in an element is written, in one request that tests which element is there, so that anything no read shows is left as
 * it is.
 */
import { type DevicePath, isJsonObject, type Json, jsonChild, jsonPointer, RefusedError, sameJson } from "../client";
import type { Context } from "../runtime/context";
import type { DeviceView } from "../runtime/device-view";
import { type MemberWrite, writeMembers } from "../runtime/member-writes";
import { mayBeAboutForm } from "../runtime/patch-support";
import { isFixedList, isIndex } from "../runtime/tree/known";
import { withoutSecrets } from "./secret-places";
import { completed, isListOfObjects, matches } from "./setting-lists";
import { isHidden, mayBeMasked } from "./setting-value";

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
  /** Whether these members repeat what the device has and the program does not declare. */
  readonly repeats: boolean;
}

const nothing: SettingWrites = { members: [], lists: [], lost: [], repeats: false };

/**
 * The writes for everything declared that differs from `present`, with members of objects written singly.
 * @param isSecret Whether a text that reads differently may be the declared one in another form.
 */
export function settingWrites(
  path: DevicePath,
  declared: Json,
  present: Json | undefined,
  onDevice: Json | undefined,
  isSecret: boolean,
): SettingWrites {
  const parts = partsOf(path, declared, onDevice);
  if (parts !== undefined) {
    const found = parts.map(([name, member]) =>
      settingWrites(path.join(name), member, jsonChild(present, name), jsonChild(onDevice, name), isSecret),
    );
    return {
      members: found.flatMap(({ members }) => members),
      lists: found.flatMap(({ lists }) => lists),
      lost: found.flatMap(({ lost }) => lost),
      repeats: found.some(({ repeats }) => repeats),
    };
  }
  if (sameJson(declared, present)) {
    return nothing;
  }
  if (!Array.isArray(declared) || !isListOfObjects(onDevice)) {
    return { ...nothing, members: [{ path, value: declared, isHidden: isUnproved(onDevice, declared, isSecret) }] };
  }
  const { value, lost } = completed(path.segments.map(String), declared, onDevice);
  const whole = { path, value };
  const elements = elementWrites(path, declared, onDevice, isSecret);
  return elements
    ? { ...nothing, lists: [{ whole, elements, lost }] }
    : { members: [whole], lists: [], lost, repeats: !sameJson(value, declared) };
}

/** Whether no read proves that the device has a value. */
function isUnproved(onDevice: Json | undefined, declared: Json, isSecret: boolean): boolean {
  return isHidden(onDevice, declared) || (isSecret && mayBeMasked(null, declared));
}

/** Whether a value is the empty list that a device may show in place of a map with these members. */
function isEmptyMap(value: Json | undefined, members: object): boolean {
  return Array.isArray(value) && value.length === 0 && !Object.keys(members).every(isIndex);
}

/** What can be written part by part: an object, or a list in which an index always means the same element. */
function partsOf(path: DevicePath, declared: Json, onDevice: Json | undefined): [string, Json][] | undefined {
  if (isJsonObject(declared) && (isJsonObject(onDevice) || isEmptyMap(onDevice, declared))) {
    return Object.entries(declared);
  }
  const isFixed = Array.isArray(declared) && Array.isArray(onDevice) && isFixedList(String(path));
  return isFixed && declared.length === onDevice.length ? Object.entries(declared) : undefined;
}

/**
 * `undefined` if elements are added, removed or moved, or if one cannot be identified, would lose something, or has a
 * declared member that no read shows.
 */
function elementWrites(
  path: DevicePath,
  declared: readonly Json[],
  onDevice: readonly Json[],
  isSecret: boolean,
): ElementWrite[] | undefined {
  const isInPlace = matches(declared, onDevice).every((at, index) => at === index);
  const found = declared.map((element, index): ElementWrite | undefined => {
    const [place, there] = [path.join(index), onDevice[index] as Json];
    const { members, lists, lost } = settingWrites(place, element, there, there, isSecret);
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
/** Paths of what an operation has said to be lost when it began to write; later it must not lose more. */
const announced = new WeakMap<DeviceView, readonly string[]>();

/**
 * @param compare What has to be written, by what the device shows at that time.
 * @throws RefusedError if writing a list would cost what its elements have beyond the declaration.
 */
export async function writeSetting(context: Context, compare: () => Promise<SettingWrites>): Promise<void> {
  const { device } = context;
  let writes = await compare();
  if (writes.repeats) {
    // An earlier read may lack what somebody has changed since.
    device.readNow();
    writes = await compare();
  }
  const { members, lists, lost } = writes;
  announceLoss(context, lost);
  await writeMembers(device, members);
  const left: DevicePath[] = [];
  for (const list of lists) {
    if (!(await writeElements(device, list))) {
      left.push(list.whole.path);
    }
  }
  if (left.length > 0) {
    device.readNow();
    const { lists: now } = await compare();
    for (const path of left) {
      await writeWhole(
        device,
        path,
        now.find(({ whole }) => String(whole.path) === String(path)),
      );
    }
  }
}

function announceLoss({ device, warn }: Context, lost: readonly string[]): void {
  const before = announced.get(device);
  const unsaid = lost.filter((path) => before?.includes(path) === false);
  const [first] = unsaid;
  if (first !== undefined) {
    throw changedMeanwhileError(
      device,
      first.replace(/\/\d+(\/.*)?$/, "/"),
      `, and as a whole it would lose what the device does not show: ${unsaid.join(", ")}`,
    );
  }
  if (before === undefined) {
    announced.set(device, lost);
    if (lost.length > 0) {
      warn(
        `${device.name}: a list is written as a whole, and what the program does not declare of its elements is lost where the device does not show it, or where it cannot be told which element is meant: ${lost.join(", ")}`,
      );
    }
  }
}

/** Writes the elements of a list one by one; false if it has to be written as a whole. */
async function writeElements(device: DeviceView, { whole, elements }: ListWrite): Promise<boolean> {
  const sent = sentSingly.get(device) ?? new Set<string>();
  sentSingly.set(device, sent);
  const place = String(whole.path);
  const isWorthTrying = !sent.has(place) && device.patches.isWorthTrying(1);
  return isWorthTrying && sendElements(device, whole.path, elements, () => sent.add(place));
}

/** @param list `undefined` if the list cannot be written element by element any more. */
async function writeWhole(device: DeviceView, path: DevicePath, list: ListWrite | undefined): Promise<void> {
  const place = String(path);
  if (list === undefined) {
    throw changedMeanwhileError(device, place);
  }
  if (list.lost.length > 0) {
    throw new RefusedError({
      device: device.name,
      method: "PUT",
      path: place,
      message: `the device does not take a change of a single element, and the list as a whole would lose what it does not show: ${list.lost.join(", ")}`,
      remedy: "Declare these members, too, in a Setting with `secret: true`.",
      outcome: "refused",
    });
  }
  await writeMembers(device, [list.whole]);
}

function changedMeanwhileError(device: DeviceView, path: string, consequence = ""): RefusedError {
  return new RefusedError({
    device: device.name,
    method: "PUT",
    path,
    message: `the list was changed by somebody else at the same moment${consequence}`,
    remedy: "Run again, after a look at the plan.",
    outcome: "refused",
  });
}

/**
 * Sends each element as one request that changes nothing if another element is there; false if one was refused.
 * @param answered Called unless the device is busy or its answer was lost.
 */
async function sendElements(
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
