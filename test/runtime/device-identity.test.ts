/** Which device is at an address: what it is asked and when, and the warning if it does not answer that. */
import { ForbiddenError, isOtherDeviceError, type Json, NotFoundError, UnreachableError } from "../../provider/client";
import { Devices } from "../../provider/devices/devices";
import { ErrorReport } from "../../provider/lifecycle/errors/error-report";
import { DeviceIdentity, type IdentityFacts } from "../../provider/runtime/gate/device-identity";
import { manualClock, startSimulator } from "../../simulator";
import { onDevice } from "../support/on-device";
import { until } from "../until";

/** The identity of a device with this answer, the requests to it, and the warnings. */
function identity(answer: () => Promise<Json>, facts: Partial<IdentityFacts> = {}) {
  const warnings: string[] = [];
  const counts = { reads: 0, waits: 0 };
  const made = new DeviceIdentity({
    device: "lab",
    required: undefined,
    isAdmin: async () => undefined,
    howToRequire: (serial) => `Set it to ${serial}.`,
    address: () => "http://10.0.0.1",
    read: () => {
      counts.reads += 1;
      return answer();
    },
    declared: async () => {
      counts.waits += 1;
    },
    warn: (message) => warnings.push(message),
    ...facts,
  });
  return { made, warnings, counts };
}

