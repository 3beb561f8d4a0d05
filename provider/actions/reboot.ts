/**
 * `POST system/reboot/` without a body; what it answers, if anything, is not known. `system/uptime/` counts the seconds
 * since the device's start and so proves that it did restart. Lost with a reboot: transient states, threads, pending
 * cycles, nonces. device.md sections 3.10 and 4.7.
 */
import * as z from "zod";
import {
  type DliError,
  devicePath,
  isDliError,
  isForbiddenError,
  isLoginRefusedError,
  isNotFoundError,
  isUnreachableError,
  TimeoutError,
} from "../client";
import type { Context } from "../runtime/context";
import type { SessionView } from "../runtime/device-view";
import { defineAction } from "../schema/definition";
import { instruction, output } from "../schema/inputs";

const rebootPath = devicePath("system", "reboot");
const uptimePath = devicePath("system", "uptime");
const pollMilliseconds = 1_000;
/** For how long a device has to have been up for its uptime, in whole seconds, to tell a restart from none. */
const tellingUptimeSeconds = 5;

export const reboot = defineAction({
  type: "Reboot",
  family: "action",
  description:
    "Restarts the device once. Outlets keep their persistent state; what was switched until the next reboot is lost. While it waits for the device, every other resource on the device waits too.",
  inputs: {
    waitForDevice: instruction(
      z.boolean(),
      true,
      "Whether to wait until the device answers again and its uptime proves that it has restarted.",
    ),
    timeoutSeconds: instruction(
      z.number().min(1),
      300,
      "How long the device may take until it has restarted, in seconds.",
    ),
  },
  outputs: {
    uptimeSeconds: output(
      z.number(),
      "For how long the device had been up when it answered again, in seconds. Left out when nothing waited for that.",
    ),
  },
  id: () => "reboot",

  run: (context, { waitForDevice, timeoutSeconds }) =>
    // The device is ours alone until it is back: whatever else was to be sent waits instead of failing.
    context.device.exclusive(async (session) => {
      const before = await tellingUptime(context, session);
      const started = context.clock.now();
      const lost = await send(session);
      if (!waitForDevice && !lost) {
        return {};
      }
      const restart = new Restart(started, before, lost !== undefined);
      for (;;) {
        const uptimeSeconds = await restart.proof(context, session);
        if (uptimeSeconds !== undefined) {
          return { uptimeSeconds };
        }
        if (context.clock.now() - started >= timeoutSeconds * 1000) {
          throw restart.failure(context, timeoutSeconds, lost);
        }
        await context.clock.sleep(pollMilliseconds);
      }
    }),
});

/** The device's uptime once it is long enough; `undefined` as below. */
async function tellingUptime(context: Context, session: SessionView): Promise<number | undefined> {
  const uptime = await readUptime(session);
  if (uptime === undefined || uptime >= tellingUptimeSeconds) {
    return uptime;
  }
  await context.clock.sleep((tellingUptimeSeconds - uptime) * 1000);
  return readUptime(session);
}

/** Seconds since the device's start; `undefined` where this device or this login does not show it. */
async function readUptime(session: SessionView, probe = false): Promise<number | undefined> {
  try {
    const uptime = await session.get(uptimePath, { probe });
    return typeof uptime === "number" ? uptime : undefined;
  } catch (error) {
    if (!probe && (isNotFoundError(error) || isForbiddenError(error))) {
      return undefined;
    }
    throw error;
  }
}

/** Sends it; gives back the error when it only means that the answer was lost. */
async function send(session: SessionView): Promise<DliError | undefined> {
  try {
    await session.invoke(rebootPath, [], { touches: devicePath() });
    return undefined;
  } catch (error) {
    if (isDliError(error) && error.outcome === "unknown") {
      return error;
    }
    throw error;
  }
}

/** Watches a device that was asked to restart. */
class Restart {
  #wasDown = false;
  /** The last answer showed that the device has been up all the time. */
  #isSameStart = false;

  readonly #started: number;
  readonly #before: number | undefined;
  readonly #answerLost: boolean;

  constructor(started: number, before: number | undefined, answerLost: boolean) {
    this.#started = started;
    this.#before = before;
    this.#answerLost = answerLost;
  }

  /** The uptime that proves the restart; 0 where the device shows none and was seen to go and come back. */
  async proof(context: Context, session: SessionView): Promise<number | undefined> {
    let uptime: number | undefined;
    this.#isSameStart = false;
    try {
      uptime = await readUptime(session, true);
    } catch (error) {
      // While a device starts, all kinds of answers may come; a refused login stays refused.
      if (!isDliError(error) || isLoginRefusedError(error)) {
        throw error;
      }
      this.#wasDown ||= isUnreachableError(error);
      const noUptime = this.#before === undefined && (isNotFoundError(error) || isForbiddenError(error));
      return noUptime && this.#wasDown ? 0 : undefined;
    }
    if (uptime === undefined) {
      return undefined;
    }
    const elapsed = (context.clock.now() - this.#started) / 1000;
    const restarted = this.#isOfRestart(uptime, elapsed);
    this.#isSameStart = !restarted;
    return restarted ? uptime : undefined;
  }

  #isOfRestart(uptime: number, elapsed: number): boolean {
    const before = this.#before;
    if (before === undefined) {
      return uptime <= elapsed - (this.#wasDown ? 0 : 1);
    }
    // Up all the time it would be `before + elapsed`, and restarted at most `elapsed`; half-way is furthest from both.
    // An uptime that went back is proof whatever the clocks.
    return uptime < before || uptime <= elapsed + before / 2;
  }

  failure(context: Context, timeoutSeconds: number, lost: DliError | undefined): DliError {
    const same = this.#isSameStart && !this.#wasDown;
    if (same && this.#answerLost) {
      context.device.nothingHappened();
    }
    return new TimeoutError({
      device: context.device.name,
      method: "POST",
      path: String(rebootPath),
      cause: lost,
      message: same
        ? `the device has not restarted within ${timeoutSeconds} seconds${lost ? ` (${lost.problem})` : ""}; its uptime goes on`
        : `the device did not come back within ${timeoutSeconds} seconds after it was asked to restart`,
      remedy: same
        ? "Run again, or restart it by hand."
        : "Look at the device; raise timeoutSeconds if it needs longer.",
      outcome: same && this.#answerLost ? "refused" : "unknown",
    });
  }
}
