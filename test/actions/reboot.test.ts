/** Reboot against the simulator: what proves it, what waits for it, and the errors when it does not happen. */
import { PartialFailure } from "../../provider/lifecycle/errors/errors";
import type { SimulatedDevice } from "../../simulator";
import { advance } from "../lifecycle/action-cases";
import { onDevice } from "../support/on-device";
import { addUser, loginOf, writesWithBodies } from "./fixture";

/** Begins to count restarts; returns a function that reads the count. */
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

/** Makes the device accept the request and do nothing. */
function ignoresReboot(device: SimulatedDevice): void {
  device.behaviours.register({ name: "no reboot", path: "system/reboot", call: () => undefined });
}

test("Reboot waits until the device is back and proves the restart by its uptime", () =>
  onDevice({ dialects: { rebootMilliseconds: 20_000 } }, async ({ device, engine }) => {
    advance(device, 3600_000);
    const count = restarts(device);
    const { state } = await engine.create("Reboot", {});
    expect(count()).toBe(1);
    expect(state["uptimeSeconds"]).toBeLessThan(30);
  }));

test("Reboot restarts a device that has only just started, too", () =>
  onDevice({}, async ({ device, engine }) => {
    advance(device, 1_000);
    const count = restarts(device);
    await engine.create("Reboot", {});
    expect(count()).toBe(1);
  }));

test("other resources on the device wait for the reboot instead of failing", () =>
  onDevice({ dialects: { rebootMilliseconds: 20_000, rebootAnswer: "dropped" } }, async ({ device, engine }) => {
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

test("requests after the reboot in the same run succeed immediately", () =>
  onDevice({ dialects: { rebootMilliseconds: 20_000 } }, async ({ device, engine }) => {
    advance(device, 3600_000);
    await engine.createInTurn([
      { type: "Reboot", inputs: {} },
      { type: "Outlet", inputs: { number: 3, name: "web" } },
    ]);
    expect(device.tree.relay.outlets[2]?.name).toBe("web");
  }));

test("a reboot whose response was lost is proved by the uptime", () =>
  onDevice({}, async ({ device, engine }) => {
    advance(device, 3600_000);
    const count = restarts(device);
    device.faults.add({ kind: "dropAfter", method: "POST", onlyAuthenticated: true });
    await engine.create("Reboot", { waitForDevice: false });
    expect(count()).toBe(1);
    expect(device.journal.count({ method: "POST", path: "system/reboot/" })).toBe(1);
  }));

test("a reboot that was lost before it happened is an error, and the next run repeats it", () =>
  onDevice({}, async ({ device, engine }) => {
    advance(device, 3600_000);
    const count = restarts(device);
    device.faults.add({ kind: "dropBefore", method: "POST", onlyAuthenticated: true });
    const failure = await engine.create("Reboot", { timeoutSeconds: 30 }).catch((error: unknown) => error);
    expect(failure).not.toBeInstanceOf(PartialFailure);
    expect((failure as Error).message).toMatch(/has not restarted within 30 seconds.*its uptime continues/);
    await engine.create("Reboot", { timeoutSeconds: 30 });
    expect(count()).toBe(1);
  }));

test("a device that accepts the reboot and does not restart is an error", () =>
  onDevice({}, async ({ device, engine }) => {
    advance(device, 3600_000);
    ignoresReboot(device);
    const failure = await engine.create("Reboot", { timeoutSeconds: 30 }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(PartialFailure);
    expect((failure as Error).message).toContain("has not restarted within 30 seconds");
  }));

test("a device that does not come back in time counts as restarted, and is an error", () =>
  onDevice({ dialects: { rebootMilliseconds: 20_000 } }, async ({ device, engine }) => {
    advance(device, 3600_000);
    const failure = await engine.create("Reboot", { timeoutSeconds: 5 }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(PartialFailure);
    expect((failure as Error).message).toContain("did not come back within 5 seconds");
  }));

test("Reboot without waiting returns as soon as the device has responded", () =>
  onDevice({}, async ({ device, engine }) => {
    const count = restarts(device);
    const { state } = await engine.create("Reboot", { waitForDevice: false });
    expect(count()).toBe(1);
    expect(state["uptimeSeconds"]).toBeUndefined();
    expect(writesWithBodies(device)).toEqual(["POST system/reboot/"]);
  }));

test("a user who may not reboot the device is told who may", () =>
  onDevice(
    {},
    async ({ device, engine }) => {
      addUser(device, "fred", [1]);
      const count = restarts(device);
      await expect(engine.create("Reboot", {})).rejects.toThrow(/user `fred` may not .*the administrator's rights/);
      expect(count()).toBe(0);
    },
    loginOf("fred"),
  ));

test.each([
  ["a text", () => "12345 s"],
  ["null", () => null],
])("a device that shows its uptime as %s has restarted once it was down and is back", (_what, read) =>
  onDevice({ dialects: { rebootMilliseconds: 20_000 } }, async ({ device, engine }) => {
    advance(device, 3600_000);
    device.behaviours.register({ name: "odd uptime", path: "system/uptime", read });
    const count = restarts(device);
    const { state } = await engine.create("Reboot", { timeoutSeconds: 60 });
    expect(count()).toBe(1);
    expect(state["uptimeSeconds"]).toBe(0);
    ignoresReboot(device);
    await expect(engine.create("Reboot", { timeoutSeconds: 60 })).rejects.toThrow(/within 60 seconds/);
  }),
);

test("an odd answer of a device that shows its uptime as a number proves no restart", () =>
  onDevice({ dialects: { rebootMilliseconds: 20_000 } }, async ({ device, engine }) => {
    advance(device, 3600_000);
    device.faults.add({
      kind: "oddAnswer",
      method: "GET",
      path: "system/uptime/",
      nth: 2,
      times: "always",
      body: "null",
    });
    await expect(engine.create("Reboot", { timeoutSeconds: 60 })).rejects.toThrow(
      /did not come back within 60 seconds/,
    );
  }));
