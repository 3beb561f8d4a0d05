/** Programs that reach a protected outlet, our own access or another resource's subtree by other paths. */
import type { Json } from "../../provider/client";
import { actionCases } from "../lifecycle/action-cases";
import { cases } from "../lifecycle/resource-cases";
import { onDevice, writes } from "../support/on-device";

const isOff = /protected/;

describe("an outlet that configuration protects", () => {
  const config = { "dli:protectedOutlets": "1" };

  test.each<[what: string, type: string, inputs: Record<string, Json>, reason: RegExp]>([
    ["a Setting of its state", "Setting", { path: "relay/outlets/0/state", value: false }, /belongs to/],
    [
      "a Setting of its transient state",
      "Setting",
      { path: "relay/outlets/0/transient_state", value: false },
      /belongs to/,
    ],
    ["a Setting of the relay", "Setting", { path: "relay", value: { outlets: [] } }, /belongs to/],
    ["a Setting of everything", "Setting", { path: "/", value: { relay: { outlets: {} } } }, /belongs to/],
    ["an item of AutoPing", "AutoPingItem", { addresses: ["192.0.2.1"], outlets: [1] }, isOff],
    ["the Outlet itself", "Outlet", { number: 1, state: false }, isOff],
    ["Outlets", "Outlets", { outlets: { 1: { state: false } } }, isOff],
    ["SwitchOutlets", "SwitchOutlets", { states: { 1: false } }, isOff],
    ["OutletCycle of all", "OutletCycle", { outlets: "all" }, isOff],
  ])("is out of reach for %s", (_what, type, inputs, reason) =>
    onDevice({}, async ({ device, engine }) => {
      device.tree.relay.outlets[0]!.state = true;
      await expect(engine.as(config).create(type, inputs)).rejects.toThrow(reason);
      expect(writes(device)).toEqual([]);
    }),
  );

  test.each([
    ["relay%2Foutlets%2F0%2Fstate", false, /belongs to/],
    ["RELAY/outlets/0/State", false, /belongs to/],
    ["relay\\outlets\\0\\cycle", null, /belongs to/],
    ["relay/Recovery_Mode", 0, isOff],
    ["system/reboot", [], /outlet 1 is protected, and a reboot could leave it off/],
    ["config/ALLOW_RESTAPI", false, /allowLockout/],
  ] as const)("is out of reach for a secret Setting of %j, whatever the device makes of that", (path, value, reason) =>
    onDevice({}, async ({ device, engine }) => {
      device.tree.relay.outlets[0]!.state = true;
      device.tree.relay.recovery_mode = 0;
      // A secret value may not be shown, so it is written without being read.
      const written = engine.as(config).create("Setting", { path, value, secret: true });
      await expect(written).rejects.toThrow(reason);
      expect(writes(device)).toEqual([]);
    }),
  );

  test("keeps its power: the device is not rebooted while its recovery mode may leave all outlets off", () =>
    onDevice({}, async ({ device, engine }) => {
      await engine.create("Outlet", { number: 1, state: true });
      device.tree.relay.recovery_mode = 0;
      const before = writes(device);
      const reboot = engine.as(config).create("Reboot", { waitForDevice: false });
      await expect(reboot).rejects.toThrow(/recovery_mode is 0/);
      expect(writes(device)).toEqual(before);
      device.tree.relay.recovery_mode = 2;
      await engine.as(config).create("Reboot", { waitForDevice: false });
      expect(writes(device).at(-1)).toBe("POST system/reboot/");
    }));

  test("is not left to an item of AutoPing that somebody made by hand", () =>
    onDevice({}, async ({ device, engine }) => {
      const byHand = { ...structuredClone(item), outlets: [0] } as never;
      device.tree.autoping.enabled = false;
      device.tree.autoping.items.push(byHand);
      const safe = engine.as(config);
      for (const [type, inputs] of [
        ["AutoPing", { enabled: true, maxReboots: 3 }],
        ["Setting", { path: "autoping/enabled", value: true }],
        ["Setting", { path: "autoping", value: { enabled: true, ping_interval: 60 } }],
      ] as const) {
        await expect(safe.create(type, inputs)).rejects.toThrow(
          /outlet 1 is protected, and this would let AutoPing cycle/,
        );
      }
      expect(writes(device)).toEqual([]);
      const held = await safe.create("AutoPingItem", { addresses: item.addresses, enabled: false, adopt: true });
      await safe.create("AutoPing", { enabled: true });
      await expect(safe.up(held, { ...held.inputs, enabled: true })).rejects.toThrow(/would let AutoPing cycle it/);
      expect(device.tree.autoping).toMatchObject({ enabled: true, items: [{ enabled: false, outlets: [0] }] });
    }));

  test("is not left to a recovery that may switch all outlets off", () =>
    onDevice({}, async ({ device, engine }) => {
      for (const [type, inputs] of [
        ["Relay", { recoveryMode: 0 }],
        ["Setting", { path: "relay/recovery_mode", value: 1 }],
      ] as const) {
        await expect(engine.as(config).create(type, inputs)).rejects.toThrow(/outlet 1 is protected/);
      }
      expect(writes(device)).toEqual([]);
      await engine.as({}).create("Relay", { recoveryMode: 0 });
    }));

  test.each([
    ["relay/fuses_enabled", true],
    ["relay/min_relay_voltage", 100],
    ["relay", { name: "rack", fuses_enabled: true }],
    ["relay/buses", [{ name: "Bus A", minimum_voltage: 100, maximum_voltage: null }]],
  ])("is not left to what the device measures by a Setting of %s", (path, value) =>
    onDevice({ model: "LPC9" }, async ({ device, engine }) => {
      device.tree.relay.buses = [{ name: "Bus A", minimum_voltage: null, maximum_voltage: null }];
      const refused = engine.as(config).create("Setting", { path, value });
      await expect(refused).rejects.toThrow(
        /outlet 1 is protected, and this would let what the device measures switch/,
      );
      expect(writes(device)).toEqual([]);
      await engine.as(config).create("Setting", { path: "relay/buses", value: [{ name: "Bus B" }] });
      await engine.create("Setting", { path, value });
      await engine.as(config).create("Setting", { path: "relay/fuses_enabled", value: false });
    }),
  );

  test("is not left to an item whose trial is shortened, also where the device shows it as off", () =>
    onDevice({ dialects: { autopingTrial: "readsDisabled" } }, async ({ device, engine }) => {
      const hosts = [{ state: "trial", success_count: 0, failure_count: 0 }];
      device.tree.autoping.enabled = false;
      device.tree.autoping.items.push({ ...structuredClone(item), outlets: [0], status: { hosts } } as never);
      const safe = engine.as(config);
      for (const inputs of [{ enabled: true }, { pingsBeforeEnabling: 0 }, { resumeWithoutRetrial: true }]) {
        await expect(safe.create("AutoPing", inputs)).rejects.toThrow(/this would let AutoPing cycle it/);
      }
      expect(writes(device)).toEqual([]);
      await safe.create("AutoPing", { pingsBeforeEnabling: 20 });
    }));

  test("is judged before anything else of the same resource is written", () =>
    onDevice({}, async ({ device, engine }) => {
      device.tree.relay.outlets[0]!.state = true;
      const outlets = { 1: { state: false, name: "web" }, 2: { name: "nas" } };
      await expect(engine.as(config).create("Outlets", { outlets })).rejects.toThrow(/outlet 1 is protected/);
      expect(writes(device)).toEqual([]);
    }));

  test("may be switched on, renamed, and left out of what is switched", () =>
    onDevice({}, async ({ device, engine }) => {
      const safe = engine.as(config);
      await safe.create("Outlet", { number: 1, state: true, name: "web" });
      await safe.create("SwitchOutlets", { states: { 2: false, 3: true } });
      expect(device.tree.relay.outlets[0]).toMatchObject({ name: "web", state: true });
    }));

  test("has the same protection under every name that configuration has for the device", () =>
    onDevice({}, async ({ device, engine }) => {
      device.tree.relay.outlets[0]!.state = true;
      const login = { username: device.username, password: device.password };
      const named = {
        lab: { ...login, url: device.url, protectedOutlets: "1" },
        rack: { ...login, url: `${device.url}/` },
      };
      const both = engine.as({ "dli:url": "", "dli:devices": JSON.stringify(named) });
      for (const name of ["lab", "rack"]) {
        const off = both.create("Outlet", { device: name, number: 1, state: false });
        await expect(off).rejects.toThrow(/outlet 1 is protected/);
      }
      const program = [
        { type: "Outlet", inputs: { device: "lab", number: 2, state: true, protectFromOff: true } },
        { type: "OutletCycle", inputs: { device: "rack", outlets: [2] } },
      ];
      await expect(both.createInTurn(program)).rejects.toThrow(/outlet 2 is protected/);
      expect(device.tree.relay.outlets[0]).toMatchObject({ state: true });
      expect(writes(device).filter((line) => /cycle|state/.test(line))).toEqual([]);
    }));

  test("that the device does not have may be a misspelt one: nothing loses power then", () =>
    onDevice({}, async ({ device, engine }) => {
      device.tree.relay.outlets[0]!.state = true;
      // Meant as `1,2`.
      const unclear = engine.as({ "dli:protectedOutlets": "12" });
      for (const [type, inputs] of [
        ["Outlet", { number: 1, state: false }],
        ["SwitchOutlets", { states: { 1: false } }],
        ["OutletCycle", { outlets: [1] }],
        ["Reboot", {}],
      ] as const) {
        await expect(unclear.create(type, inputs)).rejects.toThrow(/outlet 12 is protected, and this device has 8/);
      }
      expect(writes(device)).toEqual([]);
      await unclear.create("Outlet", { number: 1, name: "web", state: true });
    }));

  test.each(["one", "0", "1.5", "1;4", ",", "-3"])("is not guessed from %j", (text) =>
    onDevice({}, async ({ device, engine }) => {
      const unclear = engine.as({ "dli:protectedOutlets": text });
      await expect(unclear.create("Outlet", { number: 2, state: true })).rejects.toThrow(
        /not a list of outlet numbers/,
      );
      expect(writes(device)).toEqual([]);
    }),
  );
});

