/**
 * Several outlets at once:
 * - `POST relay/set_outlet_transient_states/` with `[[[0, false], [1, true]]]`, firmware 1.10.11 and newer;
 * - before that `PUT relay/outlets/=0,4/transient_state/` with `false`, one request per value;
 * - persistent: `PUT relay/outlets/=0,4/state/`, one request per value.
 * A 207 can hide an element that failed, so the states are read afterwards. device.md sections 1.8, 3.1 and 10.
 */
import * as z from "zod";
import {
  type DliError,
  devicePath,
  elements,
  isDliError,
  isForbiddenError,
  isNotFoundError,
  isNotSupportedError,
  NotUnderstoodError,
} from "../client";
import type { Context } from "../runtime/context";
import { lookUntil } from "../runtime/poll";
import { defineAction } from "../schema/definition";
import { argument, instruction, output } from "../schema/inputs";
import { requireAccess } from "../subtrees/outlet-rules";
import {
  type ChosenOutlets,
  list,
  protectedFailures,
  readOutlets,
  refuseLocked,
  refuseProtected,
} from "../subtrees/outlet-selection";
import { type OutletState, outletPath, outletsPath } from "../subtrees/outlets";

/** How far the device's answers may lag behind a write. */
const patience = { limit: 2_000, pause: 250 };
/** How often it is sent in all when answers are lost; the states show that it has not happened. */
const attempts = 3;
const callPath = devicePath("relay", "set_outlet_transient_states");

export const switchOutlets = defineAction({
  type: "SwitchOutlets",
  family: "action",
  description:
    "Switches several outlets once, as simultaneously as the device can; switching on still keeps the device's sequence delay. Refused as a whole, before anything is switched, when one that would change is locked, or would go off although `protectFromOff` of the same program forbids it.",
  inputs: {
    states: argument(
      z
        .record(z.string(), z.boolean())
        .refine((states) => Object.keys(states).length > 0, "has to name an outlet")
        .refine(
          (states) => Object.keys(states).every((number) => /^[1-9]\d*$/.test(number)),
          "has to name outlets by their numbers, counted from 1",
        ),
      "What each outlet is to be, by its number as printed on the case: `{ 1: true, 4: false }`; true is on.",
    ),
    persistent: instruction(
      z.boolean(),
      false,
      "False = until the device's next reboot. True = also after that, which an `Outlet` that declares its `state` sees as drift.",
    ),
  },
  outputs: {
    switched: output(z.array(z.int()), "Numbers of the outlets that were not as wanted before."),
  },
  id: ({ states }) => `switch/${Object.keys(states).join(",")}`,

  check(inputs, known, { device, run }) {
    if (!known("states")) {
      return [];
    }
    const off = Object.entries(inputs.states ?? {}).flatMap(([number, on]) => (on ? [] : [Number(number)]));
    return protectedFailures("states", device, off, run);
  },

  async run(context, { states, persistent }) {
    context.device.readNow();
    const wanted = new Map(Object.entries(states).map(([number, on]) => [Number(number), on]));
    const differing = async () => {
      const found = await readOutlets(context, wanted.keys());
      for (const [number, outlet] of found) {
        if (stands(outlet, wanted.get(number) as boolean, persistent)) {
          found.delete(number);
        }
      }
      return found;
    };
    let left = await differing();
    const switched = [...left.keys()];
    await requireAccess(context, switched);
    for (let attempt = 1; left.size > 0; attempt++) {
      refuseLocked(context, left, "switched");
      await refuseProtected(
        context,
        [...left.keys()].filter((number) => !wanted.get(number)),
        "switched",
      );
      const lost = await write(context, left, wanted, persistent);
      left = await lookUntil(context, patience, differing, ({ size }) => size === 0);
      if (lost && left.size === switched.length) {
        context.device.nothingHappened();
      }
      if (left.size > 0 && (!lost || attempt === attempts)) {
        throw lost ?? didNotTake(context, left);
      }
    }
    return { switched };
  },
});

function stands({ state, transientState }: OutletState, on: boolean, persistent: boolean): boolean {
  return (transientState ?? state) === on && (!persistent || state === on);
}

/** Sends it once; gives back the error when it only means that an answer was lost. */
async function write(
  context: Context,
  outlets: ChosenOutlets,
  wanted: ReadonlyMap<number, boolean>,
  persistent: boolean,
): Promise<DliError | undefined> {
  const touches = [...outlets.keys()].map((number) => outletPath(number));
  const pairs = [...outlets.keys()].map((number) => [number - 1, wanted.get(number) as boolean] as [number, boolean]);
  try {
    if (persistent || !(await call(context, pairs, touches))) {
      await putEach(context, pairs, persistent ? "state" : "transient_state", touches);
    }
    return undefined;
  } catch (error) {
    if (isDliError(error) && error.outcome === "unknown") {
      return error;
    }
    throw error;
  }
}

type Touches = ReturnType<typeof outletPath>[];

/** The one call for all; false when this device, or the scopes of this token, do not have it: nothing has happened. */
async function call(context: Context, pairs: [number, boolean][], touches: Touches): Promise<boolean> {
  try {
    await context.device.invoke(callPath, [pairs], { touches });
    return true;
  } catch (error) {
    if (isNotFoundError(error) || isNotSupportedError(error) || isForbiddenError(error)) {
      return false;
    }
    throw error;
  }
}

/** One request for all that go off, one for all that go on; off first, so that the load never exceeds what is wanted. */
async function putEach(
  context: Context,
  pairs: readonly [number, boolean][],
  member: string,
  touches: Touches,
): Promise<void> {
  for (const on of [false, true]) {
    const indices = pairs.filter((pair) => pair[1] === on).map(([index]) => index);
    if (indices.length === 0) {
      continue;
    }
    await context.device.put(outletsPath.join(elements(...indices), member), on, { touches });
  }
}

function didNotTake(context: Context, left: ChosenOutlets): DliError {
  return new NotUnderstoodError({
    device: context.device.name,
    path: String(outletsPath),
    message: `the device took the request, but ${list([...left.keys()])} did not switch`,
    remedy:
      "Look at the device's log; somebody else may have switched at the same time, or the device may be short of power.",
    outcome: "unknown",
  });
}
