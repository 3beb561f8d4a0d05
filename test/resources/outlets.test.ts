/** A whole device's outlets as one resource: the number of requests, and the pace at which relays move. */
import { PartialFailure } from "../../provider/lifecycle/errors/errors";
import { unknownValue } from "../../provider/schema/unknown";
import type { ManualClock, SimulatedDevice, SimulatorOptions } from "../../simulator";
import { names, onDevice, writes } from "../support/on-device";

const iso32 = { model: "ISO32" } as const;

type Entries = Record<string, Record<string, unknown>>;

/** An entry for each of the device's outlets. */
function every(device: SimulatedDevice, entry: (number: number) => Record<string, unknown>): Entries {
  return Object.fromEntries(device.tree.relay.outlets.map((_, index) => [index + 1, entry(index + 1)]));
}

/** Puts every outlet into a state, with relays at rest. */
function allAt(device: SimulatedDevice, on: boolean): void {
  for (const outlet of device.tree.relay.outlets) {
    Object.assign(outlet, { state: on, transient_state: on, physical_state: on });
  }
}

/** Records every move of a contact with its time in milliseconds. */
function watch(device: SimulatedDevice): { number: number; on: boolean; at: number }[] {
  const moves: { number: number; on: boolean; at: number }[] = [];
  for (const [index, outlet] of device.tree.relay.outlets.entries()) {
    let closed = outlet.physical_state;
    Object.defineProperty(outlet, "physical_state", {
      enumerable: true,
      get: () => closed,
      set: (on: boolean) => {
        if (on !== closed) {
          moves.push({ number: index + 1, on, at: device.clock.now() });
        }
        closed = on;
      },
    });
  }
  return moves;
}

test("32 outlets are adopted and refreshed with one GET each, and nothing is written", () =>
  onDevice(iso32, async ({ device, engine }) => {
    const outlets = every(device, (number) => ({ name: `Outlet ${number}`, state: true }));
    const held = await engine.create("Outlets", { outlets });
    expect(writes(device)).toEqual([]);
    device.journal.clear();
    expect(await engine.refresh(held)).toEqual([]);
    const reads = device.journal.filter({ method: "GET" }).filter(({ status }) => status === 200);
    expect(reads.map(({ path }) => path)).toEqual(["/restapi/config/serial/", "/restapi/relay/outlets/"]);
    expect(Object.keys(held.state["outlets"]!)).toHaveLength(32);
  }));

test("32 new names and states take three writes: one for all names and one for each state", () =>
  onDevice(iso32, async ({ device, engine }) => {
    allAt(device, false);
    device.changeByHand("relay/outlets/30/state", true);
    const outlets = every(device, (number) => ({
      name: `host ${number}`,
      state: number % 2 === 0,
    }));
    const held = await engine.create("Outlets", { outlets });
    const on = Array.from({ length: 16 }, (_, index) => 2 * index + 1);
    expect(writes(device)).toEqual([
      "PATCH relay/outlets/",
      "PUT relay/outlets/30/state/",
      `PUT relay/outlets/=${on.join(",")}/state/`,
    ]);
    expect(device.tree.relay.outlets.map(({ state }) => state)).toEqual(
      device.tree.relay.outlets.map((_, index) => index % 2 === 1),
    );
    expect(device.tree.relay.outlets.map(({ name }) => name)).toEqual(
      device.tree.relay.outlets.map((_, index) => `host ${index + 1}`),
    );
    expect(await engine.refresh(held)).toEqual([]);
  }));

test("what several outlets get alike goes by one matrix PUT, and only to these", () =>
  onDevice({}, async ({ device, engine }) => {
    await engine.create("Outlets", {
      outlets: { 2: { critical: true }, 3: { critical: true }, 7: { critical: true } },
    });
    expect(writes(device)).toEqual(["PUT relay/outlets/=1,2,6/critical/"]);
    expect(device.tree.relay.outlets.flatMap(({ critical }, index) => (critical ? [index] : []))).toEqual([1, 2, 6]);
  }));

