/** Pulumi's own process for dynamic providers, driven over gRPC: everything between the engine and our lifecycle. */
import * as pulumi from "@pulumi/pulumi";
import { Outlet } from "../../sdk";
import { manualClock, type SimulatedDevice, startSimulator } from "../../simulator";
import { cases } from "../lifecycle/cases";
import { configurationOf, delegate, withProcess } from "./dynamic-process";
import { type CallFailure, unknown, type Values } from "./plugin-client";

jest.setTimeout(30_000);

const withDelegate = (type: string, properties: Values): Values => ({ ...properties, __provider: delegate(type) });

let device: SimulatedDevice;

beforeEach(async () => {
  device = await startSimulator({ clock: manualClock() });
});

afterEach(() => device.close());

/** One operation of the engine on the unit. */
function operation<T>(work: Parameters<typeof withProcess<T>>[1]): Promise<T> {
  return withProcess(configurationOf(device), work);
}

async function failure(call: Promise<unknown>): Promise<CallFailure> {
  return call.then(
    () => Promise.reject(new Error("the call did not fail")),
    (error: CallFailure) => error,
  );
}

test("the SDK registers resources with the text that these tests use, and nothing else of ours", async () => {
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
    { type: "pulumi-nodejs:dynamic/dli:Outlet", inputs: { number: 3, __provider: delegate("Outlet") } },
  ]);
});

describe.each(cases.filter(({ type }) => ["User", "Ssh", "AutoPingItem"].includes(type)))("$type", (life) => {
  const { type } = life;

  test("is checked, created, read, updated, found drifted and deleted", async () => {
    life.prepare?.(device);
    const held = await operation(async ({ client }) => {
      const { inputs, failures } = await client.check(type, withDelegate(type, life.inputs));
      expect(failures).toEqual([]);
      const created = await client.create(type, inputs);
      expect(created).toMatchObject({ id: life.id, properties: { __provider: delegate(type) } });
      expect(await client.diff(type, { olds: created.properties, news: inputs })).toMatchObject({ changes: "none" });

      const changed = (await client.check(type, withDelegate(type, life.changed), inputs)).inputs;
      expect(await client.diff(type, { olds: created.properties, news: changed })).toMatchObject({
        changes: "some",
        replaces: [],
      });
      const { properties } = await client.update(type, life.id, { olds: created.properties, news: changed });
      const read = await client.read(type, life.id, properties);
      expect(read).toMatchObject({ id: life.id, inputs: changed });
      return { properties: read.properties!, inputs: changed };
    });

    life.drift(device);
    await operation(async ({ client }) => {
      const read = await client.read(type, life.id, held.properties);
      expect(await client.diff(type, { olds: read.properties!, news: held.inputs })).toMatchObject({ changes: "some" });
      await client.delete(type, life.id, read.properties!);
      await client.delete(type, life.id, read.properties!);
    });
  });
});

test("calls that come together right after configure all find the unit, with one login and one read", async () => {
  const ids = await operation(({ client }) =>
    Promise.all(
      [1, 2, 3, 4, 5, 6, 7, 8].map(async (number) => {
        const inputs = { number, device: "default", enforce: "persistent", waitForPhysical: true };
        return (await client.create("Outlet", withDelegate("Outlet", inputs))).id;
      }),
    ),
  );
  expect(ids).toEqual([1, 2, 3, 4, 5, 6, 7, 8].map((number) => `default/outlets/${number}`));
  expect(device.journal.entries.map(({ method, status }) => `${method} ${status}`)).toEqual(["GET 401", "GET 200"]);
});

test("values that preview does not know pass every check and count as changed", () =>
  operation(async ({ client }) => {
    const known = (await client.check("Outlet", withDelegate("Outlet", { number: 3, name: "web" }))).inputs;
    const { properties } = await client.create("Outlet", known);
    const { inputs, failures } = await client.check("Outlet", { ...known, name: unknown, state: unknown });
    expect(failures).toEqual([]);
    expect(await client.diff("Outlet", { olds: properties, news: inputs })).toMatchObject({ changes: "some" });
    const replaced = { ...known, number: unknown };
    expect(await client.diff("Outlet", { olds: properties, news: replaced })).toMatchObject({ replaces: ["number"] });
  }));

test("a partial failure carries the truth and the delegate, so that the resource can be read and deleted", () =>
  operation(async ({ client }) => {
    const wanted = { number: 3, name: "web", critical: true };
    const { inputs } = await client.check("Outlet", withDelegate("Outlet", wanted));
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
  }));

test("a failure before anything was written leaves no resource behind", () =>
  operation(async ({ client }) => {
    const error = await failure(client.create("Outlet", withDelegate("Outlet", { number: 99, device: "default" })));
    expect(error.message).toContain("this unit has no outlet 99");
    expect(error.initFailure).toBeUndefined();
    expect(device.journal.writes()).toEqual([]);
  }));

test("a read of something that is gone answers an empty id", async () => {
  const state = await operation(async ({ client }) => {
    const { inputs } = await client.check("User", withDelegate("User", { name: "fred", password: "secret one" }));
    return (await client.create("User", inputs)).properties;
  });
  device.removeByHand("auth/users/1");
  await operation(async ({ client }) => {
    expect(await client.read("User", "default/users/fred", state)).toMatchObject({ id: "" });
  });
});

test("`.get()` of something that is not there fails, although nothing of ours is in what it sends", () =>
  operation(async ({ client }) => {
    const error = await failure(client.read("User", "default/users/nobody", withDelegate("User", {})));
    expect(error.message).toContain("default/users/nobody does not exist on the unit");
    const found = await client.read("Outlet", "default/outlets/3", withDelegate("Outlet", {}));
    expect(found).toMatchObject({ id: "default/outlets/3", properties: { name: "Outlet 3" } });
  }));

test("a type that this version does not have is an error that says so", () =>
  operation(async ({ client }) => {
    const error = await failure(client.check("Nothing", withDelegate("Nothing", {})));
    expect(error.message).toContain("this version of pulumi-dli has no resource Nothing");
  }));

test("a unit that is not configured is an error with the command that configures it", () =>
  withProcess({}, async ({ client }) => {
    const error = await failure(client.create("Outlet", withDelegate("Outlet", { number: 1, device: "default" })));
    expect(error.message).toContain("pulumi config set dli:url");
  }));
