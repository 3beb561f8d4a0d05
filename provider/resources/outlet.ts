/** One switched outlet. What it looks like on the wire is at the top of `outlet-wire.ts`. */
import * as z from "zod";
import type { Json } from "../client";
import { understand } from "../runtime/decode";
import { define } from "../schema/definition";
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
import { outletCount, outletMembers, outletPath, outletsPath, readOutlet } from "../subtrees/outlets";

export const outlet = define({
  type: "Outlet",
  family: "adopted",
  description:
    "One switched outlet: its name, its persistent state and how it may be switched. Destroying the resource leaves the outlet as it is, unless `onDestroy` says otherwise.",
  inputs: {
    number: key(z.int().min(1), "Number of the outlet as printed on the case, counted from 1."),
    ...outletSettings,
  },
  outputs: {
    transientState: output(z.boolean(), "The state wanted until the next reboot; leads `physicalState` during delays."),
    physicalState: output(z.boolean(), "Whether the relay is closed, as of the last read."),
    locked: output(z.boolean(), "Whether the outlet is locked; a locked outlet cannot be switched over the network."),
  },
  id: ({ number }) => `outlets/${number}`,
  keys: (id) => {
    const number = /^outlets\/([1-9]\d*)$/.exec(id)?.[1];
    return number === undefined ? undefined : { number: Number(number) };
  },
  idForm: "<device>/outlets/<number>",
  claims: ({ number }) => [{ id: `outlets/${number}`, property: "number" }],

  async list(context) {
    const outlets = understand(context, outletsPath, z.array(z.json()), await context.device.read(outletsPath, []));
    return outlets.map((_, index) => `outlets/${index + 1}`);
  },

  declare(run, { number, protectFromOff }, device) {
    if (number !== undefined && protectFromOff) {
      run.protectedOutlets.add(device, number);
    }
  },

  check(inputs, known) {
    const problem = known("state") && known("protectFromOff") ? protectionProblem(inputs) : undefined;
    return problem === undefined ? [] : [{ property: "state", reason: problem }];
  },

  observe: (context, { number }) => readOutlet(context, number),

  async guard(context, wanted, observed) {
    const { number } = wanted;
    if (guardOutlet(context, number, wanted, observed)) {
      await requireAccess(context, [number]);
    }
  },

  async apply(context, wanted, _observed, changes) {
    // The state goes last: a refused name must not leave an outlet switched.
    for (const name of ["name", "critical", "cycleDelaySeconds", "state"] as const) {
      if (!changes.has(name)) {
        continue;
      }
      await context.device.put(outletPath(wanted.number, outletMembers[name]), wanted[name] as Json, {
        touches: outletPath(wanted.number),
      });
    }
  },

  view(observed, wanted) {
    const state = enforcedState(observed, wanted);
    return state === observed.state ? observed : { ...observed, state };
  },

  pending(observed, wanted, changes) {
    if (!changes.has("state") || !isMoving(observed, wanted)) {
      return undefined;
    }
    return `the relay of outlet ${wanted.number} is still ${wanted.state ? "off" : "on"}`;
  },

  async settleMilliseconds(context, wanted) {
    return relayMilliseconds(context, await outletCount(context, wanted.number), [wanted.cycleDelaySeconds]);
  },
});