/** How devices treat a JSON Patch of several outlets: some apply it only in part or not at all, and are sent more. */
const halfHearted: readonly [dialects: NonNullable<SimulatorOptions["dialects"]>, sent: readonly string[]][] = [
  [{ jsonPatch: "taken" }, ["PATCH relay/outlets/"]],
  [{ jsonPatch: "refused" }, ["PATCH relay/outlets/", "PUT relay/outlets/0/name/", "PUT relay/outlets/2/name/"]],
  [{ jsonPatch: "firstOperation" }, ["PATCH relay/outlets/", "PUT relay/outlets/2/name/"]],
  [{ jsonPatch: "ignored" }, ["PATCH relay/outlets/", "PUT relay/outlets/0/name/", "PUT relay/outlets/2/name/"]],
  [{ patchPointers: "ownMembers" }, ["PATCH relay/outlets/", "PUT relay/outlets/0/name/", "PUT relay/outlets/2/name/"]],
];

test.each(halfHearted)("under %j every name arrives, by %j, before an outlet is switched", (dialects, sent) =>
  onDevice({ dialects }, async ({ device, engine }) => {
    await engine.create("Outlets", { outlets: { 1: { name: "a" }, 3: { name: "c", state: false } } });
    expect(writes(device)).toEqual([...sent, "PUT relay/outlets/2/state/"]);
    expect(device.tree.relay.outlets.slice(0, 4).map(({ name }) => name)).toEqual(["a", "Outlet 2", "c", "Outlet 4"]);
  }),
);

test.each([
  [{ jsonPatch: "refused" }, 1],
  [{ jsonPatch: "firstOperation" }, 1],
  [{ jsonPatch: "ignored" }, 1],
  [{}, 3],
] as const)("under %j the resources of a run ask the device %d times for a JSON patch", (dialects, patches) =>
  onDevice({ dialects }, async ({ device, engine }) => {
    await engine.createInTurn([
      { type: "Relay", inputs: { name: "Rack", cycleDelaySeconds: 9 } },
      { type: "Outlets", inputs: { outlets: { 1: { name: "a" }, 3: { name: "c" } } } },
      { type: "Outlet", inputs: { number: 7, name: "g", critical: true } },
    ]);
    expect(writes(device).filter((request) => request.startsWith("PATCH"))).toHaveLength(patches);
    expect(device.tree.relay).toMatchObject({ name: "Rack", cycle_delay: 9 });
    expect(device.tree.relay.outlets[6]).toMatchObject({ name: "g", critical: true });
  }),
);

test.each(halfHearted.flatMap(([dialects]) => [[dialects], [{ ...dialects, patchFailure: "upToThere" }]] as const))(
  "under %j a name that is refused leaves no outlet switched, and the state says what was written",
  (dialects) =>
    onDevice({ dialects: { ...dialects, nameLengthLimit: "refuse16" } }, async ({ device, engine }) => {
      const outlets = { 1: { name: "short" }, 2: { name: "longer than sixteen" }, 3: { name: "third", state: false } };
      const failure = await engine.create("Outlets", { outlets }).catch((error) => error);
      expect(failure).toBeInstanceOf(PartialFailure);
      expect(failure.message).toContain("PUT relay/outlets/1/name/: the device refused it");
      const state = (failure as PartialFailure).state["outlets"] as Entries;
      for (const [index, { name, state: isOn }] of device.tree.relay.outlets.slice(0, 3).entries()) {
        expect(isOn).toBe(true);
        expect(state[index + 1]).toMatchObject({ name, ...(index === 2 && { state: true }) });
      }
      const right = { ...outlets, 2: { name: "short, too" } };
      const held = {
        type: "Outlets",
        id: failure.id,
        inputs: engine.check("Outlets", { outlets }),
        state: failure.state,
      };
      await engine.up(held, { outlets: right });
      expect(device.tree.relay.outlets.slice(0, 3)).toMatchObject([right[1], right[2], right[3]]);
    }),
);

