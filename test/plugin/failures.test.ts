/** What the engine is told when an operation fails or is cancelled, and that its state is true afterwards. */
import { status } from "@grpc/grpc-js";
import { CallRequest } from "@pulumi/pulumi/proto/provider_pb";
import { startPlugin } from "../../provider/plugin/server";
import { until } from "../until";
import { withPlugin } from "./fixture";
import { type CallFailure, PluginClient, token, urn } from "./plugin-client";

const outlet = { number: 1, name: "web", device: "default", onDestroy: "leave", enforce: "persistent" };

/** A contact takes minutes to move. */
const slowRelays = { speed: 0.01, dialects: { physicalLagMilliseconds: 1500 } } as const;
const switchedOff = { ...outlet, state: false, waitForPhysical: true };

/** The error of a call. */
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
  ])("%s is refused with a status after which the state is as it was", (_what, code, changed, inputs) =>
    withPlugin(async ({ client, configuration }) => {
      await client.configure({ ...configuration, ...changed });
      const error = await failure(client.create("Outlet", inputs));
      expect(error).toMatchObject({ code });
      expect(error.initFailure).toBeUndefined();
      expect(error.details).toMatch(/device (at http:|"\w+").*\. [A-Z]/);
    }),
  );

  test("an id of the wrong form is an invalid argument", () =>
    withPlugin(async ({ client }) => {
      const error = await failure(client.read("Outlet", "nonsense"));
      expect(error).toMatchObject({ code: status.INVALID_ARGUMENT });
      expect(error.details).toContain("<device>/outlets/<number>");
    }));

  test("creating what already exists is an invalid argument", () =>
    withPlugin(async ({ client }) => {
      const news = { name: "fred", password: "passw0rd", device: "default", isAllowed: true, outletAccess: [] };
      await client.create("User", news);
      expect(await failure(client.create("User", news))).toMatchObject({
        code: status.INVALID_ARGUMENT,
        details: expect.stringContaining("default/users/fred"),
      });
    }));

  test("an unknown resource is an invalid argument, and is named", () =>
    withPlugin(async ({ client }) => {
      const error = await failure(client.check("Toaster", {}));
      expect(error).toMatchObject({ code: status.INVALID_ARGUMENT });
      expect(error.details).toContain("dli:index:Toaster");
    }));

  test("a call that this provider does not need is unimplemented", () =>
    withPlugin(async ({ client }) => {
      expect(await failure(client.call("call", new CallRequest()))).toMatchObject({
        code: status.UNIMPLEMENTED,
      });
    }));
});

test("a device that fails as a whole is explained at length once in each run, and each error has the cure, also by a plugin that the engine is attached to", () =>
  withPlugin(async ({ client, configuration }) => {
    const print = console.error;
    for (let run = 1; run <= 2; run++) {
      await client.configure({ ...configuration, url: "http://127.0.0.1:1" });
      const [first, second] = [
        await failure(client.read("Outlet", "default/outlets/1", outlet)),
        await failure(client.read("Outlet", "default/outlets/2", { ...outlet, number: 2 })),
      ];
      expect(first.details).toMatch(
        /nothing listens at .*\. If you have changed the address .* Otherwise, check that the device has power and network/,
      );
      expect(second.details).toMatch(
        /^device at http:\S+: nothing listens at \S+ \(connection refused\)\. If you have changed the address since [^.]*\.$/,
      );
      await client.configure({ ...configuration, url: "http://127.0.0.1:1" });
      // A resource that is created has no state with an older address.
      expect((await failure(client.create("Outlet", outlet))).details).toMatch(
        /nothing listens at \S+ \(connection refused\)\. Check that the device has power and network/,
      );
    }
    expect(console.error).toBe(print);
  }));

test("a token that is refused leads to the token, not to a password", () =>
  withPlugin(async ({ client, configuration }) => {
    const login = { token: "nobody.bm90aGluZw" };
    await client.configure({ url: configuration["url"], ...login });
    const { details } = await failure(client.read("Outlet", "default/outlets/1", outlet));
    expect(details).toMatch(
      /refuses the token\. If you have changed the token since .*, or set DLI_TOKEN\. Otherwise, /,
    );
    expect(details).not.toMatch(/password/i);
  }));

test.each(["protects", "only contains"])(
  "a plan fails where a resource %s an outlet whose power an action takes before it",
  (what) =>
    withPlugin(async ({ client, device, engine }) => {
      device.switchOutlet(2, true);
      const { inputs } = await client.check("SwitchOutlets", { states: { 2: false } }, {}, "off");
      // The engine asks about what depends on the action once it knows what that does.
      await client.create("SwitchOutlets", inputs, { preview: true });
      const late = { outlets: { 2: { protectFromOff: what === "protects" } } };
      const reasons = (await client.check("Outlets", late, {}, "late")).failures.map(({ reason }) => reason);
      const again = (await client.check("Outlet", { number: 4, name: "x" }, {}, "other")).failures;
      if (what === "protects") {
        expect(reasons).toEqual([
          expect.stringMatching(/^SwitchOutlets "it": .*outlet 2 is protected by .*\. Leave .*\.$/),
        ]);
        expect(engine.logged.map(({ message }) => message)).toContainEqual(
          expect.stringContaining('would fail: SwitchOutlets "it"'),
        );
      } else {
        expect(reasons).toEqual([]);
      }
      expect(again).toEqual([]);
    }),
);

describe("partial failure", () => {
  /** Members are written one by one. */
  const dialects = { jsonPatch: "refused" } as const;

  test("a partial failure of a create keeps the id and what is true, and asks for a refresh", () =>
    withPlugin(
      async ({ client, device }) => {
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
      },
      { dialects },
    ));

  test("a partial failure of an update can be read, updated and deleted afterwards", () =>
    withPlugin(
      async ({ client, device, configuration }) => {
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
      },
      { dialects },
    ));
});

describe("Cancel", () => {
  test("nothing new begins after Cancel", () =>
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

  test("a resource that is only observed so far is not written after Cancel", () =>
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

  test("Cancel ends the wait for a relay, and keeps what is true by then", () =>
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

test("stopping the plugin waits for calls that have begun", async () => {
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

test("a warning about a resource goes to the engine with its URN", () =>
  withPlugin(async ({ client, engine }) => {
    const created = await client.create("Outlet", { ...outlet, onDestroy: "restore" });
    await client.delete("Outlet", created.id, created.properties);
    await until(() => engine.logged.length > 0);
    expect(engine.logged).toEqual([
      { message: expect.stringContaining("is left as it is"), urn: urn(token("Outlet"), "it"), severity: 2 },
    ]);
  }));
