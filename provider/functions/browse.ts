/** Any part of the device's tree, as with the vendor's `Range: dli-depth=1`, with references turned into paths. */
import * as z from "zod";
import { type DevicePath, devicePath, isJsonObject, type Json, refOf, refPath } from "../client";
import { defineFunction } from "../schema/function";
import { managed, output } from "../schema/inputs";
import { holdsSecrets } from "../subtrees/secret-places";

export const browse = defineFunction({
  name: "browse",
  description:
    "Any part of the device's tree. What is deeper than `depth` is returned as `{ path }`. Where a password, a key or an account is part of it, the Output is a secret; without an Output nothing keeps it from being shown.",
  inputs: {
    path: managed(z.string(), "Path below `/restapi/`, for example `config`; if omitted, the root."),
    depth: managed(z.int().min(1).max(16), "How many levels to return, 1 to 16; if omitted, all of them."),
  },
  outputs: { value: output(z.json(), "The value at the path.") },
  isConfidential: ({ path = "" }, { value }) => holdsSecrets(devicePath.parse(path), value ?? null),
  async call({ device }, { path = "", depth }) {
    const at = devicePath.parse(path);
    const value = await device.get(at, depth === undefined ? {} : { depth });
    return { value: withPaths(value, at) };
  },
});

/** The value with a path in place of each reference in it. */
function withPaths(value: Json, at: DevicePath): Json {
  const reference = refOf(value);
  if (reference !== undefined) {
    return { path: String(refPath(at, reference)) };
  }
  if (Array.isArray(value)) {
    return value.map((element) => withPaths(element, at));
  }
  if (!isJsonObject(value)) {
    return value;
  }
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withPaths(member, at)]));
}