test("32 outlets go on in the order of their numbers, one per sequence delay; and create waits for the last", () =>
  onDevice(iso32, async ({ device, engine }) => {
    allAt(device, false);
    device.tree.relay.sequence_delay = 3;
    const moves = watch(device);
    await engine.create("Outlets", { outlets: every(device, () => ({ state: true })) });
    expect(moves.map(({ number }) => number)).toEqual(Array.from({ length: 32 }, (_, index) => index + 1));
    const pauses = moves.slice(1).map(({ at }, index) => at - moves[index]!.at);
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(3_000);
    expect(device.tree.relay.outlets.every(({ physical_state }) => physical_state)).toBe(true);
    expect(device.journal.writes()).toHaveLength(1);
  }));

test("outlets go off before others go on", () =>
  onDevice({}, async ({ device, engine }) => {
    device.tree.relay.outlets[1]!.state = false;
    device.tree.relay.outlets[1]!.transient_state = false;
    device.tree.relay.outlets[1]!.physical_state = false;
    const moves = watch(device);
    await engine.create("Outlets", { outlets: { 2: { state: true }, 1: { state: false }, 7: { state: false } } });
    expect(moves.map(({ number, on }) => `${number} ${on ? "on" : "off"}`)).toEqual(["1 off", "7 off", "2 on"]);
    expect(writes(device)).toEqual(["PUT relay/outlets/=0,6/state/", "PUT relay/outlets/1/state/"]);
  }));

test("drift of one outlet is named by its path and repaired by one write, and other outlets do not matter", () =>
  onDevice({}, async ({ device, engine }) => {
    const outlets = { 3: { name: "web", state: true }, 5: { name: "db" } };
    const held = await engine.create("Outlets", { outlets });
    device.changeByHand("relay/outlets/4/name", "mine");
    device.changeByHand("relay/outlets/4/state", true);
    device.changeByHand("relay/outlets/6/name", "not ours");
    expect(names(await engine.refresh(held))).toEqual(['outlets["5"].name']);
    device.journal.clear();
    await engine.up(held, { outlets });
    expect(writes(device)).toEqual(["PUT relay/outlets/4/name/"]);
  }));

test("an outlet that is no longer declared stays as it is, and onDestroy restores what was managed", () =>
  onDevice({}, async ({ device, engine }) => {
    allAt(device, false);
    const held = await engine.create("Outlets", {
      onDestroy: "restore",
      outlets: { 3: { name: "web", state: true }, 5: { name: "db" } },
    });
    expect(names(await engine.up(held, { onDestroy: "restore", outlets: { 3: { state: true } } }))).toEqual([
      'outlets["3"].name',
      'outlets["5"].name',
    ]);
    expect(device.tree.relay.outlets[4]?.name).toBe("db");
    device.journal.clear();
    await engine.destroy(held);
    expect(writes(device)).toEqual(["PUT relay/outlets/2/state/"]);
    expect(device.tree.relay.outlets[2]).toMatchObject({ name: "web", state: false });
  }));

test("with enforce physical an outlet that was switched until the next reboot is drift, and is repaired", () =>
  onDevice({}, async ({ device, engine }) => {
    const outlets = { 2: { state: true, enforce: "physical" }, 3: { state: true } };
    const held = await engine.create("Outlets", { outlets });
    device.changeByHand("relay/outlets/1/transient_state", false);
    device.changeByHand("relay/outlets/2/transient_state", false);
    (device.clock as ManualClock).advance(5_000);
    expect(names(await engine.refresh(held))).toEqual(['outlets["2"].state']);
    await engine.up(held, { outlets });
    expect(device.tree.relay.outlets.slice(1, 3).map(({ physical_state }) => physical_state)).toEqual([true, false]);
  }));

test("a protected outlet that would go off is rejected by check or by the device's state, and nothing is written", () =>
  onDevice({}, async ({ device, engine }) => {
    expect(() => engine.check("Outlets", { outlets: { 3: { state: false, protectFromOff: true } } })).toThrow(
      'outlets["3"].state: protectFromOff is true',
    );
    await expect(engine.create("Outlets", { outlets: { 1: { name: "x" }, 99: { state: true } } })).rejects.toThrow(
      /this device has no outlet 99/,
    );
    allAt(device, false);
    device.tree.relay.outlets[3]!.locked = true;
    await expect(engine.create("Outlets", { outlets: { 1: { name: "x" }, 4: { state: true } } })).rejects.toThrow(
      /outlet 4 is locked/,
    );
    expect(writes(device)).toEqual([]);
  }));

