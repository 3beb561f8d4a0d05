/** Reboot against the simulator: what proves it, who waits for it, and what it says when it did not happen. */
import { PartialFailure } from "../../provider/lifecycle/resource";
import type { SimulatedDevice } from "../../simulator";
import { advance } from "../lifecycle/action-cases";
import { addUser, loginOf, withDevice, writes } from "./fixture";

/** Counts restarts from now on. */
function restarts(device: SimulatedDevice): () => number {
  let count = 0;
  device.behaviours.register({
    name: "counted start",
    path: "system",
    reboot: () => {
      count += 1;
    },
  });
  return () => count;
}

/** A device that takes the request and goes on as before. */
function ignoresReboot(device: SimulatedDevice): void {
  device.behaviours.register({ name: "no reboot", path: "system/reboot", call: () => undefined });
}

test("waits until the device is back and proves the restart by its uptime", () =>
  withDevice({ dialects: { rebootMilliseconds: 20_000 } }, async (device, engine) => {
    advance(device, 3600_000);
    const count = restarts(device);
    const { state } = await engine.create("Reboot", {});
    expect(count()).toBe(1);
    expect(state["uptimeSeconds"]).toBeLessThan(30);
  }));

test("a device that has only just started can be restarted too", () =>
  withDevice({}, async (device, engine) => {
    advance(device, 1_000);
    const count = restarts(device);
    await engine.create("Reboot", {});
    expect(count()).toBe(1);
  }));

test("everything else on the device waits for it instead of failing", () =>
  withDevice({ dialects: { rebootMilliseconds: 20_000, rebootAnswer: "dropped" } }, async (device, engine) => {
    advance(device, 3600_000);
    await engine.createAll([
      { type: "Reboot", inputs: {} },
      { type: "Outlet", inputs: { number: 3, name: "web" } },
      { type: "Relay", inputs: { name: "Rack 1" } },
      { type: "User", inputs: { name: "fred", password: "p", outletAccess: [3] } },
    ]);
    const first = device.journal.writes().findIndex(({ path }) => path.endsWith("system/reboot/"));
    expect(first).toBeGreaterThanOrEqual(0);
    expect(device.tree.relay.outlets[2]?.name).toBe("web");
    expect(device.tree.relay.name).toBe("Rack 1");
    expect(device.tree.auth.users.map(({ name }) => name)).toContain("fred");
    expect(device.failedLogins).toBe(0);
  }));

test("what follows in the same run is answered at once", () =>
  withDevice({ dialects: { rebootMilliseconds: 20_000 } }, async (device, engine) => {
    advance(device, 3600_000);
    await engine.createInTurn([
      { type: "Reboot", inputs: {} },
      { type: "Outlet", inputs: { number: 3, name: "web" } },
    ]);
    expect(device.tree.relay.outlets[2]?.name).toBe("web");
  }));

test("a lost answer is found out by the uptime", () =>
  withDevice({}, async (device, engine) => {
    advance(device, 3600_000);
    const count = restarts(device);
    device.faults.add({ kind: "dropAfter", method: "POST", onlyAuthenticated: true });
    await engine.create("Reboot", { waitForDevice: false });
    expect(count()).toBe(1);
    expect(device.journal.count({ method: "POST", path: "system/reboot/" })).toBe(1);
  }));

test("an answer lost before anything happened is an error that the next run repeats", () =>
  withDevice({}, async (device, engine) => {
    advance(device, 3600_000);
    const count = restarts(device);
    device.faults.add({ kind: "dropBefore", method: "POST", onlyAuthenticated: true });
    const failure = await engine.create("Reboot", { timeoutSeconds: 30 }).catch((error: unknown) => error);
    expect(failure).not.toBeInstanceOf(PartialFailure);
    expect((failure as Error).message).toMatch(/has not restarted within 30 seconds.*its uptime continues/);
    await engine.create("Reboot", { timeoutSeconds: 30 });
    expect(count()).toBe(1);
  }));

test("a device that takes the request and goes on is found out", () =>
  withDevice({}, async (device, engine) => {
    advance(device, 3600_000);
    ignoresReboot(device);
    const failure = await engine.create("Reboot", { timeoutSeconds: 30 }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(PartialFailure);
    expect((failure as Error).message).toContain("has not restarted within 30 seconds");
  }));

test("a device that does not come back in time counts as restarted", () =>
  withDevice({ dialects: { rebootMilliseconds: 20_000 } }, async (device, engine) => {
    advance(device, 3600_000);
    const failure = await engine.create("Reboot", { timeoutSeconds: 5 }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(PartialFailure);
    expect((failure as Error).message).toContain("did not come back within 5 seconds");
  }));

test("without waiting it returns as soon as the device has answered", () =>
  withDevice({}, async (device, engine) => {
    const count = restarts(device);
    const { state } = await engine.create("Reboot", { waitForDevice: false });
    expect(count()).toBe(1);
    expect(state["uptimeSeconds"]).toBeUndefined();
    expect(writes(device)).toEqual(["POST system/reboot/"]);
  }));

test("a user who may not is told who may", () =>
  withDevice(
    {},
    async (device, engine) => {
      addUser(device, "fred", [1]);
      const count = restarts(device);
      await expect(engine.create("Reboot", {})).rejects.toThrow(/user `fred` may not .*the administrator's rights/);
      expect(count()).toBe(0);
    },
    loginOf("fred"),
  ));
