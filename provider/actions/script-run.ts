/**
 * `POST script/start/` with `[{"user_function": "f", "source": "f(5, \"ON\")"}]`, answered with the thread's id, a text
 * of digits (a bare number is not excluded). An unknown function is refused with 409. While it runs, the thread is in
 * `script/threads/`. device.md section 4.5.
 */
import * as z from "zod";
import {
  AnswerLostError,
  type DliError,
  devicePath,
  isDliError,
  isForbiddenError,
  type Json,
  NotUnderstoodError,
  TimeoutError,
} from "../client";
import type { Context } from "../runtime/context";
import type { DeviceView, SessionView } from "../runtime/device-view";
import { pollUntil } from "../runtime/poll";
import { ifAllowed } from "../runtime/tree/read";
import { isBusy, undoneError } from "../runtime/write-outcome";
import { defineAction } from "../schema/definition";
import { argument, instruction, output } from "../schema/inputs";
import { luaCall } from "../subtrees/lua";
import { waitForFunction } from "../subtrees/script-functions";
import { readThreads, type Thread, threadsPath } from "../subtrees/script-threads";

const startPath = devicePath("script", "start");
const pollMilliseconds = 500;

export const scriptRun = defineAction({
  type: "ScriptRun",
  description:
    "Runs a function of the device's script once. Only the device's admin, or a token with the scope, may run scripts. If the device's response is lost and its list of threads does not show whether the function was started, the action fails and counts as done.",
  inputs: {
    function: argument(
      z.string().regex(/^[A-Za-z_]\w*$/, "must be the name of a Lua function"),
      "Name of the function, as the script declares it.",
    ),
    arguments: instruction(
      z.array(z.json()),
      [],
      "Arguments of the call: strings, numbers, booleans, null (`nil`), and lists and objects (tables).",
    ),
    waitSeconds: instruction(
      z.number().min(0),
      0,
      "How long to wait until the function has ended, in seconds; the action fails if it is still running then. 0 = do not wait.",
    ),
  },
  outputs: {
    threadId: output(z.string(), "Id of the thread in which the function ran."),
  },
  id: (inputs) => `run/${inputs.function}`,
  idBegin: "run/",

  async run(context, inputs, report) {
    const { function: name, arguments: values, waitSeconds } = inputs;
    try {
      await waitForFunction(context, name, { who: "ScriptRun", input: "function" });
    } catch (error) {
      // A token may be allowed to start functions but not to list them; the device then checks the name itself.
      if (!isForbiddenError(error) || waitSeconds > 0) {
        throw error;
      }
    }
    const call = { user_function: name, source: luaCall(name, values) };
    const { device } = context;
    const threadId = await device.exclusive((session) => start(device, session, call));
    report({ threadId });
    if (waitSeconds > 0) {
      await waitForEnd(context, name, threadId, waitSeconds * 1000);
    }
    return { threadId };
  },
});

type Call = { readonly user_function: string; readonly source: string };

/** Starts the function with no other request of ours in between, so that a new thread of it is the one we started. */
async function start(device: DeviceView, session: SessionView, call: Call): Promise<string> {
  const before = await ifAllowed(readThreads(device, session), undefined);
  try {
    return threadIdOf(device, await session.invoke(startPath, [call], { touches: threadsPath, once: true }));
  } catch (error) {
    if (!isDliError(error) || error.outcome !== "unknown") {
      throw error;
    }
    const found = before === undefined ? [] : await newThreads(device, session, call.user_function, before);
    const [id] = found;
    if (id !== undefined && found.length === 1) {
      return id;
    }
    if (isBusy(error.status) && found.length === 0) {
      device.nothingHappened();
      throw undoneError(error);
    }
    throw mayHaveStartedError(error, call.user_function, found);
  }
}

function threadIdOf(device: DeviceView, returned: Json | undefined): string {
  // With any other text or number, the thread would not be found and would seem to have ended.
  if ((typeof returned === "string" || typeof returned === "number") && /^\d+$/.test(String(returned))) {
    return String(returned);
  }
  throw new NotUnderstoodError({
    device: device.name,
    method: "POST",
    path: String(startPath),
    message: "did not return a thread id",
    outcome: "unknown",
  });
}

function mayHaveStartedError(cause: DliError, name: string, found: readonly string[]): DliError {
  const { device, method, path, status, problem } = cause;
  const threads = found.length > 1 ? "more than one new thread runs it" : "no new thread shows it";
  const message = `\`${name}\` may or may not have been started: ${problem}, and ${threads}`;
  return new AnswerLostError({ device, method, path, status, cause, message, remedy: "Check the device's log." });
}

/** Ids of the threads that run this function now and were not there before. */
async function newThreads(
  device: DeviceView,
  session: SessionView,
  name: string,
  known: ReadonlyMap<string, Thread>,
): Promise<string[]> {
  const now = await readThreads(device, session).then(
    (threads) => [...threads],
    () => [],
  );
  return now.flatMap(([id, thread]) => (!known.has(id) && thread.function === name ? [id] : []));
}

async function waitForEnd(context: Context, name: string, threadId: string, milliseconds: number): Promise<void> {
  const { device } = context;
  const threads = await pollUntil(
    context,
    { limitMilliseconds: milliseconds, pauseMilliseconds: pollMilliseconds },
    () => readThreads(device),
    (running) => !running.has(threadId),
  );
  if (!threads.has(threadId)) {
    return;
  }
  throw new TimeoutError({
    device: device.name,
    message: `\`${name}\` was started as thread ${threadId} and is still running after ${milliseconds / 1000} seconds`,
    remedy: "Stop it with ScriptStop, or raise waitSeconds.",
    outcome: "unknown",
  });
}
