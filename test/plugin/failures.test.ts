/** What the engine is told when something goes wrong or is cancelled, and that its state is true afterwards. */
import { status } from "@grpc/grpc-js";
import { ConstructRequest } from "@pulumi/pulumi/proto/provider_pb";
import { startPlugin } from "../../provider/plugin/server";
import { until } from "../until";
import { withPlugin } from "./fixture";
import { type CallFailure, PluginClient, token, urn } from "./plugin-client";

const outlet = { number: 1, name: "web", device: "default", onDestroy: "leave", enforce: "persistent" };

/** Minutes pass before a contact moves. */
const slowRelays = { speed: 0.01, dialects: { physicalLagMilliseconds: 1500 } } as const;
const switchedOff = { ...outlet, state: false, waitForPhysical: true };

/** What a call was rejected with. */
async function failure(call: Promise<unknown>): Promise<CallFailure> {
  return call.then(
    () => {
      throw new Error("the call succeeded");
    },
    (error: CallFailure) => error,
  );
}

describe("status codes of what left the device as it was", () => {
  test.each([
    ["a device that is not there", status.UNAVAILABLE, { url: "http://127.0.0.1:1" }, outlet],
    ["a wrong password", status.UNAUTHENTICATED, { password: "wrong" }, outlet],
    ["no such outlet", status.FAILED_PRECONDITION, {}, { ...outlet, number: 99 }],
    ["a malformed device", status.FAILED_PRECONDITION, {}, { ...outlet, device: "nowhere" }],
  ])("%s", (_what, code, changed, inputs) =>
    withPlugin(async ({ client, configuration }) => {
      await client.configure({ ...configuration, ...changed });
      const error = await failure(client.create("Outlet", inputs));
      expect(error).toMatchObject({ code });
      expect(error.initFailure).toBeUndefined();
      expect(error.details).toMatch(/device "\w+".*\. [A-Z]/);
    }),
  );

  test("an id that is none", () =>
    withPlugin(async ({ client }) => {
      const error = await failure(client.read("Outlet", "nonsense"));
      expect(error).toMatchObject({ code: status.INVALID_ARGUMENT });
      expect(error.details).toContain("<device>/outlets/<number>");
    }));

  test("one that exists already", () =>
    withPlugin(async ({ client }) => {
      const news = { name: "fred", password: "passw0rd", device: "default", isAllowed: true, outletAccess: [] };
      await client.create("User", news);
      expect(await failure(client.create("User", news))).toMatchObject({
        code: status.INVALID_ARGUMENT,
        details: expect.stringContaining("default/users/fred"),
      });
    }));

  test("an unheard-of resource", () =>
    withPlugin(async ({ client }) => {
      const error = await failure(client.check("Toaster", {}));
      expect(error).toMatchObject({ code: status.INVALID_ARGUMENT });
      expect(error.details).toContain("dli:index:Toaster");
    }));

  test("calls that this provider has no use for", () =>
    withPlugin(async ({ client }) => {
      expect(await failure(client.call("construct", new ConstructRequest()))).toMatchObject({
        code: status.UNIMPLEMENTED,
      });
    }));
});

test("a device that fails as a whole is explained once in each run, also by a plugin that the engine is attached to", () =>
  withPlugin(async ({ client, configuration }) => {
    const print = console.error;
    for (let run = 1; run <= 2; run++) {
      await client.configure({ ...configuration, url: "http://127.0.0.1:1" });
      const [first, second] = [
        await failure(client.create("Outlet", outlet)),
        await failure(client.create("Outlet", { ...outlet, number: 2 })),
      ];
      expect(first.details).toMatch(/nothing listens at .*\. Check that the device has power and network/);
      expect(second.details).toMatch(/nothing listens at .*; see the first error for this device$/);
    }
    expect(console.error).toBe(print);
  }));

