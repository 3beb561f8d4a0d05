/** Outlet: what is written, what is refused, and what counts as drift. */
import { PartialFailure } from "../../provider/lifecycle/errors/errors";
import type { Json, ManualClock } from "../../simulator";
import { MiniEngine } from "../lifecycle/mini-engine";
import { names, onDevice, writes } from "../support/on-device";

test("an Outlet writes only the fields that differ, the state last", () =>
  onDevice({}, async ({ device, engine }) => {
    await engine.create("Outlet", { number: 3, name: "web", state: false, critical: false });
    expect(writes(device)).toEqual(["PUT relay/outlets/2/name/", "PUT relay/outlets/2/state/"]);
  }));

test("a field that is not declared is reported, but neither compared nor written", () =>
  onDevice({}, async ({ device, engine }) => {
    const held = await engine.create("Outlet", { number: 3, name: "web" });
    device.switchOutlet(3, false);
    expect(await engine.refresh(held)).toEqual([]);
    expect(held.state["state"]).toBe(false);
    await engine.up(held, { number: 3, name: "web-2" });
    expect(device.tree.relay.outlets[2]?.state).toBe(false);
  }));

test("a newly declared field is managed from then on, even if it already had its value", () =>
  onDevice({}, async ({ device, engine }) => {
    const held = await engine.create("Outlet", { number: 3, name: "web" });
    device.journal.clear();
    expect(names(await engine.up(held, { number: 3, name: "web", state: true }))).toEqual(["state"]);
    expect(writes(device)).toEqual([]);
    await engine.refresh(held);
    device.switchOutlet(3, false);
    expect(names(await engine.refresh(held))).toEqual(["state"]);
  }));

test("a locked outlet is an error before anything is written, which says how to unlock it", () =>
  onDevice({}, async ({ device, engine }) => {
    device.tree.relay.outlets[2]!.locked = true;
    const create = engine.create("Outlet", { number: 3, name: "web", state: false });
    await expect(create).rejects.toThrow(/outlet 3 is locked.*keypad.*uom/);
    expect(writes(device)).toEqual([]);
  }));

test("a plan that would switch off a protected outlet is rejected", () =>
  onDevice({}, async ({ device, engine }) => {
    const create = engine.create("Outlet", { number: 3, state: false, protectFromOff: true });
    await expect(create).rejects.toThrow(/protectFromOff is true/);
    expect(device.journal.count({})).toBe(0);
  }));

test("an Outlet waits for the relay through the device's sequence delay", () =>
  onDevice({}, async ({ device, engine }) => {
    for (const number of [1, 2, 3]) {
      device.switchOutlet(number, false);
    }
    // The contacts lag behind the state.
    (device.clock as ManualClock).advance(60_000);
    const before = device.clock.now();
    const held = await engine.createAll(
      [1, 2, 3].map((number) => ({ type: "Outlet", inputs: { number, state: true } })),
    );
    expect(held.map(({ state }) => state["physicalState"])).toEqual([true, true, true]);
    expect(device.clock.now() - before).toBeGreaterThanOrEqual(2 * device.tree.relay.sequence_delay * 1000);
  }));

test("a relay that does not follow is a partial failure whose state is what was observed", () =>
  onDevice({}, async ({ device, engine }) => {
    device.switchOutlet(3, false);
    device.behaviours.register({ name: "stuck relay", path: "relay/outlets/2/physical_state", read: () => false });
    const failure = await engine.create("Outlet", { number: 3, state: true }).catch((error) => error);
    expect(failure).toBeInstanceOf(PartialFailure);
    expect(failure.message).toMatch(/the relay of outlet 3 is still off after \d+ s/);
    expect(failure.state).toMatchObject({ state: true, physicalState: false });
  }));

test("a relay that the resource's own timeout does not wait for leads to that timeout", () =>
  onDevice({}, async ({ device }) => {
    device.switchOutlet(3, false);
    device.behaviours.register({ name: "stuck relay", path: "relay/outlets/2/physical_state", read: () => false });
    const engine = new MiniEngine({ device, timeoutMilliseconds: 1_000 });
    await expect(engine.create("Outlet", { number: 3, state: true })).rejects.toThrow(
      /is still off after 1 s\. Raise `customTimeouts`/,
    );
  }));

test("an Outlet with waitForPhysical false does not wait for the relay", () =>
  onDevice({}, async ({ device, engine }) => {
    device.switchOutlet(3, false);
    device.behaviours.register({ name: "stuck relay", path: "relay/outlets/2/physical_state", read: () => false });
    const held = await engine.create("Outlet", { number: 3, state: true, waitForPhysical: false });
    expect(held.state["physicalState"]).toBe(false);
  }));

