/**
 * Several outlets at once:
 * - `POST relay/set_outlet_transient_states/` with `[[[0, false], [1, true]]]`, firmware 1.10.11 and newer;
 * - before that `PUT relay/outlets/=0,4/transient_state/` with `false`, one request per value;
 * - persistent: `PUT relay/outlets/=0,4/state/`, one request per value.
 * A 207 can hide an element that failed, so the states are read afterwards. device.md sections 1.8, 3.1 and 10.
 */
import * as z from "zod";
import {
  type DevicePath,
  type DliError,
  devicePath,
  isForbiddenError,
  isNotFoundError,
  isNotSupportedError,
  NotUnderstoodError,
} from "../client";
import type { Context } from "../runtime/context";
import type { DeviceView } from "../runtime/device-view";
import { type Patience, patienceWithLag, pollUntil } from "../runtime/poll";
import { lostResponse } from "../runtime/write-outcome";
import { defineAction } from "../schema/definition";
import { argument, instruction, output } from "../schema/inputs";
import { relayMilliseconds, requireAccess, requireIsOn } from "../subtrees/outlet-rules";
import {
  protectedFailures,
  readOutlets,
  refuseLocked,
  refuseProtected,
  type SelectedOutlets,
} from "../subtrees/outlet-selection";
import { switchTogether } from "../subtrees/outlet-writes";
import { type OutletState, outletCount, outletList, outletPath, outletsPath } from "../subtrees/outlets";

/** How often the request is sent at most, if responses are lost and not every outlet has switched. */
const attempts = 3;
const callPath = devicePath("relay", "set_outlet_transient_states");

/** What each outlet should be, by number. */
type States = ReadonlyMap<number, boolean>;

export const switchOutlets = defineAction({
  type: "SwitchOutlets",
  description:
    "Switches several outlets once, as simultaneously as the device can; switching on still follows the device's sequence delay. Rejected as a whole, before anything is switched, when an outlet that would change is locked, or would go off although `protectFromOff` of the same program forbids it.",
  inputs: {
    states: argument(
      z
        .record(z.string(), z.boolean())
        .refine((states) => Object.keys(states).length > 0, "must name an outlet")
        .refine(
          (states) => Object.keys(states).every((number) => /^[1-9]\d*$/.test(number)),
          "must name outlets by their numbers, counted from 1",
        ),
      "What each outlet should be, by its number as printed on the case: `{ 1: true, 4: false }`; true is on.",
    ),
    persistent: instruction(
      z.boolean(),
      false,
      "False = until the device's next reboot. True = also after that, which an `Outlet` that declares its `state` sees as drift.",
    ),
  },
  outputs: {
    switched: output(z.array(z.int()), "Outlets whose state changed.", { derivedFrom: ["states"] }),
  },
  id: ({ states }) => `switch/${Object.keys(states).join(",")}`,
  idBegin: "switch/",

  check(inputs, known, { device, run }) {
    if (!known("states")) {
      return [];
    }
    const off = Object.entries(inputs.states ?? {}).flatMap(([number, on]) => (on ? [] : [Number(number)]));
    return protectedFailures("states", device, off, run);
  },

  async run(context, { states, persistent }) {
    const { device } = context;
    device.readNow();
    const desired: States = new Map(Object.entries(states).map(([number, on]) => [Number(number), on]));
    const readDiffering = () => differing(context, desired, { persistent });
    let left = await differing(context, desired, { persistent, mayBeCycling: true });
    const switched = [...left.keys()];
    const patience = await patienceFor(context, left);
    await requireAccess(context, switched);
    for (let attempt = 1; left.size > 0; attempt++) {
      refuseLocked(device, left, "switched");
      const off = [...left.keys()].filter((number) => !desired.get(number));
      await refuseProtected(context, off, "switched");
      const states = new Map([...desired].filter(([number]) => left.has(number)));
      const lost = await lostResponse(() => write(device, states, persistent));
      left = await pollUntil(context, patience, readDiffering, ({ size }) => size === 0);
      if (lost && left.size === switched.length) {
        device.nothingHappened();
      }
      if (left.size > 0 && (!lost || attempt === attempts)) {
        throw lost ?? notSwitchedError(device, [...left.keys()]);
      }
    }
    return { switched };
  },
});

/**
 * The outlets that do not have the desired state; with `mayBeCycling`, also those whose relay alone shows it, since
 * that may be in the middle of a cycle.
 */
async function differing(
  context: Context,
  desired: States,
  { persistent, mayBeCycling = false }: { persistent: boolean; mayBeCycling?: boolean },
): Promise<SelectedOutlets> {
  const found = await readOutlets(context, desired.keys());
  const isAsDesired = (number: number, outlet: OutletState) => {
    const on = requireIsOn(context, number, outlet, { persistent });
    const { transientState, state = on } = outlet;
    return on === desired.get(number) && (!mayBeCycling || transientState !== undefined || state === on);
  };
  return new Map([...found].filter(([number, outlet]) => !isAsDesired(number, outlet)));
}

/** How long to wait for a switch to show: if the device shows only the relay's state, as long as its delays allow. */
async function patienceFor(context: Context, outlets: SelectedOutlets): Promise<Patience> {
  const isRelayAlone = [...outlets.values()].some(({ transientState }) => transientState === undefined);
  const delay = isRelayAlone ? await relayMilliseconds(context, await outletCount(context, 0), []) : 0;
  return patienceWithLag(context, delay);
}

/** Sends the request once. */
async function write(device: DeviceView, states: States, persistent: boolean): Promise<void> {
  const touches = [...states.keys()].map((number) => outletPath(number));
  if (persistent || !(await call(device, states, touches))) {
    await putEach(device, states, persistent ? "state" : "transient_state");
  }
}

/** Makes one call for all; false, with nothing changed, if this device or the scopes of this token do not have it. */
async function call(device: DeviceView, states: States, touches: DevicePath[]): Promise<boolean> {
  try {
    const pairs = [...states].map(([number, on]) => [number - 1, on]);
    await device.invoke(callPath, [pairs], { touches });
    return true;
  } catch (error) {
    if (isNotFoundError(error) || isNotSupportedError(error) || isForbiddenError(error)) {
      return false;
    }
    throw error;
  }
}

/** Makes one request for all that go off, then one for all that go on: the load never exceeds what is desired. */
async function putEach(device: DeviceView, states: States, member: "state" | "transient_state"): Promise<void> {
  for (const on of [false, true]) {
    const numbers = [...states].flatMap(([number, state]) => (state === on ? [number] : []));
    await switchTogether(device, numbers, member, on);
  }
}

function notSwitchedError(device: DeviceView, numbers: readonly number[]): DliError {
  return new NotUnderstoodError({
    device: device.name,
    path: String(outletsPath),
    message: `the device accepted the request, but ${outletList(numbers)} did not switch`,
    remedy: "Check the device's log; another client may have switched at the same time, or the device may lack power.",
    outcome: "unknown",
  });
}
