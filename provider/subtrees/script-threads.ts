/**
 * The running functions of the device's script, `script/threads/`, by their ids:
 * `{"21": {"label": "test_script (admin via web ui) ON 2"}}`; `{}` when idle. The label is the function's name, who
 * started it, and the arguments. device.md section 3.6.
 */
import * as z from "zod";
import { devicePath } from "../client";
import { understand } from "../runtime/decode";
import type { DeviceView, SessionView } from "../runtime/device-view";
import { ifAllowed, inSession, readMap, readObject, type Source } from "../runtime/tree/read";

export const threadsPath = devicePath("script", "threads");

const wireThread = z.looseObject({ label: z.string().optional() });

export interface Thread {
  /** Name of the function that runs. */
  readonly function: string;
  /** The device's whole label. */
  readonly label: string;
}

/**
 * The threads running now, by their ids. If there are none, whatever was started has ended, so the device must then
 * also answer for its script.
 */
export async function readThreads(device: DeviceView, session?: SessionView): Promise<Map<string, Thread>> {
  const now = inSession(device, session ?? device);
  const threads = (await readMap(now, threadsPath))?.proper ?? new Map();
  if (threads.size === 0) {
    await requireScript(now);
  }
  return new Map(
    [...threads].map(([id, thread]) => {
      const { label = "" } = understand(device, threadsPath, wireThread, thread);
      return [id, { function: label.split(" ")[0] ?? "", label }];
    }),
  );
}

/** Makes sure that the device answers for its script as a whole, if this login may read that. */
async function requireScript(source: Source): Promise<void> {
  await ifAllowed(readObject(source, "script/"), undefined);
}