test("the device is asked once, however many ask, and again after an error or at another address", async () => {
  let answer = async (): Promise<Json> => {
    throw new UnreachableError({ message: "no route" });
  };
  const { made, counts } = identity(() => answer());
  const all = await Promise.allSettled([made.prove(), made.prove(), made.proveForWrite()]);
  expect(all.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
  expect([counts.reads, made.wasAsked]).toEqual([1, false]);
  answer = async () => "A1";
  await Promise.all([made.prove(), made.proveForWrite(), made.prove()]);
  await made.prove();
  expect([counts.reads, made.wasAsked, made.serial]).toEqual([2, true, "A1"]);
  made.forget();
  expect([made.wasAsked, made.serial]).toEqual([false, undefined]);
  await made.prove();
  expect(counts.reads).toBe(3);
});

test.each([
  ["is forbidden", async () => Promise.reject(new ForbiddenError({ message: "no right" }))],
  ["is not there", async () => Promise.reject(new NotFoundError({ message: "nothing" }))],
])("where the number %s, one warning says so and everything goes on", async (_what, answer) => {
  const { made, warnings, counts } = identity(answer as () => Promise<Json>);
  made.remember("A1", "lab/outlets/1");
  await Promise.all([made.prove(), made.proveForWrite()]);
  await made.proveForWrite();
  expect(warnings).toEqual([expect.stringMatching(/device "lab": its serial number cannot be read/)]);
  expect([counts.reads, made.serial, made.wasAsked]).toEqual([1, undefined, true]);
});

describe.each([[""], ["  "], [null]])("a serial number that reads as %j", (answer) => {
  test("is no fault of the login, and goes on with a warning where none is demanded", async () => {
    const { made, warnings } = identity(async () => answer);
    made.remember("A1", "lab/outlets/1");
    await made.proveForWrite();
    expect(warnings).toEqual([
      expect.stringMatching(/device "lab": the device shows no serial number to this login, so/),
    ]);
    expect([made.serial, made.wasAsked]).toEqual([undefined, true]);
  });

  test.each([
    [true, /shows no serial number to its administrator, and the configured `serial` is A1/],
    [false, undefined],
    [undefined, undefined],
  ])("is not the demanded one where the login is the administrator's: %j", async (isAdmin, message) => {
    const { made, warnings } = identity(async () => answer, { required: "A1", isAdmin: async () => isAdmin });
    for (const prove of [() => made.prove(), () => made.proveForWrite()]) {
      const error = await prove().catch((thrown: unknown) => thrown);
      expect(isOtherDeviceError(error)).toBe(message !== undefined);
      expect(String(error)).toMatch(message ?? /^undefined$/);
    }
    expect(warnings).toHaveLength(message === undefined ? 1 : 0);
  });
});

test.each(["", null])("a device with the serial number %j is not the demanded one, and nothing is written", (serial) =>
  onDevice({}, async ({ device, engine }) => {
    device.behaviours.register({ name: "no serial", path: "config/serial", read: () => serial });
    const before = structuredClone(device.tree);
    const demanding = engine.as({ "dli:serial": "LPC9-000001" });
    await expect(demanding.create("User", { name: "fred", password: "pw pw" })).rejects.toThrow(/to its administrator/);
    expect(device.tree).toEqual(before);
  }),
);

test("a serial number that is only not found says nothing about a device that has one, and nothing is written", () =>
  onDevice({ serial: "RACK-1" }, async ({ device, engine }) => {
    const held = await engine.create("Relay", { name: "mine" });
    device.tree.config.serial = "RACK-2";
    device.journal.clear();
    const not = { kind: "status", status: 404, method: "GET", times: "always", onlyAuthenticated: true } as const;
    device.faults.add({ ...not, path: "config/serial/" });
    for (const done of [() => engine.up(held, { name: "yours" }), () => engine.refresh(held)]) {
      await expect(done()).rejects.toThrow(/config\/serial\/.*although what holds it shows it/);
    }
    expect(device.journal.writes()).toEqual([]);
  }));

test("a device without a serial number is not the demanded one, and else goes on with a warning", () =>
  onDevice({ dialects: { serialNumber: "absent" } }, async ({ device, engine }) => {
    const demanding = engine.as({ "dli:serial": "LPC9-000001" });
    await expect(demanding.create("Relay", { name: "mine" })).rejects.toThrow(/to its administrator/);
    expect(device.journal.writes()).toEqual([]);
    await engine.create("Relay", { name: "mine" });
    expect(engine.warnings).toEqual([expect.stringMatching(/its serial number cannot be read/)]);
  }));

const noSerialNumbers: readonly Json[] = [
  { error: "busy" },
  { toString: 1 },
  ["A1"],
  [],
  [null],
  true,
  "A1\u001b[2J",
  "x".repeat(65),
  // Not all of it could be read, so another device may show the same.
  "A\ufffd1",
  2 ** 53,
];

test.each(noSerialNumbers.map((answer) => [answer]))(
  "an answer that is no serial number is an error and nothing goes on: %j",
  async (answer) => {
    const { made, warnings } = identity(async () => answer);
    await expect(made.prove()).rejects.toThrow(/config\/serial\/.*what is there is not a serial number/);
    expect(warnings).toEqual([]);
  },
);

test("a number of digits alone is a serial number, and blanks around one do not count", async () => {
  for (const [answer, serial] of [
    [1234, "1234"],
    [" A1 ", "A1"],
  ] as const) {
    const { made } = identity(async () => answer);
    made.remember(serial, "lab/outlets/1");
    await made.prove();
    expect(made.serial).toBe(serial);
  }
});

test("a state that comes by after the device was asked still counts before a write", async () => {
  const { made } = identity(async () => "A1");
  await made.prove();
  made.remember("B2", "lab/outlets/1");
  const error = await made.proveForWrite().catch((thrown: unknown) => thrown);
  expect(isOtherDeviceError(error)).toBe(true);
  expect((error as Error).message).toBe(
    'device "lab": the device at http://10.0.0.1 has the serial number A1, and lab/outlets/1 is on the device with the serial number B2. Nothing was changed. Correct the address if it leads to the wrong device. If A1 has replaced B2, what the program declares can be made there: Set it to A1. Then run `pulumi up --refresh --run-program`.',
  );
});

test("an address that may be old comes before one that is to be corrected, and every further error has the cure", async () => {
  const { made } = identity(async () => "A1");
  made.remember("B2", "lab/outlets/1");
  const error = await made.prove().catch((thrown: unknown) => thrown);
  const report = new ErrorReport(() => "Do this.");
  const texts = [1, 2].map(() => (report.shown(error) as Error).message);
  const what =
    /^device "lab": the device at .* with the serial number B2\. Nothing was changed\. Do this\.( Otherwise, correct the address .*)?$/;
  expect(texts).toEqual([expect.stringMatching(what), expect.stringMatching(what)]);
});

test("only where nothing says which device is meant, a write waits until the program has declared everything", async () => {
  const nothing = identity(async () => "A1");
  await nothing.made.prove();
  expect(nothing.counts.waits).toBe(0);
  await Promise.all([nothing.made.proveForWrite(), nothing.made.proveForWrite()]);
  expect(nothing.counts.waits).toBe(1);
  const remembered = identity(async () => "A1");
  remembered.made.remember("A1", "lab/outlets/1");
  const required = identity(async () => "A1", { required: "A1" });
  await Promise.all([remembered.made.proveForWrite(), required.made.proveForWrite()]);
  expect([remembered.counts.waits, required.counts.waits]).toEqual([0, 0]);
});

test("what configuration demands wins over what states remember", async () => {
  const { made } = identity(async () => "A1", { required: "A1" });
  made.remember("B2", "lab/outlets/1");
  made.remember("C3", "lab/outlets/2");
  await made.proveForWrite();
  const other = identity(async () => "B2", { required: "A1" });
  other.made.remember("B2", "lab/outlets/1");
  await expect(other.made.prove()).rejects.toThrow(/has the serial number B2, and the configured `serial` is A1/);
});

test("a state that comes by while the program is still declaring forbids the first write", async () => {
  const { made } = identity(async () => "A1", {
    declared: async () => {
      await new Promise((resolve) => setImmediate(resolve));
      made.remember("B2", "lab/outlets/1");
    },
  });
  await expect(made.proveForWrite()).rejects.toThrow(/A1.*lab\/outlets\/1.*B2/);
});

test("a write is refused that was prepared before the device was known to be another one, whoever sends it", () =>
  onDevice({}, async ({ device: { url, password, journal } }) => {
    const config: Record<string, string> = { "dli:url": url, "dli:password": password };
    const devices = new Devices({ lookup: (key) => config[key], env: {} });
    try {
      await devices.run.operations.perform("default", "default/relay", async (operation) => {
        const managing = (await devices.context("default", "Relay", { operation })).device;
        const other = (await devices.context("default", "getDevice")).device;
        await managing.read("relay/");
        await managing.exclusive(async (session) => {
          devices.identity("default").remember("another", "default/outlets/1");
          await expect(session.put("relay/name", "mine")).rejects.toThrow(/serial number another/);
        });
        for (const device of [managing, other]) {
          await expect(device.put("relay/name", "mine")).rejects.toThrow(/serial number another/);
          await expect(device.exclusive((session) => session.delete("config/links/0"))).rejects.toThrow(/another/);
        }
      });
      expect(journal.writes()).toEqual([]);
    } finally {
      await devices.close();
    }
  }));

const serialReads = (journal: { entries: readonly { path: string; status: number }[] }) =>
  journal.entries.filter(({ path, status }) => path === "/restapi/config/serial/" && status !== 401).length;

test("a run asks a device once, whatever it does, and not at all where nothing is to be done", () =>
  onDevice({}, async ({ device, engine }) => {
    const wanted = [
      ...[1, 2, 3].map((number) => ({ type: "Outlet", inputs: { number, name: `load ${number}` } })),
      { type: "User", inputs: { name: "fred", password: "passw0rd" } },
      { type: "SwitchOutlets", inputs: { states: { 5: false } } },
      { type: "Setting", inputs: { path: "config/hostname", value: "rack" } },
    ];
    const held = await engine.createAll(wanted);
    expect(serialReads(device.journal)).toBe(1);
    device.journal.clear();
    await engine.refreshAll(held);
    expect(serialReads(device.journal)).toBe(1);
    device.journal.clear();
    for (const one of held) {
      await engine.up(one);
    }
    expect(device.journal.entries).toEqual([]);
    await engine.destroy(...held);
    expect(serialReads(device.journal)).toBe(1);
  }));

test("a device that is reached at another address during a run has to prove again that it is the same", async () => {
  const [first, second] = await Promise.all(
    ["RACK-1", "RACK-2"].map((serial) => startSimulator({ clock: manualClock(), serial })),
  );
  const config: Record<string, string> = { "dli:url": first!.url, "dli:password": first!.password };
  const devices = new Devices({ lookup: (key) => config[key], env: {} });
  try {
    await devices.run.operations.perform("default", "default/relay", async (operation) => {
      const { device } = await devices.context("default", "Relay", { operation });
      await device.put("relay/name", "mine");
      await device.reconnect(second!.url);
      await expect(device.read("relay/")).rejects.toThrow(/RACK-2, and what this run has begun is on .* RACK-1/);
      await expect(device.put("relay/name", "mine")).rejects.toThrow(/RACK-2/);
      await expect(device.exclusive((session) => session.put("relay/name", "mine"))).rejects.toThrow(/RACK-2/);
      await device.reconnect(first!.url);
      await device.put("relay/name", "mine");
    });
    expect([first, second].map((device) => device!.journal.writes().length)).toEqual([2, 0]);
  } finally {
    await devices.close();
    await Promise.all([first!.close(), second!.close()]);
  }
});

test("a device that has restarted has to prove again that it is the same, which may have got another address", () =>
  onDevice({ serial: "RACK-1" }, async ({ device, engine }) => {
    const reboot = { type: "Reboot", inputs: {} };
    const relay = { type: "Relay", inputs: { name: "mine" } };
    await engine.createInTurn([reboot, relay]);
    expect(serialReads(device.journal)).toBe(2);
    device.faults.add({ kind: "hold", path: "system/reboot", onlyAuthenticated: true });
    const { struck } = device.faults;
    const both = engine.createInTurn([reboot, { type: "Relay", inputs: { name: "yours" } }]);
    const outcome = both.catch((error: Error) => error.message);
    await until(() => device.faults.struck > struck);
    device.tree.config.serial = "RACK-2";
    device.faults.clear();
    expect(await outcome).toMatch(/RACK-2, and what this run has begun is on the device with .* RACK-1/);
    expect(device.tree.relay.name).toBe("mine");
  }));
