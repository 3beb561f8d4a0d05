/** Settings in lists: elements with nothing but an index, and what a program does not declare of them. */
import type { Json } from "../../provider/client";
import type { SimulatedDevice } from "../../simulator";
import type { Held, MiniEngine } from "../lifecycle/mini-engine";
import { eachOnDevice, writes } from "../support/on-device";

let device: SimulatedDevice;
let engine: MiniEngine;
eachOnDevice({}, (bench) => {
  ({ device, engine } = bench);
});

const sink = (name: string, host: string) => ({ name, type: "email", data: { host } });

describe("an element that has nothing but an index", () => {
  /** A resource as an earlier release has created it. */
  function made(path: string, value: Json, baseline: Json): Held {
    const inputs = engine.check("Setting", { path, value, onDestroy: "restore" });
    const state = { ...inputs, present: true, readsBack: true, managed: ["value"], baseline: { value: baseline } };
    return { type: "Setting", id: `default/settings/${path}`, inputs, state };
  }

  test.each<[string, Json, string]>([
    ["config/ntp_peers/1", "mine", "config/ntp_peers"],
    ["config/ntp_peers/7", "mine", "config/ntp_peers"],
    ["config/ntp_peers/%31", "mine", "config/ntp_peers"],
    ["config/http_ports/0", 8080, "config/http_ports"],
    ["notification/sinks/0", { name: "x" }, "notification/sinks"],
    ["notification/sinks/0/name", "one", "notification/sinks"],
    ["notification/sinks/0/data/host", "mail.example", "notification/sinks"],
    ["notification", { sinks: { 0: { name: "x" } } }, "notification/sinks"],
    ["/", { notification: { sinks: { 0: { name: "x" } } } }, "notification/sinks"],
    ["config/certificates", { 0: "mine" }, "config/certificates"],
    ["config", { crls: { 0: [], 1: {} } }, "config/crls"],
    ["config/unlisted_40", { 0: null }, "config/unlisted_40"],
  ])("is refused, with the list that can be declared: %s", async (path, value, list) => {
    device.tree.notification.sinks = [sink("one", "mail.example")];
    const create = (optional: boolean) => engine.create("Setting", { path, value, optional });
    for (const optional of [false, true]) {
      await expect(create(optional)).rejects.toThrow(`Declare the whole list: \`path: "${list}"\``);
    }
    const [look] = await engine.plan([{ type: "Setting", inputs: { path, value } }]);
    expect(String(look?.failure)).toContain("Declare the whole list");
    expect(writes(device)).toEqual([]);
  });

  test("is refused at an import, too", async () => {
    const read = engine.import("Setting", "default/settings/config/ntp_peers/1");
    await expect(read).rejects.toThrow('Declare the whole list: `path: "config/ntp_peers"`');
  });

  test.each<[string, Json]>([
    ["relay/outlets/2/name", "web"],
    ["upnp/outlets/2/exposed", true],
    ["modbus/outlets/0", { allow_read: true }],
    ["mqtt/outlets/7/qos", 2],
  ])("is none where the device has a fixed number of them: %s", async (path, value) => {
    await engine.create("Setting", { path, value });
    expect(writes(device)).toHaveLength(1);
  });

  test.each<[string, Json, string]>([
    ["mqtt", { outlets: { 0: { qos: 2 } } }, "mqtt/outlets"],
    ["relay", { outlets: { 2: { name: "web" } } }, "relay/outlets"],
    ["/", { upnp: { enabled: true, outlets: { 3: { exposed: true } } } }, "upnp/outlets"],
  ])(
    "of a list of fixed length is declared by its path, not as a member of an object: %s %j",
    async (path, value, list) => {
      await expect(engine.create("Setting", { path, value })).rejects.toThrow(
        `Declare each element by its path, the first one by \`path: "${list}/0"\``,
      );
      expect(writes(device)).toEqual([]);
    },
  );

  test("that a state has is read, is never written, and goes without a write", async () => {
    device.tree.config.ntp_peers = ["a", "mine", "c"];
    const held = made("config/ntp_peers/1", "mine", "b");
    expect(await engine.refresh(held)).toEqual([]);
    expect(await engine.up(held)).toEqual([]);
    device.removeByHand("config/ntp_peers/0");
    const update = engine.up(held, { path: "config/ntp_peers/1", value: "mine2", onDestroy: "restore" });
    await expect(update).rejects.toThrow("Declare the whole list");
    expect(await engine.refresh(held)).toHaveLength(1);
    await engine.destroy(held);
    expect(device.tree.config.ntp_peers).toEqual(["mine", "c"]);
    expect(writes(device)).toEqual([]);
    expect(engine.warnings).toEqual([
      expect.stringMatching(
        /settings\/config\/ntp_peers\/1 stays as it is: it is an element of the list config\/ntp_peers/,
      ),
    ]);
  });

  test("and whose list the device shows as an object of numbered elements is none the less one", async () => {
    device.behaviours.register({
      name: "shows an object",
      path: "config/ntp_peers",
      read: (_context, next) => ({ ...(next() as string[]) }) as never,
    });
    await expect(engine.create("Setting", { path: "config/ntp_peers/1", value: "x" })).rejects.toThrow(/whole list/);
    await expect(engine.create("Setting", { path: "config", value: { ntp_peers: { 1: "x" } } })).rejects.toThrow(
      /whole list/,
    );
    expect(writes(device)).toEqual([]);
  });
});
