/** What functions give, under every dialect of the device, and that they never write. */
import { Devices } from "../../provider/devices/devices";
import { callFunction } from "../../provider/lifecycle/invoke";
import { functions } from "../../provider/registry";
import { dialects, type SimulatedDevice, type SimulatorOptions, startSimulator } from "../../simulator";

async function ask(device: SimulatedDevice, name: string, inputs: Record<string, unknown> = {}, user = {}) {
  const login = { "dli:url": device.url, "dli:username": device.username, "dli:password": device.password, ...user };
  const devices = new Devices({ lookup: (key) => (login as Record<string, string>)[key], env: {} });
  const definition = functions.find((candidate) => candidate.name === name);
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

const everyDialect = Object.entries(dialects).flatMap(([name, { values }]) =>
  values.map((value) => ({ [name]: value })),
);

test("getDevice says what the device is and who asks", async () => {
  const device = await on({ model: "EPCR6" }, (unit) => ask(unit, "getDevice"));
  expect(device).toMatchObject({
    firmware: "1.12.14.0",
    model: "EPCR6",
    outletCount: 8,
    username: "admin",
    isAdmin: true,
  });
  expect(device["outletNames"]).toHaveLength(8);
});

test("getDevice gives another user what he may see", async () => {
  const device = await on({}, (unit) => {
    unit.tree.auth.users.push({
      name: "tom",
      password: "t0m!",
      is_allowed: true,
      is_admin: false,
      outlet_access: Array(8).fill(true),
    });
    const config = unit.tree.config as unknown as Record<string, unknown>;
    config[Object.keys(config).find((key) => /^allow_rest.*nonadmin$/.test(key)) as string] = true;
    return ask(unit, "getDevice", {}, { "dli:username": "tom", "dli:password": "t0m!" });
  });
  expect(device).toMatchObject({ outletCount: 8, username: "tom", isAdmin: false });
});

test("getOutlets numbers outlets as printed on the case", async () => {
  const { outlets } = await on({}, (unit) => {
    unit.switchOutlet(3, false);
    return ask(unit, "getOutlets");
  });
  expect((outlets as { number: number; state: boolean }[]).filter((outlet) => !outlet.state)).toMatchObject([
    { number: 3, name: "Outlet 3" },
  ]);
});

test("getMeters converts devices, and takes a denormal number for nothing", async () => {
  const { meters } = await on({ model: "EPCR6" }, (unit) => ask(unit, "getMeters"));
  const found = (meters as { quantity: string; bus: number | null; value: number; unit: string }[]).map(
    ({ quantity, bus, value, unit }) => `${quantity} ${bus} ${value} ${unit}`,
  );
  expect(found).toEqual(
    expect.arrayContaining(["voltage 1 120.5 V", "energy 1 1 kWh", "temperature null 35 °C", "humidity null 0 %"]),
  );
});

test("getMeters is empty on a device without sensors", async () => {
  const without = { model: "LPC9", dialects: { metersWithoutBus: "none" } } as const;
  expect(await on(without, (unit) => ask(unit, "getMeters"))).toEqual({ meters: [] });
});

test("getMeters takes values that belong to no bus", async () => {
  const { meters } = await on({ model: "DIN4" }, (unit) => ask(unit, "getMeters"));
  expect(meters).toMatchObject([
    { name: "ADC 1", quantity: "voltage", bus: null, value: 5, unit: "V" },
    { name: "ADC 2", quantity: "voltage", bus: null, value: 0.5, unit: "V" },
  ]);
});

test("getThreads lists what runs", async () => {
  const { threads } = await on({}, (unit) => {
    unit.tree.script.threads["7"] = { label: "flash (admin via web ui) ON 2" };
    return ask(unit, "getThreads");
  });
  expect(threads).toEqual([{ id: "7", function: "flash", label: "flash (admin via web ui) ON 2" }]);
});

test("browse turns references into paths", async () => {
  const { value } = await on({}, (unit) => ask(unit, "browse", { depth: 1 }));
  expect(value).toMatchObject({ relay: { path: "relay/" }, config: { path: "config/" } });
});

test("an input that is wrong is named", async () => {
  await on({}, (unit) => expect(ask(unit, "browse", { dept: 1 })).rejects.toThrow(/dept is not an input of browse/));
});

test.each(functions.map(({ name }) => name))("%s copes with every dialect", async (name) => {
  for (const settings of everyDialect) {
    const answer = on({ model: "EPCR6", dialects: settings }, (unit) =>
      ask(unit, name, name === "browse" ? { path: "relay" } : {}),
    );
    await expect(
      answer.catch((error) => Promise.reject(new Error(`${JSON.stringify(settings)}: ${error}`))),
    ).resolves.toBeDefined();
  }
});
