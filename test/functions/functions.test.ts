/** What functions return under every dialect of the device, and that they never write. */
import { LoginLedger } from "../../provider/client";
import { Devices } from "../../provider/devices/devices";
import { call } from "../../provider/dynamic/functions";
import { callFunction, isConfidentialResult } from "../../provider/lifecycle/invoke";
import { functionNamed, functions } from "../../provider/registry";
import { dialects, type SimulatedDevice, type SimulatorOptions, startSimulator } from "../../simulator";
import { everyDialect, oncePerDevice } from "../lifecycle/every-dialect";

async function ask(device: SimulatedDevice, name: string, inputs: Record<string, unknown> = {}, user = {}) {
  const login = { "dli:url": device.url, "dli:username": device.username, "dli:password": device.password, ...user };
  const devices = new Devices({
    lookup: (key) => (login as Record<string, string>)[key],
    env: {},
    logins: new LoginLedger(),
  });
  const definition = functionNamed(name);
  if (!definition) {
    throw new Error(`no function ${name}`);
  }
  try {
    return await callFunction(definition, inputs, devices);
  } finally {
    await devices.close();
  }
}

async function on<T>(options: SimulatorOptions, work: (device: SimulatedDevice) => Promise<T>): Promise<T> {
  const device = await startSimulator(options);
  try {
    const result = await work(device);
    expect(device.journal.writes()).toEqual([]);
    return result;
  } finally {
    await device.close();
  }
}

test.each([
  ["config/serial", "serial"],
  ["config/version", "firmware"],
  ["config/hostname", "hostname"],
  ["cred/name", "username"],
  ["relay/model", "model"],
])("getDevice leaves out what is no text at %s", async (path, output) => {
  for (const odd of [{}, [], [null, {}], { $ref: "x/" }, null]) {
    const result = await on({}, (simulated) => {
      simulated.behaviours.register({ name: "odd", path, read: () => odd });
      return ask(simulated, "getDevice");
    });
    expect([odd, result[output]]).toEqual([odd, undefined]);
  }
});

test("getDevice returns what the device is and which account asks", async () => {
  const device = await on({ model: "EPCR6" }, (simulated) => ask(simulated, "getDevice"));
  expect(device).toMatchObject({
    firmware: "1.12.14.0",
    model: "EPCR6",
    outletCount: 8,
    username: "admin",
    isAdmin: true,
  });
  expect(device["outletNames"]).toHaveLength(8);
});

/** Calls a function as a user other than the admin, with access to these outlets. */
function askAs(device: SimulatedDevice, outlets: readonly number[], name: string) {
  device.tree.config.allow_rest_nonadmin = true;
  device.tree.auth.users.push({
    name: "tom",
    password: "t0m!",
    is_allowed: true,
    is_admin: false,
    outlet_access: device.tree.relay.outlets.map((_, index) => outlets.includes(index + 1)),
  });
  return ask(device, name, {}, { "dli:username": "tom", "dli:password": "t0m!" });
}

test("calls at the same time from programs with other configurations ask the devices of each", async () => {
  await on({}, (one) =>
    on({}, async (other) => {
      one.tree.relay.name = "one";
      other.tree.relay.name = "other";
      const ask = ({ url, password }: SimulatedDevice) => {
        const config: Record<string, string> = { "dli:url": url, "dli:password": password };
        return call("getDevice", {}, (key) => config[key]);
      };
      const found = await Promise.all([one, other, one].map(ask));
      expect(found.map(({ name }) => name)).toEqual(["one", "other", "one"]);
    }),
  );
});

test("getDevice returns what another user may see", async () => {
  const device = await on({}, (simulated) => askAs(simulated, [1, 2, 3, 4, 5, 6, 7, 8], "getDevice"));
  expect(device).toMatchObject({ outletCount: 8, username: "tom", isAdmin: false });
});

test.each(dialects.restrictedOutlets.values)(
  "getOutlets returns the outlets that another user may see, under restrictedOutlets=%s",
  async (restrictedOutlets) => {
    const { outlets } = await on({ dialects: { restrictedOutlets } }, (device) => askAs(device, [2, 5], "getOutlets"));
    const numbers = (outlets as { number: number }[]).map(({ number }) => number);
    expect(numbers).toEqual(restrictedOutlets === "readable" ? [1, 2, 3, 4, 5, 6, 7, 8] : [2, 5]);
  },
);

test("getOutlets numbers outlets as printed on the case", async () => {
  const { outlets } = await on({}, (device) => {
    device.switchOutlet(3, false);
    return ask(device, "getOutlets");
  });
  expect((outlets as { number: number; state: boolean }[]).filter((outlet) => !outlet.state)).toMatchObject([
    { number: 3, name: "Outlet 3" },
  ]);
});

test("getMeters converts units, and treats a denormal number as 0", async () => {
  const { meters } = await on({ model: "EPCR6" }, (device) => ask(device, "getMeters"));
  const found = (meters as { quantity: string; bus: number | null; value: number; unit: string }[]).map(
    ({ quantity, bus, value, unit }) => `${quantity} ${bus} ${value} ${unit}`,
  );
  expect(found).toEqual(
    expect.arrayContaining(["voltage 1 120.5 V", "energy 1 1 kWh", "temperature null 35 °C", "humidity null 0 %"]),
  );
});

test("getMeters is empty on a device without sensors", async () => {
  const without = { model: "LPC9", dialects: { metersWithoutBus: "none" } } as const;
  expect(await on(without, (device) => ask(device, "getMeters"))).toEqual({ meters: [] });
});