test.each<[what: string, inputs: Record<string, Json>]>([
  ["the whole tree", { path: "/", value: { config: { allow_restapi: false } } }],
  ["the whole tree by its full name", { path: "/restapi/", value: { config: { allow_restapi: false } } }],
  ["an empty object in place of the ports", { path: "config/http_ports", value: {} }],
  ["the realm among other things", { path: "auth", value: { realm: "x" } }],
])("our own access is not ended by a Setting of %s", (_what, inputs) =>
  onDevice({}, async ({ device, engine }) => {
    await expect(engine.create("Setting", inputs)).rejects.toThrow(/allowLockout/);
    expect(writes(device)).toEqual([]);
  }),
);

test.each<[what: string, inputs: Record<string, Json>]>([
  ["users from the root", { path: "/", value: { auth: { users: [{ name: "mallory", password: "pw-mallory" }] } } }],
  ["AutoPing items by an empty object", { path: "autoping", value: { items: {} } }],
  ["snippets", { path: "script/snippets", value: { greet: { source: "" } } }],
  ["clients, however deep", { path: "auth", value: { clients: { dash: { scopes: [] } } } }],
])("a Setting does not write %s", (_what, inputs) =>
  onDevice({}, async ({ device, engine }) => {
    device.tree.autoping.items.push({ ...structuredClone(item) } as never);
    const error = await engine.create("Setting", inputs).catch((thrown: Error) => thrown);
    expect(error).toBeInstanceOf(Error);
    expect((error as Error).message).toMatch(/belongs to/);
    expect((error as Error).message).not.toContain("pw-mallory");
    expect(writes(device)).toEqual([]);
  }),
);

const item = { addresses: ["192.0.2.7"], outlets: [2], enabled: true, script: "", pings_before_enabling: null };

describe("a device that configuration makes read-only", () => {
  const config = { "dli:readOnly": "true" };

  test.each([...cases, ...actionCases].map((life) => ({ type: life.type, life })))(
    "refuses every write of $type",
    ({ life }) =>
      onDevice({}, async ({ device, engine }) => {
        life.prepare?.(device);
        device.journal.clear();
        const own = "config" in life ? life.config?.(device) : undefined;
        const inputs = "changed" in life ? life.changed : life.inputs;
        await expect(engine.as({ ...own, ...config }).create(life.type, inputs)).rejects.toThrow(/dli:readOnly/);
        expect(writes(device)).toEqual([]);
      }),
  );

  test("lets a resource take over what is as declared already", () =>
    onDevice({}, async ({ device, engine }) => {
      device.tree.relay.outlets[0]!.name = "router";
      const safe = engine.as(config);
      const held = await safe.create("Outlet", { number: 1, name: "router" });
      expect(await safe.refresh(held)).toEqual([]);
      await expect(safe.up(held, { number: 1, name: "other" })).rejects.toThrow(/dli:readOnly/);
      expect(writes(device)).toEqual([]);
    }));
});
