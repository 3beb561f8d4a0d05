/** Any part of the device's tree, as with the vendor's `Range: dli-depth=1`, with references turned into paths. */
import * as z from "zod";
import { devicePath, type Json, refOf, refPath } from "../client";
import { defineFunction } from "../schema/function";
import { managed, output } from "../schema/inputs";

export const browse = defineFunction({
  name: "browse",
  description: "Any part of the device's tree. What lies deeper than `depth` is given as `{ path }`.",
  inputs: {
    path: managed(z.string(), "Path below `/restapi/`, for example `config`; left out = the root."),
    depth: managed(z.int().min(1).max(16), "How many levels to give, 1 to 16; left out = all of them."),
  },
  outputs: { value: output(z.json(), "What is there.") },
  async call(context, { path = "", depth }) {
    const at = devicePath.parse(path);
    const answer = await context.device.get(at, depth === undefined ? {} : { depth });
    return { value: withPaths(answer) };

    function withPaths(value: Json): Json {
      const reference = refOf(value);
      if (reference !== undefined) {
        return { path: String(refPath(at, reference)) };
      }
      if (Array.isArray(value)) {
        return value.map(withPaths);
      }
      if (typeof value !== "object" || value === null) {
        return value;
      }
      return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withPaths(member)]));
    }
  },
});
