/**
 * `POST relay/outlets/2/cycle/` without a body, for outlet 3: off, wait `cycle_delay`, on. The device's own page offers
 * it only for outlets that are on. Meanwhile `physical_state` is false; it lags behind by a second or more. device.md
 * sections 3.1 and 4.1.
 */
import * as z from "zod";
import { AnswerLostError, type DliError, InvalidInputError, isDliError, RefusedError, TimeoutError } from "../client";
import type { Context } from "../runtime/context";
import type { DeviceView } from "../runtime/device-view";
import { boundedWait, longerWait, pollUntil } from "../runtime/poll";
import { readValue } from "../runtime/tree/read";
import { isBusy, undoneError } from "../runtime/write-outcome";
import { defineAction } from "../schema/definition";
import { argument, instruction, output } from "../schema/inputs";
import { relayMilliseconds, requireAccess, requireIsOn } from "../subtrees/outlet-rules";
import {
  isOrAre,
  protectedFailures,
  readOutlets,
  refuseLocked,
  refuseProtected,
  type SelectedOutlets,
} from "../subtrees/outlet-selection";
import { type OutletState, outletCount, outletList, outletPath, readAccessibleOutlets } from "../subtrees/outlets";

const pollMilliseconds = 250;
const longPollMilliseconds = 1_000;
/** How far the device's reports lag behind its relays. */
const lagMilliseconds = 3_000;
/** The longest wait, however long a device says that its relays take. */
const longestWaitMilliseconds = 600_000;

/** How often a cycle is asked for at most, while the device says that it is busy and the outlet stays on. */
const triesWhileBusy = 3;

export const outletCycle = defineAction({
  type: "OutletCycle",
  description:
    "Cycles outlets once: off, wait, on again. Rejected as a whole, before anything is switched, when one of them is locked, is off, or is protected by `dli:protectedOutlets`, or by `protectFromOff` of the same program. One that is being switched on is waited for, as long as the device's delays or `customTimeouts` allow. If the device's response is lost and the outlet does not show whether it was cycled, the action fails and counts as done: it is not repeated until `triggers` change.",
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
    cycled: output(z.array(z.int()), "Numbers of the outlets that were cycled.", { derivedFrom: ["outlets"] }),
  },
  id: ({ outlets }) => `cycle/${outlets === "all" ? "all" : outlets.join(",")}`,
  idBegin: "cycle/",

  check(inputs, known, { device, run }) {
    if (!known("outlets") || !Array.isArray(inputs.outlets)) {
      return [];
    }
    return protectedFailures("outlets", device, inputs.outlets, run);
  },

  async run(context, { outlets, waitSeconds }, report) {
    context.device.readNow();
    const chosen = outlets === "all" ? await selectAllThatAreOn(context) : await select(context, outlets);
    const numbers = [...chosen.keys()];
    refuseLocked(context.device, chosen, "cycled");
    await refuseProtected(context, numbers, "cycled");
    const selected = await whenOn(context, chosen);
    const cycled: number[] = [];
    for (const number of numbers) {
      await cycle(context, number, cycled, numbers);
      cycled.push(number);
      report({ cycled });
    }
    if (waitSeconds > 0) {
      await waitUntilOn(context, selected, waitSeconds * 1000);
    }
    return { cycled };
  },
});

async function selectAllThatAreOn(context: Context): Promise<SelectedOutlets> {
  const isOff = offIn(context);
  return new Map([...(await readAccessibleOutlets(context))].filter(([number, outlet]) => !isOff(outlet, number)));
}

async function select(context: Context, numbers: readonly number[]): Promise<SelectedOutlets> {
  const selected = await readOutlets(context, numbers);
  await requireAccess(context, numbers);
  refuseOff(context, selected);
  return selected;
}

function refuseOff(context: Context, selected: SelectedOutlets): void {
  const off = numbersOf(selected, offIn(context));
  if (off.length > 0) {
    throw new InvalidInputError({
      device: context.device.name,
      message: `${outletList(off)} ${isOrAre(off)} off, so nothing was cycled`,
      remedy:
        "Switch on what you want to cycle first (in the same program, the cycle `dependsOn` what does that), or leave it out.",
    });
  }
}

/** Tells which outlets are off. @throws if the device does not show that. */
function offIn(context: Context) {
  return (outlet: OutletState, number: number) => !requireIsOn(context, number, outlet);
}

/** Whether the relay of an outlet has yet to follow it on: the device switches relays on one at a time. */
function isRising({ physicalState }: OutletState): boolean {
  return physicalState === false;
}

/**
 * The outlets once all of them are on, waited for as long as the device's own delays or the resource's timeout allow;
 * otherwise an error, before anything is cycled.
 */
