/** Setting: any path of the device, and secrets that the device hides. */
import { dialects, manualClock, type SimulatedDevice, startSimulator } from "../../simulator";
import { MiniEngine } from "../lifecycle/mini-engine";

let device: SimulatedDevice;
let engine: MiniEngine;
beforeEach(async () => {
  device = await startSimulator({ clock: manualClock() });
  engine = new MiniEngine({ device });
});
afterEach(() => device.close());

test("of an object only the declared members are compared and written", async () => {
  const held = await engine.create("Setting", { path: "mqtt", value: { enabled: true, broker_port: 8883 } });
  expect(device.journal.writes().map(({ path }) => path)).toEqual([
    "/restapi/mqtt/enabled/",
    "/restapi/mqtt/broker_port/",
  ]);
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

test("a setting that the device does not have is an error, unless it is optional", async () => {
  const inputs = { path: "config/no_such_thing", value: true };
  await expect(engine.create("Setting", inputs)).rejects.toThrow(/does not have this setting/);
  const held = await engine.create("Setting", { ...inputs, optional: true });
  expect(held.state["present"]).toBe(false);
  expect(await engine.refresh(held)).toEqual([]);
  await engine.destroy(held);
  expect(device.journal.writes()).toEqual([]);
});

test.each(dialects.passwordRead.values)("a secret that reads as %s is kept and not shown", async (passwordRead) => {
  const device = await startSimulator({ clock: manualClock(), dialects: { passwordRead } });
  try {
    const secrets = new MiniEngine({ device: device });
    device.tree.mqtt.password = "old";
    const held = await secrets.create("Setting", { path: "mqtt/password", value: "s3cret-value", secret: true });
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
