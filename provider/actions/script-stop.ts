/**
 * `POST script/stop/` with `["20"]` for one thread, `["all"]` for all. What a device returns for a thread that has ended
 * is not known; the list of threads is what counts. device.md section 4.5.
 */
import * as z from "zod";
import { type DliError, devicePath, isDliError, NotUnderstoodError, quotedNames } from "../client";
import type { DeviceView } from "../runtime/device-view";
import { pollUntil } from "../runtime/poll";
import { defineAction } from "../schema/definition";
import { argument, output } from "../schema/inputs";
import { readThreads, threadsPath } from "../subtrees/script-threads";

const stopPath = devicePath("script", "stop");
const attempts = 3;
/** How long a thread may take to end. */
const patience = { limitMilliseconds: 5_000, pauseMilliseconds: 250 };

export const scriptStop = defineAction({
  type: "ScriptStop",
  description:
    "Stops running functions of the device's script once. A thread that has already ended is no error. Only the device's admin, or a token with the scope, may stop scripts.",
  inputs: {
    thread: argument(
      z.string().regex(/^(all|\d+)$/, "must be `all` or a thread's id, a string of digits"),
      "Id of the thread, as in `ScriptRun.threadId`, or `all`.",
    ),
  },
  outputs: {
    stopped: output(z.array(z.string()), "Ids of the threads that were running and have ended.", {
      derivedFrom: ["thread"],
    }),
  },
  id: ({ thread }) => `stop/${thread}`,
  idBegin: "stop/",

  async run(context, { thread }) {
    const { device } = context;
    const readRunning = async () => {
      const ids = [...(await readThreads(device)).keys()];
      return thread === "all" ? ids : ids.filter((id) => id === thread);
    };
    const before = await readRunning();
    const isOver = (ids: readonly string[]) => !ids.some((id) => before.includes(id));
    for (let attempt = 1, left = before; left.length > 0; attempt++) {
      const failure = await stop(device, thread);
      const running = await pollUntil(context, patience, readRunning, isOver);
      left = running.filter((id) => before.includes(id));
      const mayRetry = failure?.outcome === "unknown" && attempt < attempts;
      if (left.length > 0 && !mayRetry) {
        if (left.length === before.length) {
          device.nothingHappened();
        }
        throw failure ?? stillRunningError(device, left);
      }
    }
    return { stopped: before };
  },
});

/** Sends the request once, and returns an error that may only mean that the thread has ended by itself. */
async function stop(device: DeviceView, thread: string): Promise<DliError | undefined> {
  try {
    await device.invoke(stopPath, [thread], { touches: threadsPath });
    return undefined;
  } catch (error) {
    if (isDliError(error) && (error.outcome === "unknown" || error.code === "refused")) {
      return error;
    }
    throw error;
  }
}

function stillRunningError(device: DeviceView, threads: readonly string[]): DliError {
  return new NotUnderstoodError({
    device: device.name,
    method: "POST",
    path: String(stopPath),
    message: `the device accepted the request, but ${threads.length > 1 ? "threads" : "thread"} ${quotedNames(threads)} ${threads.length > 1 ? "are" : "is"} still running`,
    remedy: "Check the device's log; a function that never yields can keep a thread alive.",
    outcome: "unknown",
  });
}
