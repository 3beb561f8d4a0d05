/** The device as one operation sees it: which requests count as writes, and what stops them. */
import { LoginLedger, RefusedError } from "../../provider/client";
import { Devices } from "../../provider/devices/devices";
import type { Context } from "../../provider/runtime/context";
import { OperationCancelled } from "../../provider/runtime/operation-cancelled";
import { type SimulatedDevice, type SimulatorOptions, startSimulator } from "../../simulator";

const namePath = "relay/outlets/0/name/";

async function withContext(
  options: SimulatorOptions,
  work: (context: Context, device: SimulatedDevice, stop: () => void) => Promise<void>,
): Promise<void> {
  const device = await startSimulator(options);
  const config: Record<string, string> = {
    "dli:url": device.url,
    "dli:username": device.username,
    "dli:password": device.password,
  };
  const controller = new AbortController();
  const devices = new Devices({
    lookup: (key) => config[key],
    env: {},
    logins: new LoginLedger(),
    cancelled: controller.signal,
  });
  try {
    await work(await devices.context("default", "Outlet"), device, () => controller.abort());
  } finally {
    await devices.close();
    await device.close();
  }
}

test("reads, and sessions that only read, are no writes", () =>
  withContext({}, async ({ device }) => {
    await device.read("relay/outlets/");
    await device.get(namePath);
    await device.exclusive((session) => session.get(namePath));
    expect(device.hasWritten).toBe(false);
  }));

test("a write counts, and a session that writes counts, too", () =>
  withContext({}, async ({ device }) => {
    await device.exclusive((session) => session.put(namePath, "one"));
    expect(device.hasWritten).toBe(true);
    device.nothingHappened();
    await device.put(namePath, "two");
    expect(device.hasWritten).toBe(true);
  }));

test("a write that the device refuses does not count", () =>
  withContext({}, async ({ device }, simulated) => {
    simulated.faults.add({ kind: "status", status: 409 });
    await expect(device.put(namePath, "one")).rejects.toThrow("409");
    expect(device.hasWritten).toBe(false);
  }));

test("a write whose response is lost counts, inside of a session as well", () =>
  withContext({}, async ({ device }, simulated) => {
    simulated.faults.add({ kind: "dropAfter", method: "PUT" });
    await expect(device.put(namePath, "one")).rejects.toThrow();
    expect(device.hasWritten).toBe(true);
    device.nothingHappened();
    simulated.faults.add({ kind: "dropAfter", method: "PUT" });
    await expect(device.exclusive((session) => session.put(namePath, "two"))).rejects.toThrow();
    expect(device.hasWritten).toBe(true);
  }));

test("nothing is written after the user asked to stop, not even in a session that has begun", () =>
  withContext({}, async ({ device }, simulated, stop) => {
    const session = device.exclusive(async (requests) => {
      await requests.get(namePath);
      stop();
      await requests.put(namePath, "one");
    });
    await expect(session).rejects.toThrow(OperationCancelled);
    await expect(device.put(namePath, "two")).rejects.toThrow(OperationCancelled);
    expect(device.hasWritten).toBe(false);
    expect(simulated.journal.writes()).toEqual([]);
  }));

test("a session that has waited for a restart of the device begins by asking which device has come back", () =>
  withContext({ dialects: { rebootMilliseconds: 0 } }, async ({ device }, simulated) => {
    await device.exclusive((session) => session.get(namePath));
    simulated.journal.clear();
    const restart = device.exclusive((session) => session.invoke("system/reboot/", [], { touches: "" }));
    await Promise.all([restart, device.exclusive((session) => session.put(namePath, "one"))]);
    const answered = simulated.journal.entries.filter(({ user }) => user !== null);
    expect(answered.map(({ method, path }) => `${method} ${path.replace("/restapi/", "")}`)).toEqual([
      "POST system/reboot/",
      "GET config/serial/",
      `PUT ${namePath}`,
    ]);
  }));

test("a session's error names the lock bit that forbids the write", () =>
  withContext({}, async ({ device }, simulated) => {
    simulated.protection.add("network");
    device.permitAccessLoss();
    const write = device.exclusive((session) => session.put("network/same_subnet_only/", true));
    await expect(write).rejects.toThrow("the lock bit for network settings forbids it");
  }));

test("what the caller of a session throws itself keeps its own words and remedy", () =>
  withContext({}, async ({ device }) => {
    const details = { device: "default", method: "PUT", path: "auth/users/", status: 409 };
    const own = new RefusedError({ ...details, message: "two of them have this name", remedy: "Remove one." });
    const session = device.exclusive(async (requests) => {
      await requests.get(namePath);
      throw own;
    });
    await expect(session).rejects.toBe(own);
  }));

const readsOf = (device: SimulatedDevice, path: string) =>
  device.journal.entries.filter((entry) => entry.method === "GET" && entry.path === path && entry.status === 200)
    .length;

test("reads are shared until a write, and never from `readNow` on, whatever is asked for after it", () =>
  withContext({}, async ({ device }, simulated) => {
    const path = "/restapi/relay/outlets/";
    await device.read("relay/outlets/");
    await device.read("relay/outlets/");
    expect(readsOf(simulated, path)).toBe(1);
    device.readAfterWrites();
    await device.read("relay/outlets/");
    expect(readsOf(simulated, path)).toBe(1);
    device.readNow();
    await device.read("relay/outlets/");
    device.readAfterWrites();
    await device.read("relay/outlets/");
    expect(readsOf(simulated, path)).toBe(3);
  }));

test("after `readAfterWrites` a read waits for the writes of others that are still to come", () =>
  withContext({}, async ({ device }) => {
    await device.put(namePath, "ours");
    device.readAfterWrites();
    const read = device.read("relay/outlets/");
    await device.put("relay/outlets/1/name/", "theirs");
    expect((await read) as { name: string }[]).toMatchObject([
      { name: "ours" },
      { name: "theirs" },
      ...Array(6).fill({}),
    ]);
  }));
