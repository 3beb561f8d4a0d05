/**
 * The running functions of the device's script, `script/threads/`, by their ids:
 * `{"21": {"label": "test_script (admin via web ui) ON 2"}}`; `{}` when idle. The label is the function's name, who
 * started it, and the arguments. device.md section 3.6.
 */
import * as z from "zod";
import { devicePath, type Json } from "../client";
import { understand, wireObject } from "../runtime/decode";
import type { DeviceView } from "../runtime/device-view";

export const threadsPath = devicePath("script", "threads");

const wireThread = z.looseObject({ label: z.string().optional() });

export interface Thread {
  /** Name of the function that runs. */
  readonly function: string;
  /** The device's whole label. */
  readonly label: string;
}

/** The running threads by their ids, out of what the device returned. */
export function threadsOf(device: DeviceView, returned: Json): Map<string, Thread> {
  const threads = understand(device, threadsPath, wireObject, returned);
  return new Map(
    Object.entries(threads).map(([id, thread]) => {
      const { label = "" } = understand(device, threadsPath, wireThread, thread);
      return [id, { function: label.split(" ")[0] ?? "", label }];
    }),
  );
}

/** The running threads now. */
export async function readThreads(device: DeviceView): Promise<Map<string, Thread>> {
  return threadsOf(device, await device.get(threadsPath));
}