test("getMeters takes values that belong to no bus", async () => {
  const { meters } = await on({ model: "DIN4" }, (device) => ask(device, "getMeters"));
  expect(meters).toMatchObject([
    { name: "ADC 1", quantity: "voltage", bus: null, value: 5, unit: "V" },
    { name: "ADC 2", quantity: "voltage", bus: null, value: 0.5, unit: "V" },
  ]);
});

test.each(["constructor", "__proto__", "toString", "hasOwnProperty"])(
  "getMeters takes the quantity %s as any other",
  async (quantity) => {
    const { meters } = await on({ model: "DIN4" }, (device) => {
      for (const value of Object.values(device.tree.meter.values as Record<string, { quantity: string }>)) {
        value.quantity = quantity;
      }
      return ask(device, "getMeters");
    });
    expect(meters).toMatchObject([
      { quantity, unit: "", value: 5 },
      { quantity, unit: "", value: 0.5 },
    ]);
  },
);

test("getMeters leaves out what is odd of a meter, and keeps the others", async () => {
  const odd = { name: "Odd", value: "n/a", quantity: ["voltage"], bus: true };
  const { meters } = await on({ model: "DIN4" }, (device) => {
    const inherited = { name: "Z", value: 5, quantity: "constructor" };
    const more = { "x.voltage": odd, y: 7, "z.constructor": inherited };
    const read = (_context: unknown, next: () => unknown) => ({ ...(next() as object), ...more });
    device.behaviours.register({ name: "odd meters", path: "meter/values", read: read as never });
    Object.assign(Object.values(device.tree.meter.values as object)[0], { bus: true, name: "ADC 1" });
    return ask(device, "getMeters");
  });
  expect(meters).toMatchObject([
    { name: "ADC 1", quantity: "voltage", bus: null, value: 5, unit: "V" },
    { name: "ADC 2", quantity: "voltage", bus: null, value: 0.5, unit: "V" },
    { key: "x.voltage", name: "Odd", quantity: "voltage", bus: null, value: null, unit: "V" },
    { key: "z.constructor", name: "Z", quantity: "constructor", value: 5, unit: "" },
  ]);
});

test("getThreads lists the threads that are running", async () => {
  const { threads } = await on({}, (device) => {
    device.tree.script.threads["7"] = { label: "flash (admin via web ui) ON 2" };
    return ask(device, "getThreads");
  });
  expect(threads).toEqual([{ id: "7", function: "flash", label: "flash (admin via web ui) ON 2" }]);
});

test("browse turns references into paths", async () => {
  const { value } = await on({}, (device) => ask(device, "browse", { depth: 1 }));
  expect(value).toMatchObject({ relay: { path: "relay/" }, config: { path: "config/" } });
});

test.each([
  ["auth/users", true],
  ["auth", true],
  ["auth/users/name=admin/password", true],
  ["auth/users/all;/=name,password", true],
  ["mqtt", true],
  ["mqtt/=enabled,password", true],
  ["mqtt/all;", true],
  ["notification/=sinks", true],
  ["=mqtt/password", true],
  ["=config/ssh_authorized_keys", true],
  ["relay/outlets/all;/=name,state", false],
  ["relay/outlets/all;locked=false/name", false],
  ["=relay/name", false],
  ["mqtt/=enabled,broker_port", false],
  ["autoping/items/all;/addresses", false],
  ["config/ssh_authorized_keys", true],
  ["relay", false],
  ["relay/outlets/0/name", false],
  ["mqtt/enabled", false],
  ["autoping", false],
])("what browse(%j) returns is confidential: %s", async (path, expected) => {
  await on({ dialects: { passwordRead: "plain" } }, async (device) => {
    Object.assign(device.tree.mqtt, { password: "of the broker" });
    Object.assign(device.tree.config, { ssh_authorized_keys: "ssh-ed25519 AAAA" });
    device.tree.notification.sinks = [{ name: "mail", type: "email", data: { host: "mail.example" } }];
    device.changeByHand("autoping/items/0", { addresses: ["nas"], outlets: [1], enabled: false, script: "" });
    const definition = functionNamed("browse");
    const result = await ask(device, "browse", { path });
    expect(isConfidentialResult(definition as never, { path }, result)).toBe(expected);
  });
});

test.each([
  "auth/=users",
  "auth/=realm,users",
  "=auth/users",
  "=auth,relay",
  "auth/all;",
  "all;/users",
  "auth/users/all;/name",
])("what browse(%j) returns is confidential on a device that never shows a password, too", async (path) => {
  await on({}, async (device) => {
    const result = await ask(device, "browse", { path });
    expect(isConfidentialResult(functionNamed("browse") as never, { path }, result)).toBe(true);
  });
});

test("browse of one level holds paths and nothing confidential", async () => {
  await on({}, async (device) => {
    const definition = functionNamed("browse");
    for (const path of ["", "auth"]) {
      const result = await ask(device, "browse", { path, depth: 1 });
      expect([path, isConfidentialResult(definition as never, { path }, result)]).toEqual([path, false]);
    }
  });
});

test("a wrong input is named in the error", async () => {
  await on({}, (device) =>
    expect(ask(device, "browse", { dept: 1 })).rejects.toThrow(/dept is not an input of browse/),
  );
});

test.each(functions.map(({ name }) => name))("%s succeeds under every dialect of the device", async (name) => {
  const askUnder = oncePerDevice(async (settings, onDialect) => {
    const answer = on({ model: "EPCR6", dialects: settings, ...(onDialect && { onDialect }) }, (device) =>
      ask(device, name, name === "browse" ? { path: "relay" } : {}),
    );
    await expect(
      answer.catch((error) => Promise.reject(new Error(`${JSON.stringify(settings)}: ${error}`))),
    ).resolves.toBeDefined();
  });
  for (const [, settings] of everyDialect) {
    await askUnder(settings);
  }
});
