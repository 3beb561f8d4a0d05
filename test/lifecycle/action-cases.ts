/** What the standard tests of actions need to know about each of them. */
import type { Json, SimulatedDevice } from "../../simulator";

/** How often an action has happened to each thing that it acts on. */
class Happenings {
  readonly #counts = new Map<string, number>();

  constructor(things: readonly string[]) {
    for (const thing of things) {
      this.#counts.set(thing, 0);
    }
  }

  /** Sets every count to 0. */
  clear(): void {
    for (const thing of this.#counts.keys()) {
      this.#counts.set(thing, 0);
    }
  }

  note(thing: string): void {
    this.#counts.set(thing, (this.#counts.get(thing) ?? 0) + 1);
  }

  get most(): number {
    return Math.max(...this.#counts.values());
  }

  get least(): number {
    return Math.min(...this.#counts.values());
  }
}

export interface ActionCase {
  readonly type: string;
  readonly inputs: Record<string, unknown>;
  /** A changed input that does not make the action run again. */
  readonly otherInput?: Record<string, unknown>;
  /** The outputs after a run. */
  readonly outputs: Record<string, unknown>;
  /** Puts the device into a condition in which the action can run, the first time and again. */
  readonly prepare: (device: SimulatedDevice) => void;
  /** Begins to count how often the action runs. */
  readonly watch: (device: SimulatedDevice) => Happenings;
  /** Expects the device to be as it must be after the action. */
  readonly done: (device: SimulatedDevice) => void;
}

const source = "function work(n)\n  log.notice(n)\nend\nfunction other()\nend\n";

export const actionCases: readonly ActionCase[] = [
  {
    type: "OutletCycle",
    inputs: { outlets: [4, 2], waitSeconds: 60 },
    otherInput: { waitSeconds: 30 },
    outputs: { cycled: [2, 4] },
    prepare: (device) => {
      for (const number of [2, 4]) {
        device.switchOutlet(number, true);
      }
      advance(device, 60_000);
    },
    watch: (device) => {
      const happenings = new Happenings(["1", "3"]);
      device.behaviours.register({
        name: "counted cycle",
        path: "relay/outlets/*/cycle",
        call: ({ keys }, _args, next) => {
          happenings.note(keys[2] as string);
          return next();
        },
      });
      return happenings;
    },
    done: ({ tree }) => {
      expect([1, 3].map((index) => tree.relay.outlets[index]?.physical_state)).toEqual([true, true]);
    },
  },
  {
    type: "SwitchOutlets",
    inputs: { states: { 1: true, 3: false, 8: true } },
    otherInput: { persistent: true },
    outputs: { switched: [1, 3, 8] },
    prepare: (device) => {
      for (const number of [1, 3, 8]) {
        device.switchOutlet(number, number === 3);
      }
      advance(device, 60_000);
    },
    watch: (device) => {
      const happenings = new Happenings(["0", "2", "7"]);
      const states = () => device.tree.relay.outlets.map((outlet) => outlet.transient_state);
      const counted = <T>(act: () => T): T => {
        const before = states();
        const result = act();
        for (const [index, state] of states().entries()) {
          if (state !== before[index]) {
            happenings.note(String(index));
          }
        }
        return result;
      };
      const call = (_context: unknown, _args: Json[], next: () => Json | undefined) => counted(next);
      const write = (_context: unknown, value: Json, next: (value: Json) => void) => counted(() => next(value));
      device.behaviours.register({ name: "counted call", path: "relay/set_outlet_transient_states", call });
      for (const member of ["state", "transient_state"]) {
        device.behaviours.register({ name: "counted write", path: `relay/outlets/*/${member}`, write });
      }
      return happenings;
    },
    done: ({ tree }) => {
      const states = [0, 2, 7].map((index) => tree.relay.outlets[index]?.transient_state);
      expect(states).toEqual([true, false, true]);
    },
  },
  {
    type: "ScriptRun",
    inputs: { function: "work", arguments: [5], waitSeconds: 120 },
    otherInput: { waitSeconds: 60 },
    outputs: { threadId: expect.stringMatching(/^\d+$/) },
    prepare: (device) => device.changeByHand("script/source", source),
    watch: (device) => {
      const happenings = new Happenings(["work"]);
      device.behaviours.register({
        name: "counted start",
        path: "script/start",
        call: (_context, _args, next) => {
          happenings.note("work");
          return next();
        },
      });
      return happenings;
    },
    done: ({ tree }) => expect(tree.script.threads).toEqual({}),
  },
  {
    type: "ScriptStop",
    inputs: { thread: "all" },
    outputs: { stopped: ["17", "21"] },
    prepare: ({ tree }) => {
      tree.script.threads["17"] = { label: "loop (admin via web ui)" };
      tree.script.threads["21"] = { label: "loop (admin via web ui) 2" };
    },
    watch: (device) => {
      const happenings = new Happenings(["threads"]);
      device.behaviours.register({
        name: "counted stop",
        path: "script/stop",
        call: (_context, _args, next) => {
          const before = Object.keys(device.tree.script.threads).length;
          const result = next();
          if (Object.keys(device.tree.script.threads).length < before) {
            happenings.note("threads");
          }
          return result;
        },
      });
      return happenings;
    },
    done: ({ tree }) => expect(tree.script.threads).toEqual({}),
  },
  {
    type: "Reboot",
    inputs: { timeoutSeconds: 60 },
    otherInput: { timeoutSeconds: 90 },
    outputs: { uptimeSeconds: expect.any(Number) },
    prepare: (device) => advance(device, 3600_000),
    watch: (device) => {
      const happenings = new Happenings(["device"]);
      device.behaviours.register({ name: "counted start", path: "system", reboot: () => happenings.note("device") });
      return happenings;
    },
    done: () => undefined,
  },
];

/** Moves the manual clock of a device. */
export function advance({ clock }: SimulatedDevice, milliseconds: number): void {
  if (!("advance" in clock)) {
    throw new Error("the simulated device needs a manual clock");
  }
  (clock as { advance(milliseconds: number): void }).advance(milliseconds);
}
