/** One device under several names that share neither address nor host, or one of which is misconfigured. */
import type { SimulatedDevice } from "../../simulator";
import { onDevice, writes } from "../support/on-device";

const off = (device: string) => ["SwitchOutlets", { device, states: { 3: false } }] as const;

type Fleet = Readonly<Record<string, object>>;

/** Runs with a device that is configured as `rack`, beside others. */
function beside(
  others: (device: SimulatedDevice) => Fleet,
  work: (bench: Parameters<Parameters<typeof onDevice>[1]>[0]) => Promise<void>,
) {
  return onDevice({}, async ({ device, engine }) => {
    device.tree.relay.outlets[2]!.state = true;
    const fleet = { rack: { url: device.url, password: device.password }, ...others(device) };
    await work({ device, engine: engine.as({ "dli:url": "", "dli:devices": JSON.stringify(fleet) }) });
  });
}

const at = (device: SimulatedDevice, host: string) => ({
  url: device.url.replace("127.0.0.1", host),
  password: device.password,
});

test.each<[string, (device: SimulatedDevice) => object]>([
  ["whose configured serial number the device has", () => ({ url: "http://192.0.2.1", serial: "LPC9-000001" })],
  ["by its address of IPv4 in one of IPv6", (device) => at(device, "[::ffff:127.0.0.1]")],
])("an outlet is protected by a name %s", (_what, lab) =>
  beside(
    (device) => ({ lab: { password: "x", ...lab(device), protectedOutlets: [3] } }),
    async ({ device, engine }) => {
      await expect(engine.create(...off("rack"))).rejects.toThrow(/outlet 3 is protected on "lab", which is the same/);
      await expect(engine.create("Relay", { device: "rack", recoveryMode: 0 })).rejects.toThrow(/is the same device/);
      expect(writes(device)).toEqual([]);
    },
  ),
);

test.each<[string, (device: SimulatedDevice) => object, RegExp]>([
  ["at another address of the host", (device) => at(device, "localhost"), /on "lab", which is the same device/],
  [
    "that does not answer",
    (device) => ({ ...at(device, ""), url: "http://127.0.0.1:9" }),
    /"lab", which may be the same/,
  ],
  ["with its serial number", () => ({ url: "http://192.0.2.1", serial: "LPC9-000001" }), /which is the same device/],
])("a device that is read-only by a name %s is not written", (_what, lab, reason) =>
  beside(
    (device) => ({ lab: { password: "x", ...lab(device), readOnly: true } }),
    async ({ device, engine }) => {
      const written = engine.create("Outlet", { device: "rack", number: 1, name: "web" });
      await expect(written).rejects.toThrow(reason);
      await expect(written).rejects.toThrow(/nothing may be written/);
      expect(writes(device)).toEqual([]);
    },
  ),
);

test.each<[string, object, RegExp]>([
  ["a misspelt key", { url: "http://192.0.2.1", protectedOutlet: [3] }, /device "lab": `protectedOutlet` is not/],
  ["an address that is none", { url: "192.0.2.1", protectedOutlets: [3] }, /device "lab": the configured `url` is not/],
])("a name with %s may be any device, so nothing takes power until it is right", (_what, lab, reason) =>
  beside(
    () => ({ lab: { password: "x", ...lab } }),
    async ({ device, engine }) => {
      await expect(engine.create(...off("rack"))).rejects.toThrow(reason);
      expect(writes(device)).toEqual([]);
    },
  ),
);

test("a plan is not stopped by what an entry that protects nothing says of previews", () =>
  beside(
    () => ({ lab: { url: "http://192.0.2.1", password: "x", previewReads: "maybe" } }),
    async ({ engine }) => {
      const [type, inputs] = off("rack");
      const [planned] = await engine.plan([{ type, inputs }]);
      expect(planned?.failure).toBeUndefined();
    },
  ));

test.each([[[true]], [[[3]]], [["1e0"]], [["0x3"]], [[3.5]], [[""]], [true], ["[3]"]])(
  "outlets are not guessed from %j",
  (protectedOutlets) =>
    beside(
      () => ({ lab: { url: "http://192.0.2.1", password: "x", protectedOutlets } }),
      async ({ engine }) => {
        await expect(engine.create(...off("lab"))).rejects.toThrow(/not a list of outlet numbers/);
      },
    ),
);

test.each([[[3]], [["3", " 5 "]], ["3,05"], [3]])("outlets are understood from %j", (protectedOutlets) =>
  beside(
    (device) => ({ rack: { ...at(device, "127.0.0.1"), protectedOutlets } }),
    async ({ device, engine }) => {
      await expect(engine.create(...off("rack"))).rejects.toThrow(/outlet 3 is protected/);
      expect(writes(device)).toEqual([]);
    },
  ),
);

test("nothing is written of what is refused halfway: no name, no other outlet, no other setting", () =>
  beside(
    () => ({ lab: { url: "http://192.0.2.1", password: "x", serial: "LPC9-000001", protectedOutlets: [3] } }),
    async ({ device, engine }) => {
      for (const [type, inputs] of [
        ["Outlet", { number: 3, name: "web", state: false }],
        ["Outlets", { outlets: { 1: { name: "nas", state: false }, 3: { state: false } } }],
        ["OutletCycle", { outlets: [1, 3] }],
        ["SwitchOutlets", { states: { 1: false, 3: false } }],
        ["Setting", { path: "/", value: { config: { hostname: "rack" }, relay: { recovery_mode: 0 } } }],
      ] as const) {
        await expect(engine.create(type, { device: "rack", ...inputs })).rejects.toThrow(
          /outlet 3 is protected on "lab"/,
        );
        expect(writes(device)).toEqual([]);
      }
    },
  ));
