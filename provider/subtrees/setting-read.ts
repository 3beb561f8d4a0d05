/** Reads a `Setting`: any path of the device. About most paths, nothing is known beyond what the program declares. */
import {
  devicePath,
  InvalidInputError,
  isForbiddenError,
  isJsonObject,
  isNotFoundError,
  isNotSupportedError,
  type Json,
  ownMember,
} from "../client";
import type { Context } from "../runtime/context";
import { isFilledList, isFixedList, isIndex, isKnownObject, isObjectAt, isTable, kindOf } from "../runtime/tree/known";
import { containerAt, ifThere, notUnderstoodError, proveAbsent, proveLacking } from "../runtime/tree/read";
import { isMarked } from "../schema/secrecy";

/** What a program declares of a setting; only its path during an import. */
type Declared = {
  readonly path: string;
  readonly value?: Json | undefined;
  readonly secret: boolean;
};

/** Whether the value is a secret, by `secret` or because the program gives it as one: a device may not show it at all. */
export function isSecretSetting(declared: Declared): boolean {
  return declared.secret || isMarked(declared, ["value"]);
}

/** What was found at a path. */
interface FoundSetting {
  /** `undefined` when the device proves to have nothing there, or hides a secret. */
  readonly value: Json | undefined;
  /** Path of the list if the place is, or is inside, an element that only its index identifies. */
  readonly list: string | undefined;
}

/**
 * The value at the path; `undefined` when the device proves to have none there, or hides a secret.
 * @throws NotUnderstoodError when the answer cannot be what is there.
 */
export async function readSetting(context: Context, declared: Declared): Promise<Json | undefined> {
  return (await find(context, declared)).value;
}

/** Path of the list if a setting is, or declares, an element that only its index identifies; otherwise `undefined`. */
export async function listOfElement(context: Context, declared: Declared): Promise<string | undefined> {
  const { list, value } = await find(context, declared);
  return (list ?? listIn(String(devicePath.parse(declared.path)), value, declared.value))?.replace(/\/$/, "");
}

/**
 * Refuses an element of a list: by the time of a write, or of the next run, its index may refer to another one. Where
 * that cannot be, one that is declared as a member of an object is refused: the object would overwrite the list.
 * @throws InvalidInputError that names what to declare instead.
 */
export async function refuseElement(context: Context, declared: Declared): Promise<void> {
  const place = await listOfElement(context, declared);
  if (place === undefined) {
    return;
  }
  const details = {
    device: context.device.name,
    method: "GET",
    path: String(devicePath.parse(declared.path)),
  } as const;
  throw isFixedList(place)
    ? new InvalidInputError({
        ...details,
        message: `${place} is a list, and an object in its place would overwrite all of it`,
        remedy: `Declare each element by its path, the first one by \`path: "${place}/0"\`.`,
      })
    : new InvalidInputError({
        ...details,
        message: `${place} is a list, whose elements have nothing but an index, which means another one as soon as an earlier one is removed`,
        remedy: `Declare the whole list: \`path: "${place}"\`.`,
      });
}

/** A list on the device whose single elements a program declares, as members of an object. */
function listIn(path: string, value: Json | undefined, declared: Json | undefined): string | undefined {
  if (!isJsonObject(declared) || Object.keys(declared).length === 0) {
    return undefined;
  }
  if (isListFor(declared, value, path)) {
    return path;
  }
  const members = isJsonObject(value) ? Object.entries(value) : [];
  const found = members.map(([name, member]) =>
    listIn([path.replace(/\/$/, ""), name].filter(Boolean).join("/"), member, ownMember(declared, name)),
  );
  return found.find((list) => list !== undefined);
}

/** Whether a value is a list, in any form, or would be shown as one once it had the declared members. */
function isListFor(declared: object, value: Json | undefined, path: string): boolean {
  if (value === undefined || (typeof value !== "object" && value !== null)) {
    return false;
  }
  if (value === null || Object.keys(value).length === 0) {
    return Object.keys(declared).every(isIndex);
  }
  return Array.isArray(value) || (isFilledList(value) && !isFixedList(path));
}

