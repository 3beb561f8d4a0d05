/** One switched outlet. Its JSON is at the head of `provider/subtrees/outlets.ts`. */
import * as z from "zod";
import { defineAdopted } from "../schema/definition";
import { key, output } from "../schema/inputs";
import {
  enforcedState,
  guardOutlet,
  isMoving,
  outletSettings,
  protectionProblem,
  relayMilliseconds,
  requireAccess,
} from "../subtrees/outlet-rules";
import { writeOutletSettings } from "../subtrees/outlet-writes";
import { outletCount, outletPath, readAllOutlets, readOutlet } from "../subtrees/outlets";

export const outlet = defineAdopted({
  type: "Outlet",
  description:
    "One switched outlet: its name, its persistent state and how it may be switched. Destroying the resource leaves the outlet as it is, unless `onDestroy` says otherwise.",
  inputs: {
    number: key(z.int().min(1), "Number of the outlet as printed on the case, counted from 1."),
    ...outletSettings,
  },
  outputs: {
    transientState: output(
      z.boolean(),
      "The state until the next reboot; changes before `physicalState` during delays.",
      { derivedFrom: ["state"] },
    ),
    physicalState: output(z.boolean(), "Whether the relay is closed, as of the last read.", { derivedFrom: ["state"] }),
    locked: output(z.boolean(), "Whether the outlet is locked; a locked outlet cannot be switched over the network."),
  },
  id: ({ number }) => `outlets/${number}`,
  keys: (id) => {
    const number = /^outlets\/([1-9]\d*)$/.exec(id)?.[1];
    return number === undefined ? undefined : { number: Number(number) };
  },
  idForm: "<device>/outlets/<number>",
  claims: ({ number }) => [{ id: `outlets/${number}`, property: "number" }],
  owns: ({ number }) => (typeof number !== "number" ? [] : [{ path: outletPath(number), property: "number" }]),

  async list(context) {
    return [...(await readAllOutlets(context)).keys()].map((number) => `outlets/${number}`);
  },

  protects: ({ number, protectFromOff }) => (number !== undefined && protectFromOff ? [number] : []),

  check(inputs, known) {
    const problem = known("state") && known("protectFromOff") ? protectionProblem(inputs) : undefined;
    return problem === undefined ? [] : [{ property: "state", reason: problem }];
  },

  observe: (context, { number }) => readOutlet(context, number),

  async guard(context, desired, observed) {
    const { number } = desired;
    if (await guardOutlet(context, number, desired, observed)) {
      await requireAccess(context, [number]);
    }
  },

  async apply(context, desired, _observed, changes) {
    const { number, state } = desired;
    const isSwitchedNext = changes.has("state");
    // The state is written last: a refused name must not leave an outlet switched.
    await writeOutletSettings(context, [{ number, desired, isChanged: (name) => changes.has(name) }], {
      isSwitchedNext,
    });
    if (isSwitchedNext && state !== undefined) {
      await context.device.put(outletPath(number, "state"), state, { touches: outletPath(number) });
    }
  },

  view(observed, desired) {
    const state = enforcedState(observed, desired);
    return state === observed.state ? observed : { ...observed, state };
  },

  pending(observed, desired, changes) {
    if (!changes.has("state") || !isMoving(observed, desired)) {
      return undefined;
    }
    return `the relay of outlet ${desired.number} is still ${desired.state ? "off" : "on"}`;
  },

  async settleMilliseconds(context, desired) {
    return relayMilliseconds(context, await outletCount(context, desired.number), [desired.cycleDelaySeconds]);
  },
});
