/** Calls outside a resource's life: functions and lists, and many calls at once. */
import { functions, resources } from "../../provider/registry";
import { withPlugin } from "./fixture";
import { secret } from "./plugin-client";

describe("Invoke", () => {
  test("Invoke returns a result for every function of the registry", () =>
    withPlugin(async ({ client }) => {
      for (const { name, outputs } of functions) {
        const args = name === "browse" ? { path: "config", depth: 1 } : {};
        const result = await client.invoke(`dli:index:${name}`, args);
        expect(Object.keys(outputs)).toEqual(expect.arrayContaining(Object.keys(result)));
        expect(Object.keys(result).length).toBeGreaterThan(0);
      }
    }));

  test("Invoke returns what the device has", () =>
    withPlugin(async ({ client, device }) => {
      device.tree.relay.outlets[1]!.name = "web";
      const { outlets } = await client.invoke("dli:index:getOutlets");
      expect((outlets as { number: number; name: string }[])[1]).toMatchObject({ number: 2, name: "web" });
    }));

  test("Invoke marks what holds a password as a secret", () =>
    withPlugin(
      async ({ client }) => {
        const [users, name] = await Promise.all(
          ["auth/users", "relay/name"].map((path) => client.invoke("dli:index:browse", { path })),
        );
        expect(users).toEqual({ value: secret(expect.anything()) });
        expect(name).toEqual({ value: expect.any(String) });
      },
      { dialects: { passwordRead: "plain" } },
    ));

  test("Invoke refuses wrong arguments and unknown functions, and names the right ones", () =>
    withPlugin(async ({ client }) => {
      await expect(client.invoke("dli:index:getOutlets", { nonsense: 1 })).rejects.toMatchObject({ code: 3 });
      await expect(client.invoke("dli:index:getToast")).rejects.toMatchObject({
        code: 3,
        details: expect.stringContaining("getOutlets"),
      });
    }));
});

describe("List", () => {
  test("List names everything that can be imported, by ids that Read takes", () =>
    withPlugin(async ({ client, device }) => {
      device.changeByHand("autoping/items/0", { addresses: ["10.0.0.2", "10.0.0.1"], outlets: [0], enabled: true });
      await client.create("User", {
        name: "fred b",
        password: "passw0rd",
        device: "default",
        isAllowed: true,
        outletAccess: [],
      });
      for (const definition of resources) {
        if (definition.family === "action" || definition.type === "Setting") {
          continue;
        }
        const found = await client.list(definition.type).catch((error) => error);
        // A type without a finite list says so; of every other type there is at least one.
        if (found instanceof Error) {
          expect(found.message).toContain("cannot be listed");
          continue;
        }
        for (const { id } of found) {
          expect((await client.read(definition.type, id)).id).toBe(id);
        }
      }
      expect((await client.list("Outlet")).map(({ id }) => id)).toEqual(
        device.tree.relay.outlets.map((_, index) => `default/outlets/${index + 1}`),
      );
      expect(await client.list("User")).toEqual([{ id: "default/users/fred%20b", name: "users/fred%20b" }]);
      expect(await client.list("AutoPingItem")).toMatchObject([{ id: "default/autoping/10.0.0.1,10.0.0.2" }]);
      expect(await client.list("Ssh")).toEqual([{ id: "default/ssh", name: "ssh" }]);
    }));

  test("List keeps to a limit and to the device that was asked for", () =>
    withPlugin(async ({ client, configuration }) => {
      await client.configure({ ...configuration, devices: { lab: configuration } });
      expect(await client.list("Ssh")).toMatchObject([{ id: "default/ssh" }, { id: "lab/ssh" }]);
      expect(await client.list("Outlet", { device: "lab" }, 2)).toMatchObject([
        { id: "lab/outlets/1" },
        { id: "lab/outlets/2" },
      ]);
    }));

  test("List says what cannot be listed", () =>
    withPlugin(async ({ client }) => {
      await expect(client.list("Setting")).rejects.toMatchObject({
        code: 3,
        details: expect.stringMatching(/Setting resources cannot be listed.*An id is `<device>\/settings\/<path>/s),
      });
      await expect(client.list("OutletCycle")).rejects.toMatchObject({
        code: 3,
        details: expect.stringMatching(/OutletCycle resources cannot be listed.*An action leaves nothing behind\./s),
      });
    }));
});

test("simultaneous reads share one login and one read, and get their own answers", () =>
  withPlugin(
    async ({ client, device }) => {
      const numbers = device.tree.relay.outlets.map((_, index) => index + 1);
      const reads = await Promise.all(numbers.map((number) => client.read("Outlet", `default/outlets/${number}`)));
      expect(reads.map(({ properties }) => properties?.["number"])).toEqual(numbers);
      const asked = device.journal.entries.filter(({ status }) => status === 200);
      expect(asked.map(({ method, path }) => `${method} ${path}`)).toEqual([
        "GET /restapi/config/serial/",
        "GET /restapi/relay/outlets/",
      ]);
    },
    { model: "LPC9" },
  ));

test("simultaneous changes are all made, each once", () =>
  withPlugin(async ({ client, device }) => {
    const numbers = device.tree.relay.outlets.map((_, index) => index + 1);
    const common = { device: "default", onDestroy: "leave", enforce: "persistent" };
    const created = await Promise.all(
      numbers.map((number) => client.create("Outlet", { ...common, number, name: `n${number}` })),
    );
    expect(created.map(({ id }) => id)).toEqual(numbers.map((number) => `default/outlets/${number}`));
    expect(device.tree.relay.outlets.map(({ name }) => name)).toEqual(numbers.map((number) => `n${number}`));
    expect(device.journal.writes()).toHaveLength(numbers.length);
  }));
