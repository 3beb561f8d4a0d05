/**
 * `POST system/reboot/` without a body; what it returns, if anything, is not known. `system/uptime/` counts the seconds
 * since the device's start and so proves that it did restart. Lost with a reboot: transient states, threads, pending
 * cycles, nonces. device.md sections 3.10 and 4.7.
 */
import * as z from "zod";
import {
  type DliError,
  devicePath,
  isDliError,
  isForbiddenError,
  isLoginNotTriedError,
  isLoginRefusedError,
  isNotFoundError,
  isUnreachableError,
  TimeoutError,
} from "../client";
import type { Context } from "../runtime/context";
import type { SessionView } from "../runtime/device-view";
import { lostResponse } from "../runtime/write-outcome";
import { defineAction } from "../schema/definition";
import { instruction, output } from "../schema/inputs";

const rebootPath = devicePath("system", "reboot");
const uptimePath = devicePath("system", "uptime");
const pollMilliseconds = 1_000;
/** How long a device must have been up for its uptime, in whole seconds, to show whether it has restarted. */
const tellingUptimeSeconds = 5;

export const reboot = defineAction({
  type: "Reboot",
  description:
    "Restarts the device once. Outlets keep their persistent state; what was switched until the next reboot is lost. While it waits for the device, every other resource on the device waits too.",
  inputs: {
    waitForDevice: instruction(
      z.boolean(),
      true,
      "Whether to wait until the device responds again and its uptime proves that it has restarted.",
    ),
    timeoutSeconds: instruction(z.number().min(1), 300, "How long the device may take to restart, in seconds."),
  },
  outputs: {
    uptimeSeconds: output(
      z.number(),
      "How long the device had been up when it responded again, in seconds. Omitted when nothing waited for that.",
    ),
  },
  id: () => "reboot",
  idBegin: "reboot",

  run: (context, { waitForDevice, timeoutSeconds }) =>
    // The session keeps every other request waiting until the device is back, instead of letting it fail.
    context.device.exclusive(async (session) => {
      const before = await tellingUptime(context, session);
      const restart = new Restart(context, session, before);
      const lost = await restart.request();
      if (!waitForDevice && !lost) {
        return {};
      }
      return { uptimeSeconds: await restart.uptimeAfter(timeoutSeconds) };
    }),
});

/**
 * Seconds since the device's start; `odd` if the answer is not a number, `undefined` if this device does not show it,
 * or not to this login.
 */
type Uptime = number | "odd" | undefined;

/** The device's uptime once it is long enough to be telling. */
async function tellingUptime({ clock }: Context, session: SessionView): Promise<Uptime> {
  const uptime = await readUptime(session);
  if (typeof uptime !== "number" || uptime >= tellingUptimeSeconds) {
    return uptime;
  }
  await clock.sleep(Math.min(tellingUptimeSeconds - uptime, tellingUptimeSeconds) * 1000);
  return readUptime(session);
}

/** Reads the uptime. A probe throws where an ordinary read returns `undefined`. */
async function readUptime(session: SessionView, probe = false): Promise<Uptime> {
  try {
    const uptime = await session.get(uptimePath, { probe });
    return typeof uptime === "number" ? uptime : "odd";
  } catch (error) {
    if (!probe && (isNotFoundError(error) || isForbiddenError(error))) {
      return undefined;
    }
    throw error;
  }
}

/** One restart of the device: asks for it, and waits until the device is back. */
class Restart {
  /** The error of the request, if it only means that the response was lost. */
  #lost: DliError | undefined;
  #wasDown = false;
  /** The last response showed that the device has been up all the time. */
  #isSameStart = false;

  readonly #context: Context;
  readonly #session: SessionView;
  readonly #before: Uptime;
  readonly #started: number;

  /** @param before The uptime before the restart. */
  constructor(context: Context, session: SessionView, before: Uptime) {
    this.#context = context;
    this.#session = session;
    this.#before = before;
    this.#started = context.clock.now();
  }

  /** Asks for the restart, and returns the error if it only means that the response was lost. */
  async request(): Promise<DliError | undefined> {
    this.#lost = await lostResponse(() => this.#session.invoke(rebootPath, [], { touches: devicePath() }));
    return this.#lost;
  }

  /**
   * The uptime that proves the restart; 0 if the device shows none in numbers but was seen to go down and come back.
   * @throws TimeoutError
   */
  async uptimeAfter(timeoutSeconds: number): Promise<number> {
    for (;;) {
      const uptimeSeconds = await this.#provenUptime();
      if (uptimeSeconds !== undefined) {
        return uptimeSeconds;
      }
      if (this.#elapsedSeconds() >= timeoutSeconds) {
        throw this.#failure(timeoutSeconds);
      }
      await this.#context.clock.sleep(pollMilliseconds);
    }
  }

  async #provenUptime(): Promise<number | undefined> {
    let uptime: Uptime;
    this.#isSameStart = false;
    try {
      uptime = await readUptime(this.#session, true);
    } catch (error) {
      // While a device starts, it may respond in all kinds of ways; a refused login stays refused.
      if (!isDliError(error) || isLoginRefusedError(error) || isLoginNotTriedError(error)) {
        throw error;
      }
      this.#wasDown ||= isUnreachableError(error);
      const showsNoUptime = this.#before === undefined && (isNotFoundError(error) || isForbiddenError(error));
      return showsNoUptime && this.#wasDown ? 0 : undefined;
    }
    if (typeof uptime !== "number") {
      // If the uptime was not a number before either, the device is back; otherwise it may still be starting.
      return this.#before === "odd" && this.#wasDown ? 0 : undefined;
    }
    const isRestarted = this.#isOfRestart(uptime, this.#elapsedSeconds());
    this.#isSameStart = !isRestarted;
    return isRestarted ? uptime : undefined;
  }

  #isOfRestart(uptime: number, elapsed: number): boolean {
    const before = this.#before;
    if (typeof before !== "number") {
      return uptime <= elapsed - (this.#wasDown ? 0 : 1);
    }
    // Without a restart it would be `before + elapsed`, after one at most `elapsed`; the midpoint is furthest from
    // both. An uptime that went down is proof, regardless of the clocks.
    return uptime < before || uptime <= elapsed + before / 2;
  }

  #elapsedSeconds(): number {
    return (this.#context.clock.now() - this.#started) / 1000;
  }

  #failure(timeoutSeconds: number): DliError {
    const { device } = this.#context;
    const lost = this.#lost;
    const isUnchanged = this.#isSameStart && !this.#wasDown;
    if (isUnchanged && lost) {
      device.nothingHappened();
    }
    return new TimeoutError({
      device: device.name,
      method: "POST",
      path: String(rebootPath),
      cause: lost,
      message: isUnchanged
        ? `the device has not restarted within ${timeoutSeconds} seconds${lost ? ` (${lost.problem})` : ""}; its uptime continues`
        : `the device did not come back within ${timeoutSeconds} seconds after it was asked to restart`,
      remedy: isUnchanged
        ? "Run again, or restart it by hand."
        : "Check the device; raise timeoutSeconds if it needs longer.",
      outcome: isUnchanged && lost ? "refused" : "unknown",
    });
  }
}