/** Reads the subtree that holds the path as a whole, so that several settings in it share one read. */
async function find(context: Context, declared: Declared): Promise<FoundSetting> {
  const { device } = context;
  const whole = devicePath.parse(declared.path);
  const depth = depthOf(whole.segments.map(String));
  const [inside, below] =
    depth === 0 ? [whole.segments, []] : [whole.segments.slice(0, depth), whole.segments.slice(depth)];
  let place = devicePath(...inside);
  const container = String(place);
  let value = await ifThere(device.read(place, whole));
  let list: string | undefined;
  if (value === undefined) {
    await proveLacking(device, place);
    return { value, list };
  }
  for (const segment of below) {
    if (typeof value !== "object" || value === null) {
      throw notUnderstoodError(device, container, `${kindOf(value)} instead of what contains ${whole}`);
    }
    if (isFilledList(value) && !isFixedList(String(place))) {
      list ??= String(place);
    }
    const step: Json | undefined = memberAt(value, String(segment));
    if (step === undefined) {
      if (!isSecretSetting(declared) && !isTheContainer(context, container, value, below.length)) {
        await proveAbsent(device, whole);
        containerAt(device, place, value);
      }
      return { value: undefined, list };
    }
    place = place.join(segment);
    value = step;
  }
  return { value: await confirmed(context, declared, value), list };
}

/** How many segments of a path lead to the subtree that is read for it; 0 for the whole path. */
function depthOf([first, second, ...rest]: readonly string[]): number {
  if (second === undefined) {
    return 0;
  }
  // `relay/` as a whole would include everything about every outlet.
  return first !== "relay" || rest.length === 0 ? 1 : second === "outlets" ? rest.length + 1 : 2;
}

function memberAt(value: Json[] | { [name: string]: Json }, segment: string): Json | undefined {
  if (Array.isArray(value)) {
    return isIndex(segment) ? value[Number(segment)] : undefined;
  }
  return ownMember(value, segment);
}

/** Whether what the container does not show is not there: it is a known container, and this login sees all of it. */
function isTheContainer({ account }: Context, path: string, value: Json, depth: number): boolean {
  return account.isFactoryAdmin && depth === 1 && isJsonObject(value) && isKnownObject(path) && isObjectAt(path, value);
}

/**
 * An object with none of the declared members may be the answer to another request. It is checked, and a second answer
 * that has any of them replaces it.
 */
async function confirmed({ device }: Context, { path, value: declared }: Declared, value: Json): Promise<Json> {
  // After a write, another form is the result of that write.
  if (!isJsonObject(declared) || Object.keys(declared).length === 0 || device.hasWritten) {
    return value;
  }
  const at = devicePath.parse(path);
  // Below the top level, a setting that takes an object may be null.
  if (value === null && at.segments.length > 1) {
    return value;
  }
  if (!isTable(value) || (Array.isArray(value) && value.length > 0)) {
    const form = kindOf(value);
    throw notUnderstoodError(
      device,
      String(at),
      `${form} instead of an object`,
      `this setting is ${form}: declare its \`value\` so`,
    );
  }
  const names = Object.keys(declared);
  const [first] = names;
  if (first === undefined || names.some((name) => memberAt(value as Record<string, Json>, name) !== undefined)) {
    return value;
  }
  const member = at.join(first);
  const shown = await device.read(member).catch((error: unknown) => {
    if (isNotFoundError(error) || isForbiddenError(error) || isNotSupportedError(error)) {
      return undefined;
    }
    throw error;
  });
  if (shown === undefined || shown === null) {
    return value;
  }
  if (kindOf(shown) !== kindOf(declared[first] as Json)) {
    throw notUnderstoodError(device, String(member), `${kindOf(shown)}, although what contains it does not show it`);
  }
  const again = await device.get(at);
  return isJsonObject(again) && names.some((name) => Object.hasOwn(again, name)) ? again : value;
}
