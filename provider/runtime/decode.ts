/** Decodes the device's JSON, with a clear error instead of a crash if its form is unexpected. */
import * as z from "zod";
import { type Json, NotUnderstoodError, type PathLike } from "../client";
import type { DeviceView } from "./device-view";

/** Checks what the device returned at a path against `schema`; members that it does not name are ignored. */
export function understand<T>(device: DeviceView, path: PathLike, schema: z.ZodType<T>, returned: unknown): T {
  const parsed = schema.safeParse(returned);
  if (parsed.success) {
    return parsed.data;
  }
  const issue = parsed.error.issues[0];
  const where = issue && issue.path.length > 0 ? ` at ${issue.path.join("/")}` : "";
  throw new NotUnderstoodError({
    device: device.name,
    method: "GET",
    path: String(path),
    message: `unexpected response${where}: ${issue?.message ?? "wrong form"}`,
    remedy: "Compare the device's firmware with the supported ones, and report the form of this response as an issue.",
    outcome: "refused",
  });
}

/** An object on the device whose members are not known in advance; an empty one may arrive as an empty array. */
export const wireObject: z.ZodType<Record<string, Json>> = z.preprocess(
  (value) => (Array.isArray(value) && value.length === 0 ? {} : value),
  z.record(z.string(), z.json()),
);