test.each([
  ["persistent", []],
  ["physical", ["state"]],
])("an outlet switched until the next reboot is drift with enforce %s: %j", (enforce, drifted) =>
  onDevice({}, async ({ device, engine }) => {
    const held = await engine.create("Outlet", { number: 3, state: true, enforce });
    device.changeByHand("relay/outlets/2/transient_state", false);
    expect(names(await engine.refresh(held))).toEqual(drifted);
    if (drifted.length > 0) {
      await engine.up(held, { number: 3, state: true, enforce });
      expect(device.tree.relay.outlets[2]).toMatchObject({ state: true, transient_state: true, physical_state: true });
    }
  }),
);

test("onDestroy restore puts back what was managed, and nothing else", () =>
  onDevice({}, async ({ device, engine }) => {
    const held = await engine.create("Outlet", { number: 3, name: "web", state: false, onDestroy: "restore" });
    device.tree.relay.outlets[2]!.critical = true;
    await engine.destroy(held);
    expect(device.tree.relay.outlets[2]).toMatchObject({ name: "Outlet 3", state: true, critical: true });
  }));

test("onDestroy restore fails if the outlet was changed elsewhere since then, and succeeds after a refresh", () =>
  onDevice({}, async ({ device, engine }) => {
    const held = await engine.create("Outlet", { number: 3, name: "web", onDestroy: "restore" });
    device.tree.relay.outlets[2]!.name = "mine";
    await expect(engine.destroy(held)).rejects.toThrow(/name was changed outside Pulumi since.*pulumi refresh/);
    expect(device.tree.relay.outlets[2]?.name).toBe("mine");
    await engine.refresh(held);
    await engine.destroy(held);
    expect(device.tree.relay.outlets[2]?.name).toBe("Outlet 3");
  }));

test("onDestroy restore fails as well if the same run has read the change before, and succeeds if an earlier one has", () =>
  onDevice({}, async ({ device, engine }) => {
    const held = await engine.create("Outlet", { number: 3, name: "web", state: false, onDestroy: "restore" });
    device.switchOutlet(3, true);
    device.tree.relay.outlets[2]!.name = "mine";
    await expect(engine.destroyAsRead(held)).rejects.toThrow(/name was changed outside Pulumi since.*pulumi refresh/);
    expect(device.tree.relay.outlets[2]).toMatchObject({ name: "mine", state: true });
    await engine.destroyAsRead(held);
    expect(device.tree.relay.outlets[2]).toMatchObject({ name: "Outlet 3", state: true });
  }));

test("an outlet that is declared twice in one program is rejected", () =>
  onDevice({}, async ({ engine }) => {
    const twice = [1, 2].map((nth) => ({ type: "Outlet", inputs: { number: 3, name: `web-${nth}` } }));
    await expect(engine.createAll(twice)).rejects.toThrow(/declared by two resources/);
  }));

test("destroying an Outlet sends no request", () =>
  onDevice({}, async ({ device, engine }) => {
    const held = await engine.create("Outlet", { number: 3, state: true });
    device.journal.clear();
    await engine.destroy(held);
    expect(device.journal.count({})).toBe(0);
  }));

test("a name that the device truncates is an error that shows the observed name", () =>
  onDevice({ dialects: { nameLengthLimit: "cut16" } }, async ({ engine }) => {
    const failure = await engine
      .create("Outlet", { number: 3, name: "a name of more than 16" })
      .catch((error) => error);
    expect(failure).toBeInstanceOf(PartialFailure);
    expect(failure.message).toMatch(/name is "a name of more t", expected "a name of more than 16"/);
    expect(failure.state["name"]).toBe("a name of more t");
  }));

test.each([1000, 5000, 7777])(
  "a wait for the relay takes no longer than the resource's own timeout of %i ms",
  (timeout) =>
    onDevice({}, async ({ device }) => {
      let isWritten = false;
      let begun: number | undefined;
      const waited = () => device.clock.now() - (begun ?? Number.NaN);
      device.behaviours.register({
        name: "take half of the time to show what was accepted",
        path: "relay/outlets/2/state",
        read: (_context, next): Json => {
          begun ??= isWritten ? device.clock.now() : undefined;
          return waited() < timeout / 2 ? true : (next() as Json);
        },
        write: (_context, value, next) => {
          isWritten = true;
          next(value);
        },
      });
      device.behaviours.register({ name: "stuck", path: "relay/outlets/2/physical_state", read: () => true });
      const engine = new MiniEngine({ device, timeoutMilliseconds: timeout });
      const create = engine.create("Outlet", { number: 3, state: false });
      await expect(create).rejects.toThrow("the relay of outlet 3 is still on");
      // Reads that are shared keep a few milliseconds' distance from requests of others.
      expect(waited()).toBeLessThan(timeout + 100);
    }),
);
