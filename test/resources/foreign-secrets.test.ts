/** A resource's state has only what concerns it, and an import brings no secret of the device into a program. */
import { marksName } from "../../provider/schema/secrecy";
import { withoutSecrets } from "../../provider/subtrees/secret-places";
import { type Json, manualClock, type SimulatedDevice, startSimulator } from "../../simulator";
import { MiniEngine } from "../lifecycle/mini-engine";

const foreign = "somebody-else's-secret";

let device: SimulatedDevice;
let engine: MiniEngine;

beforeEach(async () => {
  device = await startSimulator({ clock: manualClock(), dialects: { passwordRead: "plain" } });
  engine = new MiniEngine({ device });
});

const others: SimulatedDevice[] = [];

afterEach(() => Promise.all([device, ...others.splice(0)].map((one) => one.close())));

/** A device that shows passwords in this way. */
async function deviceThatReads(passwordRead: "masked" | "hashed"): Promise<SimulatedDevice> {
  const other = await startSimulator({ clock: manualClock(), dialects: { passwordRead } });
  others.push(other);
  return other;
}

describe("the state of a resource does not hold", () => {
  test.each<[string, string, Record<string, Json>]>([
    ["a script's source that it does not declare", "Script", { traced: true }],
    ["keys that it does not declare", "Ssh", { enabled: true }],
    ["outlets that it does not name", "Outlets", { outlets: { 1: { state: true } } }],
    ["members that it does not declare", "Setting", { path: "mqtt", value: { broker_port: 1 } }],
  ])("%s", async (_what, type, inputs) => {
    device.tree.mqtt.password = foreign;
    device.tree.config.ssh_authorized_keys = foreign;
    device.tree.relay.outlets[4]!.name = foreign;
    device.tree.notification.sinks = [{ name: "mail", type: "email", data: { password: foreign } }];
    device.changeByHand("script/source", `-- ${foreign}\n`);
    const held = await engine.create(type, inputs);
    await engine.refresh(held);
    expect(JSON.stringify(held)).not.toContain(foreign);
  });

  test.each<[string, Json]>([
    ["mqtt", "text"],
    ["mqtt", [1]],
    ["notification", { sinks: { 0: 1 } }],
  ])("the secrets in %s where something of another form is declared", async (path, value) => {
    device.tree.mqtt.password = foreign;
    device.tree.notification.sinks = [{ name: "mail", type: "email", data: { password: foreign } }];
    const inputs = engine.check("Setting", { path, value });
    const held = { type: "Setting", id: `default/settings/${path}`, inputs, state: { ...inputs, managed: ["value"] } };
    expect(await engine.refresh(held)).toHaveLength(1);
    expect(JSON.stringify(held)).not.toContain(foreign);
  });

  test("but an import takes over what can be declared", async () => {
    device.changeByHand("script/source", "-- plain\n");
    expect((await engine.import("Script", "default/script"))?.inputs["source"]).toBe("-- plain\n");
    expect(Object.keys((await engine.import("Outlets", "default/outlets"))?.inputs["outlets"] as object)).toHaveLength(
      8,
    );
  });
});

describe("an import", () => {
  test.each(["mqtt/password", "snmp/users", "notification/sinks", "config/https_cert"])(
    "of %s, which holds a secret, is refused with the line that declares it",
    async (path) => {
      device.tree.mqtt.password = foreign;
      device.tree.snmp.users = [{ name: "me", auth: foreign }];
      device.tree.notification.sinks = [{ name: "mail", type: "email", data: { password: foreign } }];
      Object.assign(device.tree.config, { https_cert: foreign });
      const refused = engine.import("Setting", `default/settings/${path}`);
      await expect(refused).rejects.toThrow(`new dli.Setting("...", { path: "${path}", value: config.requireSecret`);
      await expect(refused).rejects.not.toThrow(foreign);
      expect(engine.logs.join()).not.toContain(foreign);
    },
  );

  test("of an object leaves its secrets out, says which, and leaves nothing to do", async () => {
    device.tree.mqtt.password = foreign;
    const held = (await engine.import("Setting", "default/settings/mqtt"))!;
    expect(JSON.stringify(held)).not.toContain(foreign);
    expect(held.inputs["value"]).toMatchObject({ broker_port: null, topic_root: expect.any(String) });
    expect(held.inputs["value"]).not.toHaveProperty("password");
    expect(engine.warnings).toEqual([
      expect.stringMatching(/^default\/settings\/mqtt: password stays out.*requireSecret/),
    ]);
    expect(await engine.up(held)).toEqual([]);
    expect(device.journal.writes()).toEqual([]);
  });

  test.each(["masked", "hashed"] as const)("never takes a password that reads as %s for the password", async (read) => {
    const other = await deviceThatReads(read);
    other.tree.mqtt.password = foreign;
    const held = (await new MiniEngine({ device: other }).import("Setting", "default/settings/mqtt"))!;
    expect(held.inputs["value"]).not.toHaveProperty("password");
  });

  test("of a place where no secret is set takes all of it", async () => {
    device.tree.mqtt.password = null;
    const held = (await engine.import("Setting", "default/settings/mqtt"))!;
    expect(held.inputs["value"]).toHaveProperty("password", null);
    expect(engine.warnings).toEqual([]);
  });
});

