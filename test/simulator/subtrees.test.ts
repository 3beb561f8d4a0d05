/** AutoPing, models, firmware, meters and the other parts of the tree. */
import { models } from "../../simulator";
import { Person, sendRaw } from "./http";
import { startDevice } from "./start";

const item = { addresses: ["192.168.0.50"], outlets: [2] };

describe("AutoPing", () => {
  test("a POST completes an AutoPing item and gives each address a status", async () => {
    const device = await startDevice();
    const admin = new Person(device);
    expect((await admin.post("autoping/items/", { ...item, addresses: ["a", "b"] })).status).toBe(201);
    const untried = { state: "trial", success_count: 0, failure_count: 0 };
    expect(await admin.get("autoping/items/0/")).toEqual({
      addresses: ["a", "b"],
      outlets: [2],
      enabled: true,
      pings_before_enabling: null,
      script: "",
      resumption_trial: true,
      status: { hosts: [untried, untried] },
    });
  });

  test("a PUT of an AutoPing item keeps its counters, and new addresses start at zero", async () => {
    const device = await startDevice();
    const admin = new Person(device);
    await admin.post("autoping/items/", item);
    Object.assign(device.tree.autoping.items[0]?.status.hosts[0] ?? {}, { state: "ok", success_count: 7 });
    const whole = { ...item, enabled: false, pings_before_enabling: 3, script: "", resumption_trial: false };
    expect(await admin.put("autoping/items/0/", whole)).toBe(204);
    expect(device.tree.autoping.items[0]?.status.hosts[0]?.success_count).toBe(7);
    expect(await admin.put("autoping/items/0/addresses/", ["192.168.0.51"])).toBe(204);
    expect(device.tree.autoping.items[0]?.status.hosts[0]?.success_count).toBe(0);
  });

  test.each([
    ["no address", { ...item, addresses: [] }],
    ["an unknown outlet", { ...item, outlets: [8] }],
    ["too many pings", { ...item, pings_before_enabling: 101 }],
    ["a missing list of outlets", { addresses: ["a"] }],
    ["an invented member", { ...item, host: "a" }],
  ])("an AutoPing item with %s is refused", async (_what, wrong) => {
    const device = await startDevice();
    expect((await new Person(device).post("autoping/items/", wrong)).status).toBe(409);
    expect(device.tree.autoping.items).toEqual([]);
  });

  test("AutoPing items after a deleted one move up, and the same addresses may occur twice", async () => {
    const device = await startDevice();
    const admin = new Person(device);
    for (const address of ["a", "b", "b"]) {
      await admin.post("autoping/items/", { ...item, addresses: [address] });
    }
    await admin.send("DELETE", "autoping/items/0/");
    expect(await admin.get("autoping/items/all;/addresses/")).toEqual([["b"], ["b"]]);
  });

  test("AutoPing settings have ranges, and the statistics can be reset", async () => {
    const device = await startDevice();
    const admin = new Person(device);
    expect(await admin.put("autoping/ping_interval/", 1)).toBe(409);
    expect(await admin.put("autoping/max_reboot_count/", null)).toBe(204);
    expect(await admin.put("autoping/max_reboot_count/", 256)).toBe(409);
    device.changeByHand("autoping/items/0", item);
    Object.assign(device.tree.autoping.items[0]?.status.hosts[0] ?? {}, { failure_count: 7 });
    expect((await admin.post("autoping/reset_statistics/")).status).toBe(204);
    expect(device.tree.autoping.items[0]?.status.hosts[0]?.failure_count).toBe(0);
  });

  test("functionReference decides whether an AutoPing item may name an unknown function", async () => {
    const lenient = await startDevice();
    expect((await new Person(lenient).post("autoping/items/", { ...item, script: "f" })).status).toBe(201);
    const strict = await startDevice({ dialects: { functionReference: "mustExist" } });
    const admin = new Person(strict);
    expect((await admin.post("autoping/items/", { ...item, script: "f" })).status).toBe(409);
    expect(await admin.put("script/boot_handler/", "f")).toBe(409);
    strict.tree.script.source = "function f() end";
    expect((await admin.post("autoping/items/", { ...item, script: "f" })).status).toBe(201);
    expect(await admin.put("script/boot_handler/", "f")).toBe(204);
  });
});

