/** `relay/`: switching, locks, cycles, delays and recovery. */
import type { Behaviour, Context, DeviceCore } from "../device/contract";
import { maySwitch } from "../device/rights";
import { badBody, breaksRule, forbidden } from "../device/root";
import type { Json } from "../schema/nodes";
import { Refusal } from "../schema/refusal";
import { Relays } from "./relay-contacts";

/** Whether an outlet's lock makes a write do nothing; throws if the device reports that. */
function isHeldByLock(context: Context, index: number): boolean {
  const { device, requester } = context;
  if (requester.kind === "hand" || device.tree.relay.outlets[index]?.locked !== true) {
    return false;
  }
  const answer = device.dialects.lockedOutletStatus;
  if (answer !== "ignored") {
    throw new Refusal(Number(answer), `Outlet ${index + 1} is locked`);
  }
  return true;
}

function requirePower(device: DeviceCore, on: boolean): void {
  const { online } = device.tree.relay;
  if (online === false || (online === "degraded" && on)) {
    throw breaksRule(device, "The relay module cannot switch now");
  }
}

/** The pairs of set_outlet_transient_states, checked. */
function pairsOf(context: Context, args: Json[]): [number, boolean][] {
  const { device } = context;
  const [list] = args;
  if (args.length !== 1 || !Array.isArray(list)) {
    throw badBody(device, "One argument is needed: a list of pairs of outlet and state");
  }
  return list.map((pair) => {
    const [index, on] = Array.isArray(pair) ? pair : [];
    if (typeof index !== "number" || typeof on !== "boolean") {
      throw badBody(device, "A pair is an outlet's number, counted from 0, and true or false");
    }
    if (device.tree.relay.outlets[index] === undefined) {
      throw breaksRule(device, `There is no outlet with index ${index}`);
    }
    if (!maySwitch(context, index)) {
      throw forbidden(device, `No access to outlet ${index + 1}`);
    }
    return [index, on];
  });
}

/** Switches one outlet by one of its states. */
function switching(device: DeviceCore, relays: Relays, member: "state" | "transient_state"): Behaviour {
  return {
    name: `switch an outlet by ${member}`,
    path: `relay/outlets/*/${member}`,
    accept(context, value, next) {
      const accepted = next(value);
      isHeldByLock(context, Number(context.keys[2]));
      requirePower(device, accepted === true);
      return accepted;
    },
    write(context, value) {
      const index = Number(context.keys[2]);
      const outlet = device.tree.relay.outlets[index];
      if (outlet === undefined || isHeldByLock(context, index)) {
        return;
      }
      if (member === "state") {
        outlet.state = value === true;
      }
      relays.switch(index, value === true);
    },
  };
}

/** Switches several outlets by one call. */
function switchingSeveral(device: DeviceCore, relays: Relays): Behaviour {
  return {
    name: "switch several outlets at once",
    path: "relay/set_outlet_transient_states",
    call(context, args) {
      const pairs = pairsOf(context, args);
      const free = pairs.filter(([index]) => !isHeldByLock(context, index));
      for (const [, on] of free) {
        requirePower(device, on);
      }
      for (const [index, on] of free) {
        relays.switch(index, on);
      }
      return undefined;
    },
  };
}

/** The outlets: their states, names, locks and cycles. */
function outletBehaviours(device: DeviceCore, relays: Relays): Behaviour[] {
  return [
    switching(device, relays, "state"),
    switching(device, relays, "transient_state"),
    {
      name: "check the name of an outlet",
      path: "relay/outlets/*/name",
      accept(_context, value, next) {
        const name = next(value) as string;
        const limit = device.dialects.nameLengthLimit;
        if (limit === "refuse16" && name.length > 16) {
          throw breaksRule(device, "A name has at most 16 characters");
        }
        return limit === "cut16" ? name.slice(0, 16) : name;
      },
    },
    {
      name: "refuse to lock over REST",
      path: "relay/outlets/*/locked",
      accept({ requester }, value, next) {
        if (requester.kind !== "hand" && device.dialects.lockedWrite === "refused") {
          throw forbidden(device, "Locking works by keypad and uom only");
        }
        return next(value);
      },
    },
    {
      name: "cycle an outlet",
      path: "relay/outlets/*/cycle",
      call(context) {
        const index = Number(context.keys[2]);
        const isOn = device.tree.relay.outlets[index]?.transient_state === true;
        const offRule = device.dialects.cycleOffOutlet;
        if (isHeldByLock(context, index)) {
          return undefined;
        }
        requirePower(device, true);
        if (!isOn && offRule === "refused") {
          throw breaksRule(device, `Outlet ${index + 1} is off`);
        }
        if (isOn || offRule === "turnsOn") {
          relays.cycle(index);
        }
        return undefined;
      },
    },
    switchingSeveral(device, relays),
  ];
}

/** The relay module as a whole: its delays, and what it does after a restart. */
function moduleBehaviours(device: DeviceCore, relays: Relays): Behaviour[] {
  return [
    {
      name: "check the sequence delay",
      path: "relay/sequence_delay",
      accept(_context, value, next) {
        const seconds = next(value) as number;
        if (seconds < device.tree.relay.min_sequence_delay) {
          throw breaksRule(device, `The sequence delay is at least ${device.tree.relay.min_sequence_delay} s`);
        }
        return seconds;
      },
    },
    {
      name: "check the recovery mode",
      path: "relay/recovery_mode",
      accept(_context, value, next) {
        const mode = next(value) as number;
        const first = device.dialects.recoveryModeNumbers === "fromOne" ? 1 : 0;
        if (!Number.isInteger(mode) || mode < first || mode > first + 2) {
          throw breaksRule(device, `The recovery mode is ${first}, ${first + 1} or ${first + 2}`);
        }
        return mode;
      },
    },
    { name: "recover from a restart", path: "relay", reboot: (_device, reason) => relays.restart(reason) },
  ];
}

/** relay/: the outlets' states and names, cycle, sequence and recovery. */
export function relayBehaviours(device: DeviceCore): Behaviour[] {
  const relays = new Relays(device);
  return [...outletBehaviours(device, relays), ...moduleBehaviours(device, relays)];
}
