/** Pulumi's own process for dynamic providers, called over gRPC: everything between the engine and our lifecycle. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { secret } from "../../provider/lifecycle/state/secret-values";
import { Outlet } from "../../sdk";
import { manualClock, type SimulatedDevice, startSimulator } from "../../simulator";
import { cases } from "../lifecycle/resource-cases";
import { type CallFailure, type PluginClient, unknown, type Values } from "../plugin/plugin-client";
import { configurationOf, type DynamicProcess, delegate, operation, startProcess } from "./dynamic-process";

jest.setTimeout(60_000);

const withDelegate = (type: string, properties: Values): Values => ({ ...properties, __provider: delegate(type) });

function failure(call: Promise<unknown>): Promise<CallFailure> {
  return call.then(
    () => Promise.reject(new Error("the call did not fail")),
    (error: CallFailure) => error,
  );
}

let device: SimulatedDevice;

beforeEach(async () => {
  device = await startSimulator({ clock: manualClock() });
});

afterEach(() => device.close());

test("the SDK registers resources with the text that these tests use, and says which one each is", async () => {
  const registered: pulumi.runtime.MockResourceArgs[] = [];
  await pulumi.runtime.setMocks({
    newResource(args) {
      registered.push(args);
      return { id: args.name, state: args.inputs };
    },
    call: () => ({}),
  });
  const outlet = new Outlet("web", { number: 3 });
  await new Promise((resolve) => outlet.id.apply(resolve));
  expect(registered).toMatchObject([
    {
      type: "pulumi-nodejs:dynamic/dli:Outlet",
      inputs: { number: 3, __provider: delegate("Outlet"), __resource: { name: "web" } },
    },
  ]);
});

test("what is always a secret is marked as one, even if a transform gives it in plain text", async () => {
  await operation(configurationOf(device), async (client) => {
    const fred = { name: "fred", password: "freds password", isAllowed: true };
    const { inputs } = await client.check("User", withDelegate("User", fred));
    expect(inputs).toMatchObject({ name: "fred", password: secret("freds password"), isAllowed: true });
    const later = await client.check("User", withDelegate("User", { ...fred, password: unknown }), inputs);
    expect(later.inputs).toMatchObject({ password: secret(unknown as never) });
  });
});

test("in a preview the SDK is told what happens to each resource, also by what is declared later; in an update nothing", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "dli-channel-"));
  const plan = path.join(folder, "plan.jsonl");
  device.switchOutlet(3, true);
  device.switchOutlet(5, true);
  device.tree.relay.outlets[4]!.name = "old and secret";
  const declared: [type: string, inputs: Values][] = [
    ["OutletCycle", { outlets: [3] }],
    ["Outlet", { number: 3, protectFromOff: true }],
    ["AutoPingItem", { addresses: ["10.0.0.1"], script: "rings" }],
    ["Script", { source: "function rings()\nend\n" }],
    ["SwitchOutlets", { states: { 5: false } }],
    ["Outlets", { outlets: { 5: { name: "new and secret" } }, __secrets: [["outlets", "5", "name"]] }],
  ];
  const checkAll = (told: Values) =>
    operation(configurationOf(device), async (client) => {
      for (const [type, inputs] of declared) {
        const checked = await client.check(
          type,
          withDelegate(type, { ...inputs, __resource: { name: "it", ...told } }),
        );
        expect(checked.failures).toEqual([]);
        // What is only for this run is not kept, because a saved plan has to hold in the update.
        expect(checked.inputs["__resource"]).toEqual({ name: "it" });
      }
    });
  try {
    await checkAll({ plan });
    const messages = readFileSync(plan, "utf8").trim().split("\n");
    const told = messages.map((line): { resource: string; lines: string[]; failure?: string } => JSON.parse(line));
    // The last message about a resource is the valid one.
    const last = new Map(told.map((message) => [message.resource, message]));
    expect([...last.values()]).toMatchObject([
      { resource: 'OutletCycle "it"', failure: expect.stringContaining("outlet 3 is protected by protectFromOff") },
      { resource: 'Outlet "it"' },
      { resource: 'AutoPingItem "it"', lines: ["default/autoping/10.0.0.1 will be created"] },
      { resource: 'Script "it"' },
      { resource: 'SwitchOutlets "it"', lines: ["outlet 5 will lose power: on -> off"] },
      { resource: 'Outlets "it"', lines: ["outlet 5 with another name"] },
    ]);
    expect(told[0]?.lines).toEqual(['outlet 3 "Outlet 3" will be cycled: on -> off -> on']);
    expect(told.find(({ resource }) => resource === 'AutoPingItem "it"')?.failure).toContain("no function of the name");
    expect(last.get('AutoPingItem "it"')).not.toHaveProperty("failure");
    expect(JSON.stringify([...last.values()])).not.toContain("secret");
    expect(last.get('Outlets "it"')).toMatchObject({
      summary: [expect.stringContaining("loses power: 5; gains power: none; cycles: 3 ")],
    });
    expect(device.journal.writes()).toEqual([]);
    device.journal.clear();
    await checkAll({});
    expect(device.journal.entries).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("resources are checked, created, read, updated, found drifted and deleted", async () => {
  const lives = cases.filter(({ type }) => ["User", "Ssh", "AutoPingItem"].includes(type));
  for (const { prepare } of lives) {
    prepare?.(device);
  }

  const begin = async (client: PluginClient, { type, id, ...life }: (typeof lives)[number]) => {
    const { inputs, failures } = await client.check(type, withDelegate(type, life.inputs));
    expect(failures).toEqual([]);
    const created = await client.create(type, inputs);
    expect(created).toMatchObject({ id, properties: { __provider: delegate(type) } });
    expect(await client.diff(type, { olds: created.properties, news: inputs })).toMatchObject({ changes: "none" });

    const changed = (await client.check(type, withDelegate(type, life.changed), inputs)).inputs;
    const diff = await client.diff(type, { olds: created.properties, news: changed });
    expect(diff).toMatchObject({ changes: "some", replaces: [] });
    const { properties } = await client.update(type, id, { olds: created.properties, news: changed });
    const read = await client.read(type, id, properties);
    expect(read).toMatchObject({ id, inputs: changed });
    return { type, id, inputs: changed, properties: read.properties! };
  };
  const held = await operation(configurationOf(device), (client) =>
    Promise.all(lives.map((life) => begin(client, life))),
  );

  for (const { drift } of lives) {
    drift(device);
  }
  const end = async (client: PluginClient, { type, id, inputs, properties }: (typeof held)[number]) => {
    const read = await client.read(type, id, properties);
    expect(await client.diff(type, { olds: read.properties!, news: inputs })).toMatchObject({ changes: "some" });
    await client.delete(type, id, read.properties!);
    await client.delete(type, id, read.properties!);
    // Ssh always exists and stays when it is released; what was created is gone, which an empty id means.
    expect(await client.read(type, id, read.properties!)).toMatchObject({ id: type === "Ssh" ? id : "" });
  };
  await operation(configurationOf(device), (client) => Promise.all(held.map((thing) => end(client, thing))));
});

test("calls that come together right after configure all find the device, with one login and one read", async () => {
  const numbers = [1, 2, 3, 4, 5, 6, 7, 8];
  const create = async (client: PluginClient, number: number) =>
    (await client.create("Outlet", withDelegate("Outlet", { number, device: "default" }))).id;
  const ids = await operation(configurationOf(device), (client) =>
    Promise.all(numbers.map((number) => create(client, number))),
  );
  expect(ids).toEqual(numbers.map((number) => `default/outlets/${number}`));
  expect(device.journal.entries.map(({ status, path }) => `${status} ${path.replace("/restapi/", "")}`)).toEqual([
    "401 config/serial/",
    "200 config/serial/",
    "200 relay/outlets/",
  ]);
});

test("a device that is not configured is an error with the command that configures it", () =>
  operation({}, async (client) => {
    const error = await failure(client.create("Outlet", withDelegate("Outlet", { number: 1, device: "default" })));
    expect(error.message).toContain("pulumi config set dli:url");
  }));

describe("single calls", () => {
  let device: SimulatedDevice;
  let running: DynamicProcess;
  let client: PluginClient;

  beforeAll(async () => {
    // Members are written one by one, so that a single one can fail.
    device = await startSimulator({ clock: manualClock(), dialects: { jsonPatch: "refused" } });
    running = await startProcess(configurationOf(device));
    client = running.client;
  });

  afterAll(async () => {
    await running?.stop();
    await device?.close();
  });

  test("values that preview does not know pass every check and count as changed", async () => {
    const known = (await client.check("Outlet", withDelegate("Outlet", { number: 1, name: "web" }))).inputs;
    const { properties } = await client.create("Outlet", known);
    const { inputs, failures } = await client.check("Outlet", { ...known, name: unknown, state: unknown });
    expect(failures).toEqual([]);
    expect(await client.diff("Outlet", { olds: properties, news: inputs })).toMatchObject({ changes: "some" });
    const moved = { ...known, number: unknown };
    expect(await client.diff("Outlet", { olds: properties, news: moved })).toMatchObject({
      replaces: [],
      details: { number: "update" },
    });
  });

  test.each<[option: string, replaces: boolean]>([
    ["value", true],
    ["value.broker_port", true],
    ["*", true],
    ["value.enabled", false],
    ["value.broker_port.x", false],
    ["path", false],
  ])(
    "`replaceOnChanges: [%j]` replaces if it names what differs or what holds that, and for nothing else",
    async (option, replaces) => {
      const value = { enabled: false, broker_port: 1883 };
      const inputs = withDelegate("Setting", { path: "mqtt", device: "default", value });
      const olds = { ...inputs, managed: ["value"] };
      const changed = { ...value, broker_port: 1884 };
      const news = { ...inputs, value: changed, __resource: { name: "it", replaceOnChanges: [option] } };
      expect(await client.diff("Setting", { id: "default/settings/mqtt", olds, news })).toMatchObject({
        changes: "some",
        replaces: replaces ? ["value"] : [],
        details: { "value.broker_port": replaces ? "update-replace" : "update" },
      });
    },
  );

  test("refused inputs are failures, not errors", async () => {
    const { failures } = await client.check("Outlet", withDelegate("Outlet", { number: 0, color: "red" }));
    expect(failures.map(({ reason }) => reason)).toEqual([
      expect.stringContaining("color is not an input of Outlet"),
      "number is 0; it has to be a whole number, at least 1.",
    ]);
  });

  test("a partial failure carries the truth and the delegate, so that the resource can be read and deleted", async () => {
    const wanted = withDelegate("Outlet", { number: 3, name: "web", critical: true });
    const { inputs } = await client.check("Outlet", wanted);
    device.faults.add({
      kind: "status",
      status: 409,
      method: "PUT",
      path: "relay/outlets/2/critical",
      times: "always",
    });
    const { initFailure } = await failure(client.create("Outlet", inputs));
    expect(initFailure).toMatchObject({
      id: "default/outlets/3",
      properties: { name: "web", critical: false, __provider: delegate("Outlet") },
    });
    const read = await client.read("Outlet", initFailure!.id, initFailure!.properties);
    expect(read).toMatchObject({ id: "default/outlets/3", properties: { name: "web" } });
    await client.delete("Outlet", initFailure!.id, read.properties!);
  });

  test("a failure before anything was written leaves no resource behind", async () => {
    const before = device.journal.writes().length;
    const error = await failure(client.create("Outlet", withDelegate("Outlet", { number: 99, device: "default" })));
    expect(error.message).toContain("this device has no outlet 99");
    expect(error.initFailure).toBeUndefined();
    expect(device.journal.writes()).toHaveLength(before);
  });

  test("`.get()`, which sends nothing of ours, finds what is there and fails for what is not", async () => {
    const found = await client.read("Outlet", "default/outlets/5", withDelegate("Outlet", {}));
    expect(found).toMatchObject({ id: "default/outlets/5", properties: { name: "Outlet 5" } });
    const error = await failure(client.read("User", "default/users/nobody", withDelegate("User", {})));
    expect(error.message).toContain("default/users/nobody does not exist on the device");
  });

  test("a type that this version does not have is an error that says so", async () => {
    const error = await failure(client.check("Nothing", withDelegate("Nothing", {})));
    expect(error.message).toContain("this version of pulumi-dli has no resource Nothing");
  });
});
