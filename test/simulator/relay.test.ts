/** Outlets: sequence, cycle, locks, and what a restart does to them. */
import { once } from "node:events";
import { connect } from "node:net";
import type { DialectSettings, SimulatedDevice } from "../../simulator";
import { Person } from "./http";
import { startDevice } from "./start";

const noLag = { physicalLagMilliseconds: 0 } as const;

/** The numbers of the outlets that are physically on. */
function on(device: SimulatedDevice): number[] {
  return device.tree.relay.outlets.flatMap((outlet, index) => (outlet.physical_state ? [index + 1] : []));
}

async function startDark(dialects: Partial<DialectSettings> = noLag) {
  const device = await startDevice({ dialects });
  for (const outlet of device.tree.relay.outlets) {
    Object.assign(outlet, { state: false, transient_state: false, physical_state: false });
  }
  return device;
}

describe("outlets", () => {
  test("outlets go on one per sequence delay, in the order of the request, and off at once", async () => {
    const device = await startDark();
    const admin = new Person(device);
    await admin.put("relay/outlets/=4,0,1/state/", true);
    expect(on(device)).toEqual([5]);
    device.clock.advance(2999);
    expect(on(device)).toEqual([5]);
    device.clock.advance(1);
    expect(on(device)).toEqual([1, 5]);
    await admin.put("relay/outlets/all;/state/", false);
    expect(on(device)).toEqual([]);
    device.clock.advance(60_000);
    expect(on(device)).toEqual([]);
  });

  test("the sequence delay also holds between requests", async () => {
    const device = await startDark();
    const admin = new Person(device);
    await admin.put("relay/outlets/0/state/", true);
    device.clock.advance(1000);
    await admin.put("relay/outlets/1/state/", true);
    device.clock.advance(1999);
    expect(on(device)).toEqual([1]);
    device.clock.advance(1);
    expect(on(device)).toEqual([1, 2]);
  });

  test("a contact follows its state with a lag, which a repeated request does not restart", async () => {
    const device = await startDark({ physicalLagMilliseconds: 1500 });
    const admin = new Person(device);
    await admin.put("relay/outlets/0/state/", true);
    expect(await admin.get("relay/outlets/0/=state,transient_state,physical_state/")).toEqual([true, true, false]);
    device.clock.advance(1000);
    await admin.put("relay/outlets/0/state/", true);
    device.clock.advance(500);
    expect(on(device)).toEqual([1]);
  });

  test("a transient_state does not change state and is lost at a reboot", async () => {
    const device = await startDevice({ dialects: noLag });
    await new Person(device).put("relay/outlets/2/transient_state/", false);
    expect(device.tree.relay.outlets[2]).toMatchObject({ state: true, transient_state: false, physical_state: false });
    device.reboot();
    expect(device.tree.relay.outlets[2]).toMatchObject({ state: true, transient_state: true, physical_state: true });
  });

  test("a cycle is off, the delay, on; the outlet's own delay takes precedence", async () => {
    const device = await startDevice({ dialects: noLag });
    Object.assign(device.tree.relay.outlets[1] ?? {}, { cycle_delay: 20 });
    const answer = await new Person(device).post("relay/outlets/=0,1/cycle/");
    expect([answer.status, answer.json]).toEqual([207, [null, null]]);
    expect(on(device)).toEqual([3, 4, 5, 6, 7, 8]);
    expect(device.tree.relay.outlets[0]).toMatchObject({ state: true, transient_state: true });
    device.clock.advance(5000);
    expect(on(device)).toContain(1);
    device.clock.advance(14_999);
    expect(on(device)).not.toContain(2);
    device.clock.advance(1);
    expect(on(device)).toContain(2);
  });

  test("switching on during a cycle does not shorten it, and switching off ends it", async () => {
    const device = await startDevice({ dialects: noLag });
    const admin = new Person(device);
    await admin.post("relay/outlets/=0,1/cycle/");
    await admin.put("relay/outlets/0/state/", true);
    await admin.put("relay/outlets/1/state/", false);
    expect(on(device)).not.toContain(1);
    device.clock.advance(60_000);
    expect(on(device)).toEqual([1, 3, 4, 5, 6, 7, 8]);
  });

  test.each([
    ["ignored", 204, false],
    ["turnsOn", 204, true],
    ["refused", 409, false],
  ] as const)(
    "a cycle of an outlet that is off is handled as cycleOffOutlet=%s says",
    async (cycleOffOutlet, status, isOn) => {
      const device = await startDark({ ...noLag, cycleOffOutlet });
      expect((await new Person(device).post("relay/outlets/0/cycle/")).status).toBe(status);
      device.clock.advance(60_000);
      expect(on(device).includes(1)).toBe(isOn);
    },
  );

  test("set_outlet_transient_states switches pairs, and refuses all of them when one cannot be switched", async () => {
    const device = await startDevice({ dialects: noLag });
    const admin = new Person(device);
    expect(
      (
        await admin.post("relay/set_outlet_transient_states/", [
          [
            [0, false],
            [3, false],
          ],
        ])
      ).status,
    ).toBe(204);
    expect(on(device)).toEqual([2, 3, 5, 6, 7, 8]);
    expect(
      (
        await admin.post("relay/set_outlet_transient_states/", [
          [
            [1, false],
            [8, false],
          ],
        ])
      ).status,
    ).toBe(409);
    expect((await admin.post("relay/set_outlet_transient_states/", [[1, false]])).status).toBe(400);
    expect(on(device)).toContain(2);
    expect(device.tree.relay.outlets[0]?.state).toBe(true);
  });

  test.each([
    ["409", 409],
    ["403", 403],
    ["ignored", 204],
  ] as const)("a locked outlet does not change under lockedOutletStatus=%s", async (lockedOutletStatus, status) => {
    const device = await startDevice({ dialects: { ...noLag, lockedOutletStatus } });
    Object.assign(device.tree.relay.outlets[0] ?? {}, { locked: true });
    const admin = new Person(device);
    expect(await admin.put("relay/outlets/0/state/", false)).toBe(status);
    expect(await admin.put("relay/outlets/0/transient_state/", false)).toBe(status);
    expect((await admin.post("relay/outlets/0/cycle/")).status).toBe(status);
    expect((await admin.post("relay/set_outlet_transient_states/", [[[0, false]]])).status).toBe(status);
    expect(device.tree.relay.outlets[0]).toMatchObject({ state: true, transient_state: true, physical_state: true });
    expect(await admin.put("relay/outlets/0/name/", "Renamed")).toBe(204);
  });

  test("an outlet cannot be locked over REST; the keypad switches locked outlets and sets state", async () => {
    const device = await startDevice({ dialects: noLag });
    expect(await new Person(device).put("relay/outlets/0/locked/", true)).toBe(403);
    device.changeByHand("relay/outlets/0/locked", true);
    device.switchOutlet(1, false);
    expect(device.tree.relay.outlets[0]).toMatchObject({ locked: true, state: false, physical_state: false });
  });

  test.each([
    ["none", 204, "A name of 20 letters"],
    ["refuse16", 409, "Outlet 1"],
    ["cut16", 204, "A name of 20 let"],
  ] as const)("a long name is handled as nameLengthLimit=%s says", async (nameLengthLimit, status, name) => {
    const device = await startDevice({ dialects: { nameLengthLimit } });
    expect(await new Person(device).put("relay/outlets/0/name/", "A name of 20 letters")).toBe(status);
    expect(device.tree.relay.outlets[0]?.name).toBe(name);
  });

  test("the sequence delay has a lower bound, and the recovery mode three values", async () => {
    const device = await startDevice({ dialects: { minSequenceDelaySeconds: 1 } });
    const admin = new Person(device);
    expect(await admin.put("relay/sequence_delay/", 0.5)).toBe(409);
    expect(await admin.put("relay/sequence_delay/", 1)).toBe(204);
    expect(await admin.put("relay/recovery_mode/", 3)).toBe(409);
    expect(await admin.put("relay/recovery_mode/", 0)).toBe(204);
    expect(device.tree.relay).toMatchObject({ sequence_delay: 1, recovery_mode: 0 });
  });

  test("a relay module without power refuses to switch on", async () => {
    const device = await startDark();
    device.tree.relay.online = "degraded";
    const admin = new Person(device);
    expect(await admin.put("relay/outlets/0/state/", true)).toBe(409);
    expect(await admin.put("relay/outlets/0/state/", false)).toBe(204);
  });
});

