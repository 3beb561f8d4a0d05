/** One switched outlet. What it looks like on the wire is at the top of `outlet-wire.ts`. */
import { z } from "zod";
import { InvalidInputError, type Json, LockedOutletError, NotSupportedError } from "../device";
import type { Context } from "./context";
import { define, instruction, key, managed, output } from "./definition";
import { type OutletState, outletMembers, outletPath, outletsPath, readOutlet } from "./outlet-wire";
import { understand } from "./wire";

/** Added to what the unit's own delays allow, because its answers lag behind the relays by a second or more. */
const settleSlackMilliseconds = 10_000;

export const outlet = define({
  type: "Outlet",
  family: "adopted",
  description:
    "One switched outlet: its name, its persistent state and how it may be switched. Destroying the resource leaves the outlet as it is, unless `onDestroy` says otherwise.",
  inputs: {
    number: key(z.int().min(1), "Number of the outlet as printed on the case, counted from 1."),
    name: managed(
      z.string().min(1),
      "The outlet's name. Some units take at most 16 characters and refuse a longer one.",
    ),
    state: managed(
      z.boolean(),
      "The persistent state: true is on. It is switched at once and comes back after a reboot of the unit.",
    ),
    critical: managed(z.boolean(), "Whether the unit's web page asks before switching the outlet off."),
    cycleDelaySeconds: managed(
      z.number().min(0).nullable(),
      "How long the outlet stays off when it is cycled, in seconds; null = the unit's own `cycleDelaySeconds`.",
    ),
    enforce: instruction(
      z.enum(["persistent", "physical"]),
      "persistent",
      "What has to match `state`: the `persistent` state alone, or the `physical` relay as well, so that an outlet which somebody switched until the next reboot counts as drift.",
    ),
    waitForPhysical: instruction(
      z.boolean(),
      true,
      "Whether a change of `state` waits until the relay has followed; the unit's sequence delay can make that take a while.",
    ),
    protectFromOff: instruction(z.boolean(), false, "Refuses every plan that would switch this outlet off."),
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

  async list(context) {
    const outlets = understand(context, outletsPath, z.array(z.json()), await context.read(outletsPath, []));
    return outlets.map((_, index) => `outlets/${index + 1}`);
  },

  check(inputs, known, { device, run }) {
    if (known("number") && known("protectFromOff") && inputs.protectFromOff)
      run.protectOutlet(device, inputs.number as number);
    if (!known("state") || !known("protectFromOff") || !inputs.protectFromOff || inputs.state !== false) return [];
    return [{ property: "state", reason: "protectFromOff is true, so this outlet may not be switched off" }];
  },

  observe: (context, { number }) => readOutlet(context, number),

  guard(context, wanted, observed) {
    if (!observed) throw noSuchOutlet(context, wanted.number);
    const missing = (Object.keys(outletMembers) as (keyof typeof outletMembers)[]).find(
      (name) => wanted[name] !== undefined && observed[name] === undefined,
    );
    if (missing) {
      throw new NotSupportedError({
        device: context.device,
        method: "GET",
        path: String(outletPath(wanted.number)),
        message: `this unit does not report \`${missing}\` for its outlets`,
        remedy: `Leave \`${missing}\` out for this unit.`,
        outcome: "notSent",
      });
    }
    const switches = wanted.state !== undefined && !follows(observed, wanted);
    if (switches && observed.locked) throw locked(context, wanted.number, wanted.state === true);
    if (switches && wanted.state === false && wanted.protectFromOff) {
      throw new InvalidInputError({
        device: context.device,
        message: `outlet ${wanted.number} is protected by protectFromOff and would be switched off`,
        remedy: "Set protectFromOff to false first if that is meant.",
        outcome: "notSent",
      });
    }
  },

  async apply(context, wanted, _observed, changes) {
    // The state goes last: a refused name must not leave an outlet switched.
    for (const name of ["name", "critical", "cycleDelaySeconds", "state"] as const) {
      if (!changes.has(name)) continue;
      await context.put(outletPath(wanted.number, outletMembers[name]), wanted[name] as Json, {
        touches: outletPath(wanted.number),
      });
    }
  },

  view(observed, wanted) {
    if (wanted.state === undefined || wanted.enforce !== "physical" || follows(observed, wanted)) return observed;
    return { ...observed, state: !wanted.state };
  },

  pending(observed, wanted, changes) {
    if (!changes.has("state") || !wanted.waitForPhysical || observed.physicalState === wanted.state) return undefined;
    return `the relay of outlet ${wanted.number} is still ${wanted.state ? "off" : "on"}`;
  },

  async settleMilliseconds(context, wanted) {
    const sequenceDelay = await context.read("relay/sequence_delay/");
    const outlets = await context.read(outletsPath, []);
    const count = Array.isArray(outlets) ? outlets.length : wanted.number;
    const cycleDelay = wanted.cycleDelaySeconds ?? (await context.read("relay/cycle_delay/"));
    const seconds = (typeof sequenceDelay === "number" ? sequenceDelay : 0) * count;
    return (seconds + (typeof cycleDelay === "number" ? cycleDelay : 0)) * 1000 + settleSlackMilliseconds;
  },
});

/** Whether everything that `enforce` asks for stands at the wanted state. */
function follows(observed: OutletState, wanted: { state?: boolean | undefined; enforce?: string }): boolean {
  if (observed.state !== wanted.state) return false;
  if (wanted.enforce !== "physical") return true;
  return [observed.transientState, observed.physicalState].every(
    (state) => state === undefined || state === wanted.state,
  );
}

function noSuchOutlet(context: Context, number: number): NotSupportedError {
  return new NotSupportedError({
    device: context.device,
    method: "GET",
    path: String(outletsPath),
    message: `this unit has no outlet ${number}`,
    remedy: "Outlets are numbered from 1, as printed on the case.",
    outcome: "notSent",
  });
}

function locked(context: Context, number: number, on: boolean): LockedOutletError {
  return new LockedOutletError({
    device: context.device,
    method: "PUT",
    path: String(outletPath(number, "state")),
    message: `outlet ${number} is locked, so it cannot be switched ${on ? "on" : "off"}`,
    remedy: `The REST-style API cannot unlock it: use the unit's keypad, or \`uom set relay/outlets/${number - 1}/locked false\` over SSH.`,
    outcome: "notSent",
  });
}