test.each<[string, Json, string[]]>([
  [
    "network/wireless",
    { enabled: true, ssid: "x", key: "k", channel: "11", encryption: "psk2" },
    ["network/wireless/key"],
  ],
  ["relay", { keypad_enabled: true, name: "x" }, []],
  ["snmp", { community_mappings: [{ community: "public" }], known_priv_methods: ["DES"] }, ["snmp/community_mappings"]],
  ["notification/sinks/0", { name: "x", data: { server: "s", community: "c" } }, ["notification/sinks/0/data"]],
  ["auth", { realm: "x", users: [{ name: "fred" }] }, ["auth/users"]],
  [
    "x",
    { a: { b: [{ smtp_password: "p" }], client_secret: "s", access_tokens: {}, passive: "no", tokens: [] } },
    ["x/a/b", "x/a/client_secret"],
  ],
])("of %s the secrets are known by their places and names", (path, value, withheld) => {
  expect(withoutSecrets(path.split("/"), value).withheld).toEqual(withheld);
});

test.each([
  ...["password2", "old_password_1", "newPassword", "pwd", "smtp_pw", "authToken", "client-secret", "rocommunity"],
  ...["wep_key1", "key_2", "accessKey", "apikey", "preSharedKey", "psk2", "privkey"],
])("the name %s is one of a secret", (name) => {
  expect(withoutSecrets(["x"], { [name]: "s", port: 1 })).toEqual({ value: { port: 1 }, withheld: [`x/${name}`] });
});

test.each([
  "keypad_enabled",
  "key_count",
  "passive",
  "compass",
  "power",
  "pin1",
  "known_priv_methods",
  "hotkey",
  "pwm",
])("the name %s is none", (name) => {
  expect(withoutSecrets(["x"], { [name]: "s" }).withheld).toEqual([]);
});

test("a value that comes in as a secret is one, also on a device that masks what it shows", async () => {
  const other = await deviceThatReads("masked");
  const secrets = new MiniEngine({ device: other });
  for (const [path, value, mark] of [
    ["mqtt/password", "pw-1", ["value"]],
    ["mqtt", { username: "me", password: "pw-2" }, ["value", "password"]],
  ] as const) {
    const held = await secrets.create("Setting", { path, value, [marksName]: [mark] });
    expect(other.tree.mqtt.password).toBe(typeof value === "string" ? value : value.password);
    expect(await secrets.refresh(held)).toEqual([]);
    expect(await secrets.up(held)).toEqual([]);
  }
});

test("a device that shows something else, and a value that is no secret: the error shows neither", async () => {
  const other = await deviceThatReads("hashed");
  const create = new MiniEngine({ device: other }).create("Setting", { path: "mqtt/password", value: "pw-3" });
  await expect(create).rejects.toThrow("value is not the declared one");
  await expect(create).rejects.not.toThrow(/pw-3|[0-9a-f]{16}/);
});

test("a device that masks what it shows, and a value that is no secret: what is said shows neither", async () => {
  const other = await deviceThatReads("masked");
  const engine = new MiniEngine({ device: other });
  await engine.create("Setting", { path: "mqtt/password", value: "pw-3" });
  expect(engine.warnings).toEqual([expect.stringContaining("mqtt/password")]);
  expect(engine.warnings.join()).not.toMatch(/pw-3|\*\*/);
});

test("a secret that becomes part of an id is warned of", async () => {
  const inputs = { name: "fred", password: "p4ssword", outletAccess: [1] };
  await engine.create("User", { ...inputs, [marksName]: [["name"], ["password"], ["outletAccess"]] });
  expect(engine.warnings).toEqual([expect.stringMatching(/^`name` of User is given as a secret.*id.*in clear/)]);
  await engine.run(async () => engine.check("SwitchOutlets", { states: { 1: true }, [marksName]: [["states", "1"]] }));
  expect(engine.warnings).toHaveLength(2);
});
