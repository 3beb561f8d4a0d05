/** Setting: any path of the device, and secrets that the device hides. */
import { marksName } from "../../provider/schema/secrecy";
import { dialects, type Fault, type Json, manualClock, type SimulatedDevice, startSimulator } from "../../simulator";
import { MiniEngine } from "../lifecycle/mini-engine";
import { eachOnDevice, onDevice, writes } from "../support/on-device";

let device: SimulatedDevice;
let engine: MiniEngine;
eachOnDevice({}, (bench) => {
  ({ device, engine } = bench);
});

test("of an object only the declared members are compared and written", async () => {
  const held = await engine.create("Setting", { path: "mqtt", value: { enabled: true, broker_port: 8883 } });
  expect(writes(device)).toEqual(["PATCH mqtt/"]);
  expect(device.tree.mqtt).toMatchObject({ enabled: true, broker_port: 8883 });
  device.tree.mqtt.topic_root = "changed/by/hand";
  expect(await engine.refresh(held)).toEqual([]);
  device.tree.mqtt.enabled = false;
  expect((await engine.refresh(held))?.map(({ property }) => property)).toEqual(["value"]);
});

test.each([
  ["auth/users/1", /belongs to the resource User/],
  ["auth/clients/x", /belongs to the resource ApiClient/],
  ["autoping/items", /belongs to the resource AutoPingItem/],
  ["config/allow_restapi", /allowLockout/],
  ["network/wired/ip_address", /allowLockout/],
  ["relay/outlets/=0,1/state", /one place/],
  ["config//hostname", /empty segment/],
])("the path %s is rejected", async (path, reason) => {
  await expect(engine.create("Setting", { path, value: 1 })).rejects.toThrow(reason);
  expect(device.journal.writes()).toEqual([]);
});

test.each(["upnp/outlets/%20", "upnp/outlets/0x0", "upnp/outlets/1e0", "upnp/outlets/-0", "upnp/outlets/00"])(
  "%s is no element of a list",
  async (path) => {
    const inputs = { path: `${path}/exposed`, value: true };
    await expect(engine.create("Setting", inputs)).rejects.toThrow(/does not have this setting/);
    await expect(engine.import("Setting", `default/settings/${path}`)).resolves.toBeUndefined();
    expect(device.journal.writes()).toEqual([]);
  },
);

test.each<Json>([{ "": 1 }, { a: { "": {} } }, { a: [1], b: { c: { "": null } } }])(
  "a member without a name, to which no path leads, is refused: %j",
  async (value) => {
    await expect(engine.create("Setting", { path: "script/variables", value })).rejects.toThrow(
      "value has a member without a name, to which no path leads",
    );
    expect(writes(device)).toEqual([]);
  },
);

test("an object for what is none on the device is an error that says what it is", async () => {
  const inputs = { path: "config/hostname", value: { name: "rack" } };
  await expect(engine.create("Setting", inputs)).rejects.toThrow("this setting is a text: declare its `value` so");
  expect(device.journal.writes()).toEqual([]);
});

test("a setting that the device does not have is an error, unless it is optional", async () => {
  const inputs = { path: "config/no_such_thing", value: true };
  await expect(engine.create("Setting", inputs)).rejects.toThrow(/does not have this setting/);
  const held = await engine.create("Setting", { ...inputs, optional: true });
  expect(held.state["present"]).toBe(false);
  expect(await engine.refresh(held)).toEqual([]);
  await engine.destroy(held);
  expect(device.journal.writes()).toEqual([]);
});