describe("models and firmware", () => {
  test.each(Object.keys(models) as (keyof typeof models)[])(
    "a device of the model %s has its outlets and meters",
    async (model) => {
      const device = await startDevice({ model });
      const admin = new Person(device);
      const { outletCount, busCount, hasSensors } = models[model];
      expect(await admin.get("relay/=model/")).toEqual([model]);
      expect(await admin.get("relay/outlets/")).toHaveLength(outletCount);
      const keys = Object.keys((await admin.get("meter/values/")) as object);
      expect(keys.filter((key) => key.startsWith("buses."))).toHaveLength(3 * busCount);
      expect(keys.some((key) => key.includes("humidity"))).toBe(hasSensors);
      expect(await admin.get("relay/buses/")).toHaveLength(busCount);
    },
  );

  test.each([
    ["LPC9", ["current", "mains_voltage"]],
    ["DIN4", ["adc.0.voltage", "adc.1.voltage"]],
    ["ISO32", ["current", "mains_voltage"]],
  ] as const)("the model %s measures a few values without a bus", async (model, keys) => {
    const device = await startDevice({ model });
    const { values } = device.tree.meter;
    expect(Object.keys(values).sort()).toEqual(keys);
    expect(Object.values(values).map(({ bus }) => bus)).toEqual(keys.map(() => null));
  });

  test.each(["LPC9", "ISO32"] as const)("the model %s measures nothing under metersWithoutBus=none", async (model) => {
    const device = await startDevice({ model, dialects: { metersWithoutBus: "none" } });
    expect(device.tree.meter.values).toEqual({});
  });

  test.each([
    ["DIN4", 1, 0],
    ["LPC9", 1, 1],
    ["EPCDC32", 0.5, 0.5],
  ] as const)("%s with %d s by dialect has a lowest sequence delay of %d s", async (model, seconds, lowest) => {
    const device = await startDevice({ model, dialects: { minSequenceDelaySeconds: seconds } });
    const admin = new Person(device);
    expect(await admin.get("relay/min_sequence_delay/")).toBe(lowest);
    expect(await admin.put("relay/sequence_delay/", lowest)).toBe(204);
    expect(await admin.put("relay/sequence_delay/", 0)).toBe(lowest === 0 ? 204 : 409);
  });

  test("the realm and config/serial are the serial number, the SNMP engine id is made from the MAC address", async () => {
    const { auth, config, network, snmp } = (await startDevice({ model: "DIN4" })).tree;
    expect([auth.realm, config.serial]).toEqual(["DIN4-000001", "DIN4-000001"]);
    expect(snmp.engine_id.endsWith(network.wired.mac_address.replaceAll(":", ""))).toBe(true);
  });

  test("another serial number is another device's, and a device may not show it", async () => {
    const device = await startDevice({ serial: "RACK-2" });
    expect([device.tree.auth.realm, await new Person(device).get("config/serial/")]).toEqual(["RACK-2", "RACK-2"]);
    const silent = new Person(await startDevice({ dialects: { serialNumber: "absent" } }));
    expect((await silent.send("GET", "config/serial/")).status).toBe(404);
    expect(Object.keys((await silent.get("config/")) as object)).not.toContain("serial");
  });

  test.each([
    ["1.10.10.0", "relay/set_outlet_transient_states/", 404],
    ["1.10.11.0", "relay/set_outlet_transient_states/", 405],
    ["1.10.15.0", "modbus/", 404],
    ["1.11.0.0", "modbus/", 200],
    ["1.11.0.0", "upnp/expose_name/", 404],
    ["1.12.14.0", "upnp/expose_name/", 200],
    ["1.7.15.0", "mqtt/", 404],
    ["1.7.24.0", "mqtt/", 200],
    ["1.7.24.0", "config/allow_jsonrpc_nonadmin/", 404],
    ["1.7.24.0", "config/allow_restapi_nonadmin/", 404],
    ["1.9.16.0", "config/allow_restapi_nonadmin/", 200],
    ["1.7.24.0", "script/boot_handler_legacy/", 404],
    ["1.9.16.0", "script/boot_handler_legacy/", 200],
    ["1.7.24.0", "autoping/max_reboot_count/", 200],
    ["1.7.24.0", "autoping/max_consecutive_reboot_count/", 404],
    ["1.7.24.0", "autoping/resume_without_retrial/", 404],
    ["1.7.24.0", "autoping/handle_failures_immediately/", 404],
    ["1.9.16.0", "autoping/max_consecutive_reboot_count/", 200],
    ["1.9.16.0", "autoping/handle_failures_immediately/", 200],
  ])("firmware %s responds to %s with %d", async (firmware, path, status) => {
    const device = await startDevice({ firmware });
    const admin = new Person(device);
    expect((await admin.send("GET", path)).status).toBe(status);
    expect(await admin.get("config/version/")).toBe(firmware);
  });

  test("the preset factory has REST off, unless restFromFactory=on", async () => {
    const off = await startDevice({ preset: "factory" });
    expect((await sendRaw(off, "GET", "/restapi/cred/")).status).toBe(404);
    const on = await startDevice({ preset: "factory", dialects: { restFromFactory: "on" } });
    expect((await new Person(on).send("GET", "cred/")).status).toBe(200);
    expect(on.tree.config.links.map(({ description }) => description)).toEqual(["Manual", "FAQs"]);
    expect((await startDevice()).tree.config.links).toEqual([]);
  });

  test.each(["allow_rest", "allow_restapi", "allow_rest_api"] as const)(
    "restKeyName=%s is the name of the REST setting",
    async (restKeyName) => {
      const device = await startDevice({ dialects: { restKeyName } });
      const keys = Object.keys((await new Person(device).get("config/")) as object);
      expect(keys.filter((key) => key.startsWith("allow_rest")).sort()).toEqual([
        restKeyName,
        `${restKeyName}_nonadmin`,
      ]);
    },
  );
});