async function whenOn(context: Context, chosen: SelectedOutlets): Promise<SelectedOutlets> {
  if (numbersOf(chosen, isRising).length === 0) {
    return chosen;
  }
  const delays = [...chosen.values()].map(({ cycleDelaySeconds }) => cycleDelaySeconds);
  const count = await outletCount(context, Math.max(...chosen.keys()));
  const expected = Math.min(await relayMilliseconds(context, count, delays), longestWaitMilliseconds);
  const limit = context.timeoutMilliseconds ?? expected;
  const last = await pollUntil(
    context,
    { limitMilliseconds: limit, pauseMilliseconds: longPollMilliseconds },
    () => readOutlets(context, chosen.keys()),
    (outlets) => numbersOf(outlets, isRising).length === 0 || numbersOf(outlets, offIn(context)).length > 0,
  );
  refuseOff(context, last);
  refuseLocked(context.device, last, "cycled");
  const left = numbersOf(last, isRising);
  if (left.length === 0) {
    return last;
  }
  throw new TimeoutError({
    device: context.device.name,
    message: `${outletList(left)} ${isOrAre(left)} switched on, but the relay has not followed within ${Math.round(limit / 1000)} seconds, so nothing was cycled`,
    remedy: `${longerWait(context)} the device's delays and its log, or leave it out.`,
  });
}

function numbersOf(outlets: SelectedOutlets, is: (outlet: OutletState, number: number) => boolean): number[] {
  return [...outlets].filter(([number, outlet]) => is(outlet, number)).map(([number]) => number);
}

/** Cycles one outlet; `done` and `all` are for the error if it fails halfway. */
async function cycle(context: Context, number: number, done: readonly number[], all: readonly number[]) {
  const { device } = context;
  for (let tries = 1; ; tries++) {
    const error = await requestError(device, number);
    const isOff = error?.outcome === "unknown" ? await wentOff(context, number) : undefined;
    if (error === undefined || isOff) {
      return;
    }
    const isUndone = isBusy(error.status) && isOff === false;
    if (!isUndone) {
      throw halfwayError(error, number, done, all);
    }
    if (tries === triesWhileBusy) {
      if (done.length === 0) {
        device.nothingHappened();
      }
      throw halfwayError(undoneError(error), number, done, all);
    }
  }
}

/** Asks for a cycle once, and returns the error if there is one. */
async function requestError(device: DeviceView, number: number): Promise<DliError | undefined> {
  try {
    await device.invoke(outletPath(number, "cycle"), [], { touches: outletPath(number), once: true });
    return undefined;
  } catch (error) {
    if (!isDliError(error)) {
      throw error;
    }
    return error;
  }
}

/** The error of one outlet, with what became of the others. */
function halfwayError(error: DliError, number: number, done: readonly number[], all: readonly number[]): DliError {
  const rest = all.filter((other) => other > number);
  const others = [
    ...(done.length > 0 ? [`${outletList(done)} had been cycled before`] : []),
    ...(rest.length > 0 ? [`${outletList(rest)} will not be cycled`] : []),
  ];
  const { device, method, path, status, words, problem, remedy } = error;
  const details = { device, method, path, status, words, cause: error };
  if (error.outcome === "unknown") {
    const what = `outlet ${number} may or may not have been cycled: ${problem}, and it was not seen to go off`;
    return new AnswerLostError({
      ...details,
      message: [what, ...others].join("; "),
      remedy: "Check what is connected to it.",
    });
  }
  if (others.length === 0) {
    return error;
  }
  const message = [`outlet ${number} was not cycled: ${problem}`, ...others].join("; ");
  return new RefusedError({ ...details, outcome: "refused", message, remedy });
}

/** Whether an outlet that was on is seen to go off, within the time that this can take; `undefined` if nothing is seen. */
function wentOff(context: Context, number: number): Promise<boolean | undefined> {
  const isSeenOff = async () => (await readOutlets(context, [number])).get(number)?.physicalState === false;
  const patience = { limitMilliseconds: lagMilliseconds, pauseMilliseconds: pollMilliseconds };
  return pollUntil(context, patience, isSeenOff, (off) => off).catch(() => undefined);
}

/** Waits until all outlets are back: on, and either seen off before or given the time for that. */
async function waitUntilOn(context: Context, selected: SelectedOutlets, milliseconds: number): Promise<void> {
  const started = context.clock.now();
  const deviceDelay = await readValue(context.device, "relay/cycle_delay/").catch(() => 0);
  const seenOff = new Set<number>();
  const isBack = (number: number, physicalState: boolean | undefined) => {
    const delay = selected.get(number)?.cycleDelaySeconds ?? deviceDelay;
    const dueAfter = (typeof delay === "number" ? boundedWait(context, delay * 1000) : 0) + lagMilliseconds;
    if (physicalState === false) {
      seenOff.add(number);
    }
    return physicalState !== false && (seenOff.has(number) || context.clock.now() - started >= dueAfter);
  };
  const left = await pollUntil(
    context,
    { limitMilliseconds: milliseconds, pauseMilliseconds: pollMilliseconds },
    async () => {
      const outlets = await readOutlets(context, selected.keys());
      return [...outlets].flatMap(([number, { physicalState }]) => (isBack(number, physicalState) ? [] : [number]));
    },
    (numbers) => numbers.length === 0,
  );
  if (left.length === 0) {
    return;
  }
  const wasOrWere = selected.size > 1 ? "were" : "was";
  throw new TimeoutError({
    device: context.device.name,
    message: `${outletList([...selected.keys()])} ${wasOrWere} cycled, but ${outletList(left)} did not come back on within ${milliseconds / 1000} seconds`,
    remedy: "Check the device's delays and its log.",
    outcome: "unknown",
  });
}
