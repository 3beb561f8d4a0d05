/** References from one part of the device's tree to another. */
import { InvalidPathError } from "../errors/errors";
import { isJsonObject, type Json } from "../json";
import { type DevicePath, devicePath, type PathLike, toPath } from "./path";

const deepest = 8;

/**
 * The path that a `{"$ref": ...}` in a response leads to.
 * @param base Path of the request; a relative reference is appended to it.
 * @throws InvalidPathError
 * @see device.md section 1.6: seen on a real device with `Range: dli-depth=1`.
 */
export function refPath(base: PathLike, reference: string): DevicePath {
  if (reference.startsWith("/restapi/")) {
    return devicePath.parse(reference);
  }
  if (reference.startsWith("/") || reference.includes("//")) {
    throw new InvalidPathError({
      path: String(toPath(base)),
      message: "the response holds a reference that does not lead to a path below /restapi/",
    });
  }
  return devicePath.parse(`${toPath(base)}${reference}`);
}

/** The reference, if a value is one; otherwise `undefined`. */
export function refOf(value: Json | undefined): string | undefined {
  if (!isJsonObject(value) || Object.keys(value).length !== 1) {
    return undefined;
  }
  return typeof value["$ref"] === "string" ? value["$ref"] : undefined;
}

/**
 * Replaces every `{"$ref": ...}` in a response with the value at its path, at most 8 reads deep.
 * @param base Path of the request.
 * @param read For example `(path) => client.get(path)`.
 */
export async function resolveRefs(
  base: PathLike,
  value: Json,
  read: (path: DevicePath) => Promise<Json>,
  depth = 0,
): Promise<Json> {
  const reference = refOf(value);
  if (reference !== undefined) {
    const path = refPath(base, reference);
    if (depth >= deepest) {
      throw new InvalidPathError({ path: String(toPath(base)), message: `references lead more than ${deepest} deep` });
    }
    return resolveRefs(path, await read(path), read, depth + 1);
  }
  if (Array.isArray(value)) {
    const list: Json[] = [];
    for (const element of value) {
      list.push(await resolveRefs(base, element, read, depth));
    }
    return list;
  }
  if (!isJsonObject(value)) {
    return value;
  }
  const entries: [string, Json][] = [];
  for (const [key, member] of Object.entries(value)) {
    entries.push([key, await resolveRefs(base, member, read, depth)]);
  }
  return Object.fromEntries(entries);
}