test.each(
  dialects.passwordRead.values.flatMap((passwordRead) => [
    [passwordRead, "with `secret`", { secret: true }] as const,
    [passwordRead, "given as a secret", { [marksName]: [["value"]] }] as const,
  ]),
)("a secret that reads as %s, %s, is kept and not shown", async (passwordRead, _, secrecy) => {
  const device = await startSimulator({ clock: manualClock(), dialects: { passwordRead } });
  try {
    const secrets = new MiniEngine({ device: device });
    device.tree.mqtt.password = "old";
    const held = await secrets.create("Setting", { path: "mqtt/password", value: "s3cret-value", ...secrecy });
    expect(device.tree.mqtt.password).toBe("s3cret-value");
    expect(held.state["readsBack"]).toBe(passwordRead === "plain");
    expect(await secrets.refresh(held)).toEqual([]);
    expect(await secrets.up(held, { ...held.inputs, value: "another" })).toHaveLength(1);
    expect(device.tree.mqtt.password).toBe("another");
    expect(await secrets.up(held)).toEqual([]);
    device.tree.mqtt.password = "by hand";
    expect(await secrets.refresh(held)).toHaveLength(passwordRead === "plain" ? 1 : 0);
  } finally {
    await device.close();
  }
});

describe("members that must change together", () => {
  const wired = { gateway: "10.0.0.1", ip_address: "10.0.0.9", netmask: "255.0.0.0" };
  const inputs = { path: "network", value: { wired, same_subnet_only: false }, allowLockout: true };

  /** Makes the device silent as soon as its address changes, because it has moved there. */
  function movesAtOnce(device: SimulatedDevice): void {
    device.behaviours.register({
      name: "moves at once",
      path: "network/wired/ip_address",
      write(_context, value, next) {
        next(value);
        device.faults.add({ kind: "dropBefore", times: "always" });
      },
    });
  }

  const oneByOne = ["PUT network/wired/gateway/", "PUT network/wired/netmask/", "PUT network/wired/ip_address/"];
  const other = "PUT network/same_subnet_only/";
  test.each([
    ["taken", [other, "PATCH network/wired/"]],
    ["refused", [other, "PATCH network/wired/", ...oneByOne]],
    ["firstOperation", [other, "PATCH network/wired/", ...oneByOne.slice(1)]],
    ["ignored", [other, "PATCH network/wired/", ...oneByOne]],
  ] as const)("a device that moves at once gets all of its new network under jsonPatch=%s", (jsonPatch, sent) =>
    onDevice({ dialects: { jsonPatch } }, async ({ device, engine }) => {
      movesAtOnce(device);
      const held = await engine.create("Setting", inputs);
      expect(device.tree.network.wired).toMatchObject(wired);
      expect(device.tree.network.same_subnet_only).toBe(false);
      expect(writes(device)).toEqual(sent);
      expect(held.state["value"]).toEqual(inputs.value);
      expect(engine.warnings).toEqual([expect.stringContaining("as allowed by allowLockout")]);
    }),
  );

  test("a patch that is refused because of one value is an error that names its place", () =>
    onDevice({}, async ({ device, engine }) => {
      const value = { enabled: true, broker_port: 99_999_999 };
      await expect(engine.create("Setting", { path: "mqtt", value })).rejects.toThrow(/PUT mqtt\/broker_port\//);
      expect(device.tree.mqtt.enabled).toBe(false);
    }));

  test.each<Fault>([
    { kind: "dropBefore", method: "PATCH" },
    { kind: "status", status: 504, method: "PATCH" },
    { kind: "status", status: 503, method: "PATCH" },
  ])("a patch that may not have arrived is sent again as a whole: %j", (fault) =>
    onDevice({}, async ({ device, engine }) => {
      device.faults.add(fault);
      await engine.create("Setting", { path: "mqtt", value: { enabled: true, broker_port: 8883 } });
      expect(writes(device).filter((request) => !request.startsWith("PATCH"))).toEqual([]);
      expect(device.tree.mqtt).toMatchObject({ enabled: true, broker_port: 8883 });
    }),
  );

  test("a device that fails at patches gets the members one by one", () =>
    onDevice({}, async ({ device, engine }) => {
      device.faults.add({ kind: "status", status: 500, method: "PATCH", times: "always" });
      await engine.create("Setting", { path: "mqtt", value: { enabled: true, broker_port: 8883 } });
      expect(device.tree.mqtt).toMatchObject({ enabled: true, broker_port: 8883 });
    }));

  test("AutoPing is not enabled before its limits are there", () =>
    onDevice({ dialects: { jsonPatch: "refused" } }, async ({ device, engine }) => {
      await engine.create("AutoPing", { enabled: true, maxReboots: 3, pingIntervalSeconds: 30 });
      expect(writes(device).at(-1)).toBe("PUT autoping/enabled/");
    }));
});

describe("members that no read shows", () => {
  test.each([
    ["mqtt", { password: "pw-of-the-broker", enabled: true }],
    ["notification/sinks", [{ name: "ops", type: "email", data: { host: "mail.example" } }]],
  ])("are written again when the response was lost: %s", (path, value) =>
    onDevice({}, async ({ device, engine }) => {
      device.faults.add({ kind: "dropBefore", method: "PUT" });
      await engine.create("Setting", { path, value });
      expect(device.tree.mqtt.password === "pw-of-the-broker" || device.tree.notification.sinks.length === 1).toBe(
        true,
      );
    }),
  );

  test("are written again when the response to an update of them was lost", () =>
    onDevice({}, async ({ device, engine }) => {
      const held = await engine.create("Setting", { path: "mqtt", value: { password: "old-password" } });
      device.faults.add({ kind: "dropBefore", method: "PUT" });
      await engine.up(held, { path: "mqtt", value: { password: "new-password" } });
      expect(device.tree.mqtt.password).toBe("new-password");
    }));

  const sink = { name: "ops", type: "email", data: { host: "mail.example", password: "pw-of-the-sink" } };
  const list = { path: "notification/sinks", value: [sink] };

  test.each(["absent", "masked"] as const)("a list of which a part reads as %s is written once", (passwordRead) =>
    onDevice({ dialects: { passwordRead } }, async ({ device, engine }) => {
      const held = await engine.create("Setting", list);
      expect(writes(device)).toEqual(["PUT notification/sinks/"]);
      expect(device.tree.notification.sinks).toMatchObject([sink]);
      expect(held.state["readsBack"]).toBe(false);
      expect(engine.warnings).toEqual([
        expect.stringMatching(/notification\/sinks\/0\/data when it is read.*secret: true/),
      ]);
      expect(engine.warnings.join()).not.toContain("pw-of-the-sink");
      expect(await engine.refresh(held)).toEqual([]);
      device.tree.notification.sinks[0]!.name = "by hand";
      expect(await engine.refresh(held)).toHaveLength(1);
      await engine.up(held, list);
      expect(device.tree.notification.sinks).toMatchObject([sink]);
      await engine.up(held, { ...list, value: [{ ...sink, data: { host: "other.example" } }] });
      expect(device.tree.notification.sinks[0]?.data).toEqual({ host: "other.example" });
      expect(await engine.refresh(held)).toEqual([]);
    }),
  );

  test.each(dialects.passwordRead.values)("a secret list of which a part reads as %s is written once", (passwordRead) =>
    onDevice({ dialects: { passwordRead } }, async ({ device, engine }) => {
      const held = await engine.create("Setting", { ...list, secret: true });
      expect(writes(device)).toEqual(["PUT notification/sinks/"]);
      expect(engine.warnings).toEqual([]);
      expect(await engine.refresh(held)).toEqual([]);
      await engine.up(held, {
        ...list,
        secret: true,
        value: [{ ...sink, data: { ...sink.data, host: "other.example" } }],
      });
      expect(device.tree.notification.sinks[0]?.data).toEqual({ ...sink.data, host: "other.example" });
    }),
  );

  const ways = dialects.jsonPatch.values.flatMap((jsonPatch) =>
    dialects.passwordRead.values.map((passwordRead) => ({ jsonPatch, passwordRead })),
  );
  test.each(ways)("as the text of a secret may read in another form, each is a request of its own: %j", (way) =>
    onDevice({ dialects: way }, async ({ device, engine }) => {
      const first = { username: "me", password: "pw-of-the-broker", topic_root: "mine" };
      const held = await engine.create("Setting", { path: "mqtt", value: first, secret: true });
      expect(device.tree.mqtt).toMatchObject(first);
      const next = { username: "you", password: "another", topic_root: "yours" };
      await engine.up(held, { path: "mqtt", value: next, [marksName]: [["value", "password"]] });
      expect(device.tree.mqtt).toMatchObject(next);
    }),
  );

  const links = [
    { href: "http://a", description: "A" },
    { href: "http://b", description: "B" },
  ];
  test.each(dialects.jsonPatch.values)("as is each list in a secret, under jsonPatch=%s", (jsonPatch) =>
    onDevice({ dialects: { jsonPatch } }, async ({ device, engine }) => {
      device.tree.config.links = structuredClone(links);
      const value = [links[0]!, { ...links[1]!, description: "mine" }];
      await engine.create("Setting", { path: "config/links", value, secret: true });
      expect(device.tree.config.links).toEqual(value);
    }),
  );

  test.each(["absent", "masked"] as const)(
    "beside a member that reads as %s, the others show their drift",
    (passwordRead) =>
      onDevice({ dialects: { passwordRead } }, async ({ device, engine }) => {
        const mqtt = { path: "mqtt", value: { enabled: true, password: "pw-of-the-broker", broker_port: 8883 } };
        const held = await engine.create("Setting", mqtt);
        expect(writes(device)).toEqual(["PUT mqtt/password/", "PATCH mqtt/"]);
        expect(await engine.refresh(held)).toEqual([]);
        device.tree.mqtt.broker_port = 1;
        expect(await engine.refresh(held)).toHaveLength(1);
        device.journal.clear();
        await engine.up(held, mqtt);
        expect(writes(device)).toEqual(["PUT mqtt/broker_port/"]);
        await engine.up(held, { ...mqtt, value: { ...mqtt.value, password: "another" } });
        expect(device.tree.mqtt.password).toBe("another");
      }),
  );
});

test.each(['{"error":"busy"}', '"login required"', "null", "{}", "[]"])(
  "an optional setting never counts as skipped, or as done, because a device answers %s",
  (body) =>
    onDevice({}, async ({ device, engine }) => {
      for (const path of ["config/hostname", "snmp/enabled", "snmp", "no/such/setting"]) {
        device.journal.clear();
        device.faults.add({ kind: "oddAnswer", method: "GET", times: "always", onlyAuthenticated: true, body });
        const value = path === "snmp" ? { enabled: true } : path.endsWith("hostname") ? "rack" : true;
        const outcome = await engine.create("Setting", { path, value, optional: true }).catch((error: Error) => error);
        device.faults.clear();
        // If the answer reveals nothing, the value is written and the response to the write decides.
        const isWritten = writes(device).length > 0;
        expect(outcome instanceof Error || isWritten).toBe(true);
      }
    }),
);

describe("an import takes over what a Setting may declare, and no more", () => {
  test.each([
    ["auth/users", "User (the admin: AdminPassword)"],
    ["auth/users/1/name", "User (the admin: AdminPassword)"],
    ["auth/clients", "ApiClient"],
    ["autoping/items", "AutoPingItem"],
    ["script/snippets", "ScriptSnippet"],
    ["relay/outlets", "Outlet, Outlets"],
    ["relay/outlets/0/state", "Outlet, Outlets"],
  ])("not %s", async (path, owner) => {
    await engine.create("User", { name: "fred", password: "pw-of-fred" });
    const refused = engine.import("Setting", `default/settings/${path}`);
    await expect(refused).rejects.toThrow(`a Setting may not have it: it belongs to ${owner}`);
  });

  test.each(["/", "auth", "autoping", "relay", "relay/outlets/0", "script"])(
    "of %s without what belongs to others, so that the program is right",
    async (path) => {
      const held = await engine.import("Setting", `default/settings/${path}`);
      expect(engine.warnings).toContainEqual(expect.stringMatching(/stays out of what is read, because it belongs to/));
      expect(await engine.up(held!, held!.inputs)).toEqual([]);
      expect(writes(device)).toEqual([]);
    },
  );

  test("and nothing that is several places", () =>
    expect(engine.import("Setting", "default/settings/relay/outlets/all;/name")).rejects.toThrow("is not an id"));
});
