/** One device under several names: protection under one of them holds for all. */
import { DeviceConfiguration } from "../../provider/devices/configuration/device-configuration";
import { type SimulatorOptions, startSimulator } from "../../simulator";
import { advance } from "../lifecycle/action-cases";
import { onDevice, writes } from "../support/on-device";

type Fleet = Readonly<Record<string, object>>;

const off = (device: string) => ["SwitchOutlets", { device, states: { 3: false } }] as const;

/** A device under several names; `at` returns the parts of an entry that lead to it. */
function byNames(
  fleetOf: (at: (host: string) => object) => Fleet,
  work: (bench: Parameters<Parameters<typeof onDevice>[1]>[0]) => Promise<void>,
  options: SimulatorOptions = {},
) {
  return onDevice(options, async ({ device, engine }) => {
    device.tree.relay.outlets[2]!.state = true;
    const at = (host: string) => ({ url: device.url.replace("127.0.0.1", host), password: device.password });
    await work({ device, engine: engine.as({ "dli:devices": JSON.stringify(fleetOf(at)) }) });
  });
}

test.each(["127.0.0.1", "localhost"])("an outlet is protected by every name, at %s too", (host) =>
  byNames(
    (at) => ({ lab: { ...at("127.0.0.1"), protectedOutlets: [3] }, rack: at(host) }),
    async ({ device, engine }) => {
      await expect(engine.create(...off("rack"))).rejects.toThrow(/outlet 3 is protected/);
      await expect(engine.create("OutletCycle", { device: "rack", outlets: [3] })).rejects.toThrow(/is protected/);
      await expect(engine.create("Relay", { device: "rack", recoveryMode: 0 })).rejects.toThrow(/is protected/);
      const item = { device: "rack", addresses: ["192.0.2.1"], outlets: [3] };
      await expect(engine.create("AutoPingItem", item)).rejects.toThrow(/is protected/);
      expect(writes(device)).toEqual([]);
      await engine.create("SwitchOutlets", { device: "rack", states: { 2: false } });
    },
  ),
);

test("what a program protects by one name is protected by another address, too", () =>
  byNames(
    (at) => ({ lab: at("127.0.0.1"), rack: at("localhost") }),
    async ({ device, engine }) => {
      const kept = { type: "Outlet", inputs: { device: "lab", number: 3, protectFromOff: true, state: true } };
      const [type, inputs] = off("rack");
      await expect(engine.createAll([kept, { type, inputs }])).rejects.toThrow(
        /outlet 3 is protected on "(lab|default)", which is the same device/,
      );
      expect(writes(device)).toEqual([]);
    },
  ));

test("what a Script brings under one name is there under the others, and the plan says so", () =>
  byNames(
    (at) => ({ lab: at("127.0.0.1"), rack: at("127.0.0.1") }),
    async ({ engine }) => {
      const script = { type: "Script", inputs: { device: "lab", source: "function restart()\nend\n" } };
      const item = { device: "rack", addresses: ["192.0.2.1"], outlets: [3], script: "restart" };
      const run = { device: "rack", function: "restart", triggers: ["a"] };
      const all = [script, { type: "AutoPingItem", inputs: item }, { type: "ScriptRun", inputs: run }];
      expect((await engine.plan(all)).map(({ failure }) => failure)).toEqual([undefined, undefined, undefined]);
      await engine.createAll(all);
    },
  ));

test("a device on the same host that does not say which one it is may be the same", () =>
  byNames(
    (at) => ({ lab: { ...at("127.0.0.1"), url: "http://127.0.0.1:9", protectedOutlets: 3 }, rack: at("127.0.0.1") }),
    async ({ device, engine }) => {
      await expect(engine.create(...off("rack"))).rejects.toThrow(
        /"lab", which may be the same device.*configure the `serial` of both/,
      );
      expect(writes(device)).toEqual([]);
    },
  ));

test.each([
  ["that says so", {}],
  ["of which configuration demands another serial number", { serial: "LPC9-000002", url: "http://127.0.0.1:9" }],
])("another device on the same host %s keeps its protection for itself", async (_what, more) => {
  const other = await startSimulator({ serial: "LPC9-000002" });
  try {
    await byNames(
      (at) => ({
        lab: { url: other.url, password: other.password, protectedOutlets: 3, ...more },
        rack: at("127.0.0.1"),
      }),
      async ({ device, engine }) => {
        await engine.create(...off("rack"));
        expect(device.tree.relay.outlets[2]).toMatchObject({ transient_state: false });
      },
    );
  } finally {
    await other.close();
  }
});

test("a device on another host is not asked, and what is not about power asks nobody", () =>
  byNames(
    (at) => ({
      lab: { url: "http://192.0.2.1", password: "x", protectedOutlets: 3 },
      near: { ...at("127.0.0.1"), url: "http://127.0.0.1:9", protectedOutlets: 3 },
      rack: at("127.0.0.1"),
    }),
    async ({ engine }) => {
      await engine.create("Outlet", { device: "rack", number: 3, name: "web" });
      await expect(engine.create(...off("rack"))).rejects.toThrow('"near", which may be');
    },
  ));

test("a plan knows by one name what it has changed by another", () =>
  byNames(
    (at) => ({ lab: at("127.0.0.1"), rack: at("127.0.0.1") }),
    async ({ device, engine }) => {
      device.switchOutlet(6, false);
      advance(device, 60_000);
      const planned = await engine.plan([
        { type: "SwitchOutlets", inputs: { device: "lab", states: { 6: true } } },
        { type: "OutletCycle", inputs: { device: "rack", outlets: [6] } },
      ]);
      expect(planned.map(({ failure }) => failure)).toEqual([undefined, undefined]);
    },
  ));

describe("names with the same configured serial number", () => {
  const fleet = {
    lab: { url: "http://192.0.2.1", serial: "A-1", readOnly: true },
    rack: { url: "http://rack.example", serial: "A-1" },
    tls: { url: "http://rack.example/" },
    other: { url: "http://192.0.2.2", serial: "A-2" },
  };
  const configuration = new DeviceConfiguration((key) => ({ "dli:devices": JSON.stringify(fleet) })[key], {});

  test("are one device, and so is whatever has the address of one of them", () => {
    expect([...configuration.namesOfSame("tls")].sort()).toEqual(["lab", "rack", "tls"]);
    expect(configuration.namesOfSame("other")).toEqual(["other"]);
  });

  test("may all only read when one of them may only read", () => {
    expect(["lab", "rack", "tls", "other"].map((name) => configuration.isReadOnly(name))).toEqual([
      true,
      true,
      true,
      false,
    ]);
  });
});