test.each([
  ["Outlet first", ["Outlet", "Outlets"]],
  ["Outlets first", ["Outlets", "Outlet"]],
])("an outlet that an Outlet of the same program declares is rejected, %s", (_name, order) =>
  onDevice({}, async ({ device, engine }) => {
    const inputs: Record<string, Record<string, unknown>> = {
      Outlet: { number: 3, name: "a" },
      Outlets: { outlets: { 2: { name: "b" }, 3: { name: "c" } } },
    };
    const program = order.map((type) => ({ type, inputs: inputs[type] as Record<string, unknown> }));
    await expect(engine.createAll(program)).rejects.toThrow(
      order[0] === "Outlet"
        ? /^outlets\["3"\]: default\/outlets\/3 is declared by a resource Outlet/
        : /^number: default\/outlets\/3 is declared by a resource Outlets/,
    );
    expect(device.tree.relay.outlets[1]?.name).toBe("Outlet 2");
  }),
);

test("moving outlets from single resources to one leaves them as they are, whatever onDestroy says", () =>
  onDevice({}, async ({ device, engine }) => {
    const single = await engine.create("Outlet", { number: 3, name: "web", state: true, onDestroy: "restore" });
    await engine.replace(single, { type: "Outlets", inputs: { outlets: { 3: { name: "web", state: true } } } });
    expect(device.tree.relay.outlets[2]).toMatchObject({ name: "web", state: true });
    expect(engine.warnings).toEqual([expect.stringContaining("another resource of this program has taken it over")]);
  }));

test("wrong entries are named by their path", () =>
  onDevice({}, async ({ engine }) => {
    const check = (outlets: unknown) => () => engine.check("Outlets", { outlets });
    expect(check({ 0: { state: true } })).toThrow(/^outlets\["0"\] .*number/);
    expect(check({ 3: { state: "on" } })).toThrow(/^outlets\["3"\]\.state has to be true or false/);
    expect(check({ 3: { stat: true } })).toThrow(/^outlets\["3"\] has no `stat` \(did you mean `state`\?\)/);
    expect(check({})).toThrow(/at least one/);
  }));

test("values that a preview does not know yet pass, and count as changed", () =>
  onDevice({}, async ({ engine }) => {
    const held = await engine.create("Outlets", { outlets: { 3: { name: "web" } } });
    const open = async (outlets: unknown) => names(await engine.preview(held, { outlets }));
    expect(await open(unknownValue)).toContain("outlets");
    expect(await open({ 3: unknownValue })).toContain('outlets["3"]');
    expect(await open({ 3: { name: unknownValue } })).toEqual(['outlets["3"].name']);
  }));

describe("an entry for an outlet that the device does not have is refused, even if nothing of it is declared", () => {
  const refusal = "this device has no outlet 99; it has 8";
  const two = { state: false };

  test.each([{}, { protectFromOff: true }, { enforce: "physical" }])("when it is created: %j", (entry) =>
    onDevice({}, async ({ device, engine }) => {
      device.switchOutlet(2, false);
      const inputs = { outlets: { 2: two, 99: entry } };
      const [look] = await engine.plan([{ type: "Outlets", inputs }]);
      expect(String(look?.failure)).toContain(refusal);
      await expect(engine.create("Outlets", inputs)).rejects.toThrow(refusal);
      expect(writes(device)).toEqual([]);
    }),
  );

  test("and when it is added later, but a refresh goes on where a smaller device has taken the place of a larger", () =>
    onDevice({}, async ({ device, engine }) => {
      const held = await engine.create("Outlets", { outlets: { 2: two, 8: {} } });
      await expect(engine.up(held, { outlets: { 2: two, 99: { protectFromOff: true } } })).rejects.toThrow(refusal);
      device.tree.relay.outlets.pop();
      expect(await engine.refresh(held)).toEqual([]);
      expect(await engine.up(held)).toEqual([]);
      await engine.destroy(held);
    }));
});
