/**
 * `POST relay/outlets/2/cycle/` without a body, for outlet 3: off, wait `cycle_delay`, on. The device's own page offers
 * it only for outlets that are on. Meanwhile `physical_state` is false; it lags behind by a second or more. device.md
 * sections 3.1 and 4.1.
 */
import * as z from "zod";
import { AnswerLostError, InvalidInputError, isDliError, RefusedError, TimeoutError } from "../client";
import type { Context } from "../runtime/context";
import { lookUntil } from "../runtime/poll";
import { defineAction } from "../schema/definition";
import { argument, instruction, output } from "../schema/inputs";
import {
  accessibleOutlets,
  type ChosenOutlets,
  list,
  protectedFailures,
  readOutlets,
  refuseLocked,
  refuseProtected,
} from "../subtrees/outlet-selection";
import { outletPath } from "../subtrees/outlets";

const pollMilliseconds = 250;
/** How far the device's answers lag behind its relays. */
const lagMilliseconds = 3_000;

export const outletCycle = defineAction({
  type: "OutletCycle",
  family: "action",
  description:
    "Cycles outlets once: off, wait, on again. Refused as a whole, before anything is switched, when one of them is locked, is off, or is protected by `protectFromOff` of the same program. When the device's answer is lost and the outlet does not show whether it was cycled, the action fails and counts as done: it is not repeated until `triggers` change.",
  inputs: {
    outlets: argument(
      z.union([z.literal("all"), z.array(z.int().min(1)).min(1)]),
      "Numbers of the outlets as printed on the case; they are cycled in rising order. `all` = every outlet that is on.",
    ),
    waitSeconds: instruction(
      z.number().min(0),
      0,
      "How long to wait until all of them are on again, in seconds; 0 = do not wait.",
    ),
  },
  outputs: {
    cycled: output(z.array(z.int()), "Numbers of the outlets that were cycled."),
  },
  id: ({ outlets }) => `cycle/${outlets === "all" ? "all" : outlets.join(",")}`,

  check(inputs, known, { device, run }) {
    if (!known("outlets") || !Array.isArray(inputs.outlets)) {
      return [];
    }
    return protectedFailures("outlets", device, inputs.outlets, run);
  },

  async run(context, { outlets, waitSeconds }, report) {
    context.device.readNow();
    const chosen = await choose(context, outlets);
    await refuseProtected(context, [...chosen.keys()], "cycled");
    const cycled: number[] = [];
    for (const [number] of chosen) {
      await cycle(context, number, cycled, [...chosen.keys()]);
      cycled.push(number);
      report({ cycled });
    }
    if (waitSeconds > 0) {
      await waitUntilOn(context, chosen, waitSeconds * 1000);
    }
    return { cycled };
  },
});

async function choose(context: Context, outlets: "all" | number[]): Promise<ChosenOutlets> {
  const found = await readOutlets(context, outlets === "all" ? await accessibleOutlets(context) : outlets);
  const off = [...found].filter(([, { physicalState, transientState }]) => physicalState === false || !transientState);
  if (outlets === "all") {
    for (const [number] of off) {
      found.delete(number);
    }
  } else if (off.length > 0) {
    throw new InvalidInputError({
      device: context.device.name,
      message: `${list(off.map(([number]) => number))} ${off.length > 1 ? "are" : "is"} off, so nothing was cycled`,
      remedy: "Switch on what is to be cycled first, or leave it out.",
    });
  }
  refuseLocked(context, found, "cycled");
  return found;
}

async function cycle(context: Context, number: number, done: number[], all: number[]): Promise<void> {
  try {
    await context.device.invoke(outletPath(number, "cycle"), [], { touches: outletPath(number) });
  } catch (error) {
    if (!isDliError(error)) {
      throw error;
    }
    if (error.outcome === "unknown" && (await wentOff(context, number))) {
      return;
    }
    const rest = all.filter((other) => other > number);
    const then = [
      ...(done.length > 0 ? [`${list(done)} had been cycled before`] : []),
      ...(rest.length > 0 ? [`${list(rest)} will not be cycled`] : []),
    ];
    const details = {
      device: context.device.name,
      method: error.method,
      path: error.path,
      status: error.status,
      words: error.words,
      cause: error,
    };
    if (error.outcome !== "unknown") {
      if (then.length === 0) {
        throw error;
      }
      throw new RefusedError({
        ...details,
        outcome: "refused",
        message: [`outlet ${number} was not cycled: ${error.problem}`, ...then].join("; "),
        remedy: error.remedy,
      });
    }
    throw new AnswerLostError({
      ...details,
      message: [
        `outlet ${number} may or may not have been cycled: ${error.problem}, and it was not seen to go off`,
        ...then,
      ].join("; "),
      remedy: "Look at what is connected to it.",
    });
  }
}

/** Whether an outlet that was on is seen to be off after all, as long as it can take to show. */
function wentOff(context: Context, number: number): Promise<boolean> {
  const look = async () => [...(await readOutlets(context, [number])).values()][0]?.physicalState === false;
  return lookUntil(context, { limit: lagMilliseconds, pause: pollMilliseconds }, look, (off) => off).catch(() => false);
}

/** An outlet has come back when it was seen to be off, or had the time for that, and is on. */
async function waitUntilOn(context: Context, chosen: ChosenOutlets, milliseconds: number): Promise<void> {
  const started = context.clock.now();
  const deviceDelay = await context.device.read("relay/cycle_delay/").catch(() => 0);
  const seenOff = new Set<number>();
  const isBack = (number: number, physicalState: boolean | undefined) => {
    const delay = chosen.get(number)?.cycleDelaySeconds ?? deviceDelay;
    const dueAfter = (typeof delay === "number" ? delay * 1000 : 0) + lagMilliseconds;
    if (physicalState === false) {
      seenOff.add(number);
    }
    return physicalState !== false && (seenOff.has(number) || context.clock.now() - started >= dueAfter);
  };
  const left = await lookUntil(
    context,
    { limit: milliseconds, pause: pollMilliseconds },
    async () => {
      const outlets = await readOutlets(context, chosen.keys());
      return [...outlets].flatMap(([number, { physicalState }]) => (isBack(number, physicalState) ? [] : [number]));
    },
    (numbers) => numbers.length === 0,
  );
  if (left.length === 0) {
    return;
  }
  throw new TimeoutError({
    device: context.device.name,
    message: `${list([...chosen.keys()])} were cycled, but ${list(left)} did not come back on within ${milliseconds / 1000} seconds`,
    remedy: "Look at the device's delays and its log.",
    outcome: "unknown",
  });
}
