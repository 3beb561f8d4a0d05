/**
 * The running functions of the device's script, `script/threads/`, by their ids:
 * `{"21": {"label": "test_script (admin via web ui) ON 2"}}`; `{}` when idle. The label is the function's name, who
 * started it, and the arguments. device.md section 3.6.
 */
import * as z from "zod";
import { devicePath, type Json } from "../client";
import type { Context } from "../runtime/context";
import { understand, wireObject } from "../runtime/decode";

export const threadsPath = devicePath("script", "threads");

const wireThread = z.looseObject({ label: z.string().optional() });

/** Labels of the running threads by their ids, out of the device's answer. */
export function threadsOf(context: Context, answer: Json): Map<string, string> {
  const threads = understand(context, threadsPath, wireObject, answer);
  return new Map(
    Object.entries(threads).map(([id, thread]) => [
      id,
      understand(context, threadsPath, wireThread, thread).label ?? "",
    ]),
  );
}

/** The running threads now. */
export async function readThreads(context: Context): Promise<Map<string, string>> {
  return threadsOf(context, await context.device.get(threadsPath));
}