describe("restart", () => {
  test.each([
    [0, []],
    [1, [1, 2, 3, 4, 5, 6, 7, 8]],
    [2, [1, 2, 4, 5, 6, 7, 8]],
  ])("recovery mode %d decides about the outlets after a power loss, in sequence", async (mode, expected) => {
    const device = await startDevice({ dialects: noLag });
    device.switchOutlet(3, false);
    device.tree.relay.recovery_mode = mode;
    device.reboot({ powerLoss: true });
    expect(on(device)).toEqual(expected.slice(0, 1));
    device.clock.advance(7 * 3000);
    expect(on(device)).toEqual(expected);
    expect(device.tree.relay.outlets[2]?.state).toBe(false);
  });

  test("recoveryRewritesState, recoveryAtReboot and recoveryModeNumbers change the recovery", async () => {
    const device = await startDevice({
      dialects: { ...noLag, recoveryRewritesState: "yes", recoveryAtReboot: "mode", recoveryModeNumbers: "fromOne" },
    });
    expect(device.tree.relay.recovery_mode).toBe(3);
    device.tree.relay.recovery_mode = 1;
    device.reboot();
    expect(on(device)).toEqual([]);
    expect(device.tree.relay.outlets.some((outlet) => outlet.state)).toBe(false);
  });

  test("system/reboot resets the uptime, drops connections for a while and ends pending cycles", async () => {
    const device = await startDevice({ dialects: { ...noLag, rebootMilliseconds: 2000 } });
    const admin = new Person(device);
    device.clock.advance(90_000);
    expect(await admin.get("system/uptime/")).toBe(90);
    await admin.post("relay/outlets/0/cycle/");
    expect((await admin.post("system/reboot/")).status).toBe(204);
    await expect(admin.get("system/uptime/")).rejects.toThrow();
    device.clock.advance(2000);
    expect(await admin.get("system/uptime/")).toBe(0);
    expect(on(device)).toContain(1);
  });

  test("connections do not outlive a requested restart", async () => {
    const device = await startDevice({ dialects: { rebootMilliseconds: 0 } });
    const idle = connect(Number(new URL(device.url).port), "127.0.0.1");
    await once(idle, "connect");
    const cut = once(idle, "close");
    await new Person(device).post("system/reboot/");
    expect(await cut).toEqual([false]);
  });

  test("rebootAnswer=dropped loses the response", async () => {
    const device = await startDevice({ dialects: { rebootAnswer: "dropped", rebootMilliseconds: 0 } });
    const admin = new Person(device);
    await expect(admin.post("system/reboot/")).rejects.toThrow();
    expect(device.journal.writes().map((entry) => entry.status)).toEqual([0]);
    expect((await admin.send("GET", "relay/name/")).status).toBe(200);
  });

  test("the device's time can be set and then runs", async () => {
    const device = await startDevice();
    const admin = new Person(device);
    expect(await admin.put("system/time/", 1000)).toBe(204);
    device.clock.advance(5000);
    expect(await admin.get("system/time/")).toBeCloseTo(1005, 3);
    expect(await admin.put("system/uptime/", 1)).toBe(405);
  });
});
