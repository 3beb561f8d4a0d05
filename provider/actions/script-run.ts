/**
 * `POST script/start/` with `[{"user_function": "f", "source": "f(5, \"ON\")"}]`, answered with the thread's id, a text
 * of digits (a bare number is not excluded). An unknown function is refused with 409. While it runs, the thread is in
 * `script/threads/`. device.md section 4.5.
 */
import * as z from "zod";
import {
  AnswerLostError,
  devicePath,
  isDliError,
  isForbiddenError,
  type Json,
  NotUnderstoodError,
  TimeoutError,
} from "../client";
import type { Context } from "../runtime/context";
import type { SessionView } from "../runtime/device-view";
import { lookUntil } from "../runtime/poll";
import { defineAction } from "../schema/definition";
import { argument, instruction, output } from "../schema/inputs";
import { luaCall } from "../subtrees/lua";
import { waitForFunction } from "../subtrees/script-functions";
import { readThreads, threadsOf, threadsPath } from "../subtrees/script-threads";

const startPath = devicePath("script", "start");

export const scriptRun = defineAction({
  type: "ScriptRun",
  family: "action",
  description:
    "Runs a function of the device's script once. Only the device's admin, or a token with the scope, may run scripts. When the device's answer is lost and its list of threads does not show whether the function was started, the action fails and counts as done.",
  inputs: {
    function: argument(
      z.string().regex(/^[A-Za-z_]\w*$/, "has to be the name of a Lua function"),
      "Name of the function, as the script declares it.",
    ),
    arguments: instruction(
      z.array(z.json()),
      [],
      "What the function is called with: texts, numbers, booleans, null (`nil`), and lists and objects (tables).",
    ),
    waitSeconds: instruction(
      z.number().min(0),
      0,
      "How long to wait until the function has ended, in seconds; when it has not by then, the action fails. 0 = do not wait.",
    ),
  },
  outputs: {
    threadId: output(z.string(), "Id of the thread in which the function ran."),
  },
  id: (wanted) => `run/${wanted.function}`,

  async run(context, wanted, report) {
    const { function: name, arguments: values, waitSeconds } = wanted;
    try {
      await waitForFunction(context, name, "ScriptRun");
    } catch (error) {
      // A token may be allowed to start functions and not to list them; the device then judges the name itself.
      if (!isForbiddenError(error) || waitSeconds > 0) {
        throw error;
      }
    }
    const call: Json = { user_function: name, source: luaCall(name, values) };
    const threadId = await context.device.exclusive((session) => start(context, session, name, call));
    report({ threadId });
    if (waitSeconds > 0) {
      await waitForEnd(context, name, threadId, waitSeconds * 1000);
    }
    return { threadId };
  },
});

/** Starts it with nothing of ours in between, so that a new thread of this function is the one that we started. */
async function start(context: Context, session: SessionView, name: string, call: Json): Promise<string> {
  const before = await session.get(threadsPath).catch((error: unknown) => {
    if (isForbiddenError(error)) {
      return undefined;
    }
    throw error;
  });
  try {
    const id = await session.invoke(startPath, [call], { touches: threadsPath });
    if (typeof id === "string" || typeof id === "number") {
      return String(id);
    }
    throw new NotUnderstoodError({
      device: context.device.name,
      method: "POST",
      path: String(startPath),
      message: "answered something that is no thread's id",
      outcome: "unknown",
    });
  } catch (error) {
    if (!isDliError(error) || error.outcome !== "unknown") {
      throw error;
    }
    const found = before === undefined ? [] : await newThreads(context, session, name, before);
    const [id] = found;
    if (id !== undefined && found.length === 1) {
      return id;
    }
    throw new AnswerLostError({
      device: context.device.name,
      method: error.method,
      path: error.path,
      status: error.status,
      cause: error,
      message: `\`${name}\` may or may not have been started: ${error.problem}, and ${
        found.length > 1 ? "more than one new thread runs it" : "no new thread shows it"
      }`,
      remedy: "Look at the device's log.",
    });
  }
}

/** Ids of the threads that run this function now and were not there before. */
async function newThreads(context: Context, session: SessionView, name: string, before: Json): Promise<string[]> {
  const known = threadsOf(context, before);
  const now = await session.get(threadsPath).then(
    (answer) => threadsOf(context, answer),
    () => new Map<string, string>(),
  );
  return [...now].flatMap(([id, label]) => (!known.has(id) && label.split(" ")[0] === name ? [id] : []));
}

async function waitForEnd(context: Context, name: string, threadId: string, milliseconds: number): Promise<void> {
  const patience = { limit: milliseconds, pause: 500 };
  const threads = await lookUntil(
    context,
    patience,
    () => readThreads(context),
    (running) => !running.has(threadId),
  );
  if (!threads.has(threadId)) {
    return;
  }
  throw new TimeoutError({
    device: context.device.name,
    message: `\`${name}\` was started as thread ${threadId} and still runs after ${milliseconds / 1000} seconds`,
    remedy: "Stop it with ScriptStop, or raise waitSeconds.",
    outcome: "unknown",
  });
}
