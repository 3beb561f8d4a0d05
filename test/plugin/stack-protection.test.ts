/** What the stack's configuration protects is safe from a provider of the program, whatever that is given. */
import { startSimulator } from "../../simulator";
import { type Fixture, withPlugin } from "./fixture";
import type { Values } from "./plugin-client";

const off = { device: "default", states: { 3: false } };

/** Runs with a provider of the program, in a stack with this configuration. */
function besideStack(
  stack: (fixture: Fixture) => Record<string, unknown> | string,
  work: (fixture: Fixture) => Promise<void>,
  more: (fixture: Fixture) => Values = () => ({}),
  provider: string | undefined = "rack",
) {
  const env: NodeJS.ProcessEnv = {};
  return withPlugin(
    async (fixture) => {
      const said = stack(fixture);
      env["PULUMI_CONFIG"] = typeof said === "string" ? said : JSON.stringify(said);
      await fixture.restart({ ...fixture.configuration, ...more(fixture) }, provider);
      await work(fixture);
    },
    { env },
  );
}

async function expectRefused({ client, device }: Fixture, type: string, inputs: Values, reason: RegExp) {
  for (const preview of [true, false]) {
    await expect(client.create(type, inputs, { preview })).rejects.toThrow(reason);
  }
  expect(device.journal.writes()).toEqual([]);
}

const login = ({ device }: Fixture) => ({ url: device.url, username: device.username, password: device.password });
const named = (fixture: Fixture) => ({ ...login(fixture), url: fixture.device.url.replace("127.0.0.1", "localhost") });

test.each<[string, (fixture: Fixture) => Record<string, unknown>]>([
  ["at the same address", (fixture) => ({ ...login(fixture), protectedOutlets: "1,3" })],
  ["at another address of the host", (fixture) => ({ ...named(fixture), protectedOutlets: "3" })],
  ["by an entry of its devices", (fixture) => ({ devices: { lab: { ...login(fixture), protectedOutlets: [3] } } })],
  [
    "by the text of its devices",
    (fixture) => ({ devices: JSON.stringify({ lab: { ...login(fixture), protectedOutlets: 3 } }) }),
  ],
  [
    "with its serial number, wherever it is",
    () => ({ url: "http://192.0.2.1", serial: "LPC9-000001", protectedOutlets: "3" }),
  ],
  [
    "as a program is told",
    (fixture) => ({ "dli:url": fixture.device.url, "dli:protectedOutlets": "3", "test:url": "x" }),
  ],
])("an outlet that the stack protects %s", (_where, stack) =>
  besideStack(stack, async (fixture) => {
    const isProtected =
      /outlet [13] is protected on "(default|lab)" in the stack's configuration, which is the same device/;
    await expectRefused(fixture, "SwitchOutlets", off, isProtected);
    await expectRefused(fixture, "Outlet", { device: "default", number: 3, state: false }, isProtected);
    await expectRefused(fixture, "Relay", { device: "default", recoveryMode: 0 }, isProtected);
    await fixture.client.create("SwitchOutlets", { device: "default", states: { 2: false } });
  }),
);

test("a device that the stack makes read-only is not written by another provider", () =>
  besideStack(
    (fixture) => ({ devices: { lab: { ...named(fixture), readOnly: true } } }),
    (fixture) =>
      expectRefused(
        fixture,
        "Relay",
        { device: "default", name: "rack" },
        /nothing may be written on "lab" in the stack's configuration, which is the same device/,
      ),
  ));

// The engine gives its own provider the configuration of the last update until it runs the program.
test.each(["default", "default_0_1_0", "default_1"])(
  "what the stack protects by now is safe from the provider %s, which may be given less",
  (provider) =>
    besideStack(
      (fixture) => ({ ...login(fixture), protectedOutlets: "3" }),
      async (fixture) => {
        const isProtected = /outlet 3 is protected on "default" in the stack's configuration, which is the same device/;
        await expectRefused(fixture, "SwitchOutlets", off, isProtected);
        await fixture.client.create("SwitchOutlets", { device: "default", states: { 2: false } });
      },
      undefined,
      provider,
    ),
);

test("the engine's own provider, which is given what the stack says, names that alone", () =>
  besideStack(
    (fixture) => ({ ...login(fixture), readOnly: "true" }),
    (fixture) => expectRefused(fixture, "SwitchOutlets", off, /on this device, says dli:readOnly/),
    () => ({ readOnly: "true", version: "0.1.0" }),
    "default_0_1_0",
  ));

test("another device of the stack keeps its protection for itself", async () => {
  const other = await startSimulator({ serial: "LPC9-000002" });
  try {
    await besideStack(
      () => ({ url: other.url, password: other.password, protectedOutlets: "3", readOnly: "true", plugin: "true" }),
      async ({ client, device }) => {
        await client.create("SwitchOutlets", off);
        expect(device.tree.relay.outlets[2]).toMatchObject({ transient_state: false });
      },
    );
  } finally {
    await other.close();
  }
});

test.each<[string, Record<string, unknown> | string, RegExp]>([
  [
    "a key about no device",
    { protectedOutlets: "3" },
    /dli:protectedOutlets` of the stack.*nothing of the provider "rack"/,
  ],
  ["a misspelt key", { url: "http://192.0.2.1", protectedOutlet: "3" }, /did you mean `protectedOutlets`/],
  [
    "a misspelt key of an entry",
    { devices: { lab: { url: "http://192.0.2.1", readonly: true } } },
    /did you mean `readOnly`/,
  ],
  ["an address that is none", { url: "192.0.2.1", protectedOutlets: "3" }, /the configured `url` is not an address/],
  ["outlets that are none", { url: "http://192.0.2.1", protectedOutlets: "three" }, /not a list of outlet numbers/],
  ["devices that are none", { devices: "lab" }, /dli:devices is not a JSON object/],
])("a stack with %s protects from everything, until it is right", (_what, stack, reason) =>
  besideStack(
    () => stack,
    async (fixture) => {
      await expectRefused(fixture, "SwitchOutlets", off, reason);
      expect(fixture.device.journal.entries).toEqual([]);
    },
  ),
);

test("a key that the provider has itself may be in a stack without a device, and the provider's own applies", () =>
  besideStack(
    () => ({ protectedOutlets: "3" }),
    async (fixture) => {
      await expectRefused(fixture, "SwitchOutlets", { device: "default", states: { 1: false } }, /outlet 1.*protected/);
      await fixture.client.create("SwitchOutlets", off);
      expect(fixture.device.journal.writes()).toHaveLength(1);
    },
    () => ({ protectedOutlets: "1" }),
  ));

test("a configuration that Pulumi has not written is refused without a word of it", () =>
  withPlugin(
    async ({ client, configuration, restart }) => {
      const refused = restart(configuration, "rack");
      await expect(refused).rejects.toThrow(/PULUMI_CONFIG is not the configuration/);
      await expect(refused).rejects.not.toThrow(/hunter2/);
      await client.configure(configuration);
    },
    { env: { PULUMI_CONFIG: '{"password": hunter2' } },
  ));