describe("partial failure", () => {
  test("of a create keeps the id and what is true, and asks for a refresh", () =>
    withPlugin(async ({ client, device }) => {
      device.faults.add({ kind: "status", status: 500, method: "PUT", path: /critical/, times: "always" });
      const error = await failure(client.create("Outlet", { ...outlet, critical: true }));
      expect(error).toMatchObject({
        code: status.UNKNOWN,
        initFailure: {
          id: "default/outlets/1",
          refreshBeforeUpdate: true,
          properties: { name: "web", critical: false },
          reasons: [expect.stringContaining("critical")],
        },
      });
    }));

  test("of an update can be read, updated and deleted afterwards", () =>
    withPlugin(async ({ client, device, configuration }) => {
      const created = await client.create("Outlet", outlet);
      device.faults.add({ kind: "status", status: 500, method: "PUT", path: /critical/, times: "always" });
      const news = { ...outlet, name: "db", critical: true };
      const { initFailure } = await failure(client.update("Outlet", created.id, { olds: created.properties, news }));
      expect(initFailure).toMatchObject({ properties: { name: "db", critical: false } });

      device.faults.clear();
      await client.configure(configuration);
      const read = await client.read("Outlet", created.id, initFailure!.properties, outlet);
      const again = await client.update("Outlet", created.id, { olds: read.properties!, news });
      expect(again.properties).toMatchObject({ name: "db", critical: true });
      await client.delete("Outlet", created.id, again.properties);
    }));
});

describe("Cancel", () => {
  test("begins nothing new", () =>
    withPlugin(async ({ client, device }) => {
      await client.cancel();
      for (const call of [
        client.create("Outlet", outlet),
        client.read("Outlet", "default/outlets/1"),
        client.update("Outlet", "default/outlets/1", { olds: outlet, news: outlet }),
        client.delete("Outlet", "default/outlets/1", outlet),
      ]) {
        expect(await failure(call)).toMatchObject({ code: status.CANCELLED });
      }
      expect(device.journal.entries).toEqual([]);
    }));

  test("does not write what was only observed so far", () =>
    withPlugin(async ({ client, device }) => {
      device.faults.add({ kind: "hold", method: "GET", times: "always", onlyAuthenticated: true });
      const creating = failure(client.create("Outlet", outlet));
      await until(() => device.faults.struck > 0);
      await client.cancel();
      device.faults.clear();
      const error = await creating;
      expect(error).toMatchObject({ code: status.CANCELLED });
      expect(error.initFailure).toBeUndefined();
      expect(device.journal.writes()).toEqual([]);
    }));

  test("stops waiting for a relay, and keeps what is true by then", () =>
    withPlugin(async ({ client, device }) => {
      const creating = failure(client.create("Outlet", switchedOff));
      await until(() => device.journal.writes().some(({ path }) => path.includes("state")));
      await client.cancel();
      const error = await creating;
      expect(error.details).toContain("cancelled");
      expect(error.initFailure).toMatchObject({ properties: { name: "web", state: false, physicalState: true } });
    }, slowRelays));
});

test("customTimeouts bound the wait for a relay", () =>
  withPlugin(async ({ client }) => {
    const error = await failure(client.create("Outlet", switchedOff, { timeout: 2 }));
    expect(error.details).toContain("the relay of outlet 1 is still on");
    expect(error.initFailure).toMatchObject({ properties: { name: "web", state: false, physicalState: true } });
  }, slowRelays));

test("stopping waits for what is under way", async () => {
  await withPlugin(async ({ device, configuration }) => {
    const plugin = await startPlugin({ env: {} });
    const client = new PluginClient(plugin.port);
    await client.configure(configuration);
    device.faults.add({ kind: "hold", method: "PUT" });
    const creating = client.create("Outlet", outlet);
    await until(() => device.faults.struck > 0);
    const stopping = plugin.stop();
    device.faults.clear();
    await stopping;
    expect(await creating).toMatchObject({ id: "default/outlets/1", properties: { name: "web" } });
    client.close();
  });
});

test("words about a resource go to the engine with its URN", () =>
  withPlugin(async ({ client, engine }) => {
    const created = await client.create("Outlet", { ...outlet, onDestroy: "restore" });
    await client.delete("Outlet", created.id, created.properties);
    await until(() => engine.logged.length > 0);
    expect(engine.logged).toEqual([
      { message: expect.stringContaining("is left as it is"), urn: urn(token("Outlet"), "it"), severity: 2 },
    ]);
  }));