describe("meters", () => {
  test("only custom meters can be added and removed, and their values are read-only", async () => {
    const device = await startDevice({ model: "EPCR6" });
    const admin = new Person(device);
    expect(await admin.get("meter/values/buses.1.voltage/value/")).toBe(120.5);
    expect(await admin.put("meter/values/buses.1.voltage/value/", 1)).toBe(405);
    expect((await admin.send("DELETE", "meter/values/buses.1.voltage/")).status).toBe(403);
    expect(await admin.put("meter/values/mine/", { name: "Mine", expression: "6" })).toBe(204);
    expect(await admin.get("meter/values/mine/=custom,name/")).toEqual([true, "Mine"]);
    expect((await admin.send("DELETE", "meter/values/mine/")).status).toBe(204);
    expect((await admin.post("meter/synchronize/")).status).toBe(204);
  });

  test("the key of a meter is not empty", async () => {
    const device = await startDevice({ dialects: { metersWithoutBus: "none" } });
    const admin = new Person(device);
    expect(await admin.put("meter/values/", { "": { name: "Nameless" } })).toBe(409);
    expect(await admin.put("meter/values/", { mine: { name: "Mine" } })).toBe(204);
    expect(Object.keys(device.tree.meter.values)).toEqual(["mine"]);
  });
});

