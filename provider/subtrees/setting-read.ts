/** Reading a `Setting`: any path of the device, of most of which nothing is known but what the program declares. */
import { devicePath, isForbiddenError, isJsonObject, isNotFoundError, isNotSupportedError, type Json } from "../client";
import type { Context } from "../runtime/context";
import { isIndex, isKnownObject, isObjectAt, isTable, kindOf } from "../runtime/tree/known";
import { ifThere, notThat, proveAbsent } from "../runtime/tree/read";

/** What a program declares of a setting; nothing but its path at an import. */
interface Declared {
  readonly path: string;
  readonly value?: Json | undefined;
  readonly secret: boolean;
}

/**
 * The value at the path; `undefined` when the device proves to have none there, or hides a secret. The subtree that holds
 * the path is read as a whole, so that several settings in it share one read.
 * @throws NotUnderstoodError when the answer cannot be what is there.
 */
export async function readSetting(context: Context, declared: Declared): Promise<Json | undefined> {
  const { device } = context;
  const whole = devicePath.parse(declared.path);
  // `relay/` as a whole would include everything about every outlet.
  const depth = whole.segments.length < 2 ? 0 : whole.segments[0] === "relay" ? whole.segments.length - 1 : 1;
  const [inside, below] =
    depth === 0 ? [whole.segments, []] : [whole.segments.slice(0, depth), whole.segments.slice(depth)];
  const container = devicePath(...inside);
  let value = await ifThere(device.read(container, whole));
  if (value === undefined) {
    return undefined;
  }
  for (const segment of below) {
    if (typeof value !== "object" || value === null) {
      throw notThat(device, String(container), `${kindOf(value)} instead of what contains ${whole}`);
    }
    const step: Json | undefined = memberAt(value, String(segment));
    if (step === undefined) {
      if (!declared.secret && !isTheContainer(context, String(container), value, below.length)) {
        await proveAbsent(device, whole);
      }
      return undefined;
    }
    value = step;
  }
  return confirmed(context, declared, value);
}

function memberAt(value: Json[] | { [name: string]: Json }, segment: string): Json | undefined {
  if (Array.isArray(value)) {
    return isIndex(segment) ? value[Number(segment)] : undefined;
  }
  return Object.hasOwn(value, segment) ? value[segment] : undefined;
}

/** Whether what it does not show is not there: the container is known, and this login sees all of it. */
function isTheContainer({ account }: Context, path: string, value: Json, depth: number): boolean {
  return account.isFactoryAdmin && depth === 1 && isJsonObject(value) && isKnownObject(path) && isObjectAt(path, value);
}

/**
 * An object that has nothing of what is declared may be another answer than the one to our question: then what the device
 * answers the second time counts.
 */
async function confirmed({ device }: Context, { path, value: declared }: Declared, value: Json): Promise<Json> {
  // After a write another form is what came of it.
  if (!isJsonObject(declared) || Object.keys(declared).length === 0 || device.hasWritten) {
    return value;
  }
  const at = devicePath.parse(path);
  // Below a subtree a setting that takes an object may have none.
  if (value === null && at.segments.length > 1) {
    return value;
  }
  if (!isTable(value) || (Array.isArray(value) && value.length > 0)) {
    const form = kindOf(value);
    throw notThat(
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
    throw notThat(device, String(member), `${kindOf(shown)}, although what contains it does not show it`);
  }
  const again = await device.get(at);
  return isJsonObject(again) && names.some((name) => Object.hasOwn(again, name)) ? again : value;
}
