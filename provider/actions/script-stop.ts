/**
 * `POST script/stop/` with `["20"]` for one thread, `["all"]` for all. What a device answers for a thread that has ended
 * is not known; the list of threads is what counts. device.md section 4.5.
 */
import * as z from "zod";
import { type DliError, devicePath, isDliError, NotUnderstoodError } from "../client";
import type { Context } from "../runtime/context";
import { lookUntil } from "../runtime/poll";
import { defineAction } from "../schema/definition";
import { argument, output } from "../schema/inputs";
import { readThreads, threadsPath } from "../subtrees/script-threads";

const stopPath = devicePath("script", "stop");
const attempts = 3;
/** How long a thread may take to end. */
const patience = { limit: 5_000, pause: 250 };

export const scriptStop = defineAction({
  type: "ScriptStop",
  family: "action",
  description:
    "Stops running functions of the device's script once. A thread that has ended already is success. Only the device's admin, or a token with the scope, may stop scripts.",
  inputs: {
    thread: argument(
      z.string().regex(/^(all|\d+)$/, "has to be `all` or a thread's id, a text of digits"),
      "Id of the thread, as `ScriptRun.threadId` has it, or `all`.",
    ),
  },
  outputs: {
    stopped: output(z.array(z.string()), "Ids of the threads that ran before and do not any more."),
  },
  id: ({ thread }) => `stop/${thread}`,

  async run(context, { thread }) {
    const running = async () => {
      const ids = [...(await readThreads(context)).keys()];
      return thread === "all" ? ids : ids.filter((id) => id === thread);
    };
    const before = await running();
    for (let attempt = 1, left = before; left.length > 0; attempt++) {
      const failure = await stop(context, thread);
      left = await lookUntil(context, patience, running, (ids) => !ids.some((id) => before.includes(id)));
      left = left.filter((id) => before.includes(id));
      if (left.length === 0) {
        break;
      }
      if (failure === undefined || failure.outcome !== "unknown" || attempt === attempts) {
        if (left.length === before.length) {
          context.device.nothingHappened();
        }
        throw failure ?? stillThere(context, left);
      }
    }
    return { stopped: before };
  },
});

/** Sends it once. An error that may only mean that the thread has ended by itself is given back. */
async function stop(context: Context, thread: string): Promise<DliError | undefined> {
  try {
    await context.device.invoke(stopPath, [thread], { touches: threadsPath });
    return undefined;
  } catch (error) {
    if (isDliError(error) && (error.outcome === "unknown" || error.code === "refused")) {
      return error;
    }
    throw error;
  }
}

function stillThere(context: Context, left: readonly string[]): DliError {
  return new NotUnderstoodError({
    device: context.device.name,
    method: "POST",
    path: String(stopPath),
    message: `the device took the request, but thread ${left.join(", ")} still runs`,
    remedy: "Look at the device's log; a function that never yields can keep a thread alive.",
    outcome: "unknown",
  });
}