describe("other subtrees", () => {
  test.each([
    ["snmp/engine_id/", "80AB", 204],
    ["snmp/engine_id/", "80A", 409],
    ["mqtt/broker_address/", "10.0.0.7", 204],
    ["mqtt/connect_qos/", 3, 409],
    ["mqtt/password/", null, 204],
    ["mqtt/broker_port/", 8883, 204],
    ["mqtt/broker_port/", null, 204],
    ["mqtt/broker_port/", 0, 409],
    ["upnp/outlets/2/exposed/", true, 204],
    ["modbus/port/", 1502, 204],
    ["modbus/port/", null, 204],
    ["snmp/oid_subtrees/mine/", { root: "1.3.6.1.4.1.1.*" }, 204],
    ["snmp/oid_subtrees/energyObject/read_security_level/", "noauth", 204],
    ["notification/rules/", [{ a: 1 }], 204],
    ["config/links/", [{ href: "x", description: "y" }], 204],
    ["network/wireless/enabled/", true, 204],
    ["network/wireless/encryption/", "psk-mixed", 204],
    ["network/wireless/encryption/", "wep", 400],
    ["network/wired/mac_address/", "02:00:00:00:00:09", 405],
    ["network/wired/online/", false, 405],
    ["system/upgrade/", null, 405],
  ])("a PUT to %s of %j returns %d", async (path, value, status) => {
    const device = await startDevice();
    expect(await new Person(device).put(path, value)).toBe(status);
  });

  test("an untouched device has its own SNMP subtree, no ports of its own choice, and outlet topics counted from 0", async () => {
    const { modbus, mqtt, snmp } = (await startDevice()).tree;
    expect(snmp.oid_subtrees["energyObject"]).toMatchObject({ root: "1.3.6.1.2.1.229" });
    expect([modbus.port, mqtt.broker_port]).toEqual([null, null]);
    expect(mqtt.outlets.map(({ topic_subtree, qos }) => [topic_subtree, qos]).slice(0, 2)).toEqual([
      ["outlets/0", 1],
      ["outlets/1", 1],
    ]);
  });

  test.each([
    ["refused", 409, 4],
    ["taken", 201, 5],
  ] as const)("a fifth link is %s", async (extraLink, status, count) => {
    const device = await startDevice({ dialects: { extraLink } });
    const admin = new Person(device);
    const link = { href: "x", description: "y" };
    expect(await admin.put("config/links/", [link, link, link, link])).toBe(204);
    expect((await admin.post("config/links/", link)).status).toBe(status);
    expect(device.tree.config.links).toHaveLength(count);
    expect(await admin.put("config/links/", [link, link, link, link, link])).toBe(count === 4 ? 409 : 204);
  });

  test("sinks have a known type, secret data and a test", async () => {
    const device = await startDevice();
    const admin = new Person(device);
    const data = { server: "10.0.0.7", community: "rack-traps", trap_oid: "1.3.6" };
    expect((await admin.post("notification/sinks/", { name: "noc", type: "snmpv2c", data })).status).toBe(201);
    expect(await admin.get("notification/sinks/0/")).toEqual({ name: "noc", type: "snmpv2c" });
    expect((await admin.post("notification/sinks/0/test/")).json).toBe(true);
    expect(device.journal.dump()).not.toContain("rack-traps");
    expect((await admin.post("notification/sinks/", { name: "log", type: "syslog" })).status).toBe(409);
    expect(await admin.put("notification/sinks/0/type/", "syslog")).toBe(409);
  });

  test("a sink of an unknown type is taken by dialect, and its test says that it fails", async () => {
    const device = await startDevice({ dialects: { unknownSinkType: "taken" } });
    const admin = new Person(device);
    expect((await admin.post("notification/sinks/", { name: "log", type: "syslog" })).status).toBe(201);
    expect((await admin.post("notification/sinks/0/test/")).json).toMatch(
      /^Sink handler indicates notification failure/,
    );
  });

  test("network shows what scripts see of it, or by dialect only what was seen over REST", async () => {
    const seen = await startDevice({ dialects: { networkMembers: "seen" } });
    const admin = new Person(seen);
    expect(await admin.get("network/wireless/")).toEqual({ enabled: false });
    expect(await admin.put("network/wireless/ssid/", "rack")).toBe(404);
    const whole = await startDevice();
    const wired = (await new Person(whole).get("network/wired/")) as object;
    expect(Object.keys(wired).sort()).toEqual([
      "gateway",
      "ip_address",
      "mac_address",
      "netmask",
      "online",
      "protocol",
    ]);
  });

  test("a call that is not simulated is refused with a message that says so", async () => {
    const device = await startDevice();
    expect((await new Person(device).post("system/create_backup/")).status).toBe(501);
  });
});
