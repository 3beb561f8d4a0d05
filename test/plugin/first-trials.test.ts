/**
 * More of what went wrong in the first trials, as the engine would see it: over its protocol, through the process for
 * dynamic resources and through the plugin.
 */
import type { Json } from "../../simulator";
import { writes } from "../support/on-device";
import { type Bench, benches, refusing } from "./bench";
import { secret, type Values } from "./plugin-client";

jest.setTimeout(60_000);

const [signature] = Object.keys(secret("")) as [string];

/** A value without what is marked as a secret. */
function inClear(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(inClear);
  }
  if (typeof value !== "object" || value === null) {
    return value;
  }
  return signature in value
    ? "[secret]"
    : Object.fromEntries(Object.entries(value).map(([name, member]) => [name, inClear(member)]));
}

const plain = (value: unknown) => (value as { value?: Json } | undefined)?.value;

describe.each(benches)("%s", (_adapter, through) => {
  test.each<[string, Values]>([
    ["adopted after its state was deleted", { adopt: true }],
    ["left by a run that was killed", {}],
  ])("a client %s has a token, and so has its account", (_, more) => {
    const inputs = { name: "ci", scopes: ["/relay/?access=get"] };
    const user = { name: "fred", password: "passw0rd" };
    let first: unknown;
    const make = async (bench: Bench) => {
      first = plain((await bench.create("ApiClient", "ci", inputs)).properties["bearer"]);
      expect(first).toMatch(/^ci\../);
      await bench.create("User", "fred", user);
    };
    const makeAgain = async (bench: Bench) => {
      const bearer = plain((await bench.create("ApiClient", "ci", { ...inputs, ...more })).properties["bearer"]);
      expect(bearer).toMatch(/^ci\../);
      expect(bearer).not.toBe(first);
      await bench.create("User", "fred", { ...user, ...more });
      expect(bench.device.tree.auth.users.map(({ name }) => name)).toEqual(["admin", "fred"]);
      expect(Object.keys(bench.device.tree.auth.clients["ci"]!.access_tokens)).toHaveLength(1);
    };
    return through({}, make, makeAgain);
  });

  test("another name of a device in the configuration deletes nothing, makes no token and switches no outlet", () => {
    const declared = (device: string): [type: string, inputs: Values][] => [
      ["Outlet", { device, number: 2, state: true, onDestroy: "restore" }],
      ["ApiClient", { device, name: "ci", scopes: ["/relay/?access=get"] }],
      ["User", { device, name: "fred", password: "passw0rd" }],
      ["AutoPingItem", { device, addresses: ["192.0.2.1"], outlets: [3] }],
    ];
    let made: { id: string; properties: Values; inputs: Values }[] = [];
    let devices = "";
    const config = {
      get devices() {
        return devices;
      },
    };
    const named = (bench: Bench, name: string) =>
      JSON.stringify({ [name]: { url: bench.device.url, password: "1234" } });
    const begin = async (bench: Bench) => {
      devices = named(bench, "lab");
      bench.device.switchOutlet(2, false);
    };
    const make = async (bench: Bench) => {
      made = [];
      for (const [type, inputs] of declared("lab")) {
        made.push(await bench.create(type, type, inputs));
      }
      devices = named(bench, "rack");
    };
    const rename = async ({ check, client, device }: Bench) => {
      device.journal.clear();
      const bearer = plain(made[1]?.properties["bearer"]);
      for (const [index, [type, inputs]] of declared("rack").entries()) {
        const old = made[index]!;
        const news = await check(type, type, inputs, old.inputs);
        const { replaces } = await client.diff(type, { id: old.id, olds: old.properties, news });
        expect([type, replaces]).toEqual([type, ["device"]]);
        await client.delete(type, old.id, old.properties);
        const { properties } = await client.create(type, news);
        if (type === "ApiClient") {
          expect(plain(properties["bearer"])).toBe(bearer);
        }
      }
      expect(writes(device)).toEqual([]);
    };
    return through({ config }, begin, make, rename);
  });

  test("an optional setting is not taken for one that the device lacks, whatever a busy device answers", () =>
    through({}, async (bench) => {
      for (const body of ['{"error":"busy"}', '"login required"', "null", "{}", "[]"]) {
        bench.device.faults.add({ kind: "oddAnswer", method: "GET", path: "upnp", times: "always", body });
        const inputs = { path: "upnp/enabled", value: true, optional: true };
        const said = await refusing(bench, "Setting", "upnp", inputs);
        expect([body, said]).toEqual([body, expect.stringContaining("from which nothing can be concluded")]);
        bench.device.faults.clear();
      }
      expect(writes(bench.device)).toEqual([]);
    }));

  test("a secret that is on the device when it is declared again is in no baseline in clear", () => {
    const secrets = ["topic-of-ours", "-- source of ours\n"];
    const make = async (bench: Bench) => {
      for (const [type, inputs, name] of [
        ["Setting", { path: "mqtt/topic_root", value: secrets[0] }, "value"],
        ["Script", { source: secrets[1] }, "source"],
      ] as const) {
        const { properties } = await bench.create(type, type, bench.withSecret(inputs, name));
        for (const one of secrets) {
          expect(JSON.stringify(inClear(properties))).not.toContain(JSON.stringify(one).slice(1, -1));
        }
      }
      expect([bench.device.tree.mqtt.topic_root, bench.device.tree.script.source]).toEqual(secrets);
    };
    return through({}, make, make);
  });

  test("a realm outside ASCII is written, and the next run logs in", () => {
    let access: { id: string; properties: Values; inputs: Values };
    const make = async (bench: Bench) => {
      access = await bench.create("Access", "access", { realm: "Rack Büro", allowLockout: true });
      expect(bench.device.tree.auth.realm).toBe("Rack Büro");
    };
    const read = async ({ client, device }: Bench) => {
      const found = await client.read("Access", access.id, access.properties, access.inputs);
      expect(found.properties).toMatchObject({ realm: "Rack Büro" });
      expect(device.failedLogins).toBe(0);
    };
    return through({}, make, read);
  });

  test.each(["readable", "containerRefused"] as const)(
    "a user who is not the admin cycles all of his outlets, with restrictedOutlets=%s",
    (restrictedOutlets) => {
      const config = { username: "fred", password: "passw0rd" };
      const prepare = async ({ device }: Bench) => {
        device.tree.config.allow_rest_nonadmin = true;
        const [admin] = device.tree.auth.users;
        const access = [false, true, true, false, false, false, false, false];
        const fred = { name: "fred", password: "passw0rd", is_admin: false, is_allowed: true, outlet_access: access };
        device.tree.auth.users.push({ ...admin!, ...fred } as never);
      };
      return through({ dialects: { restrictedOutlets }, config }, prepare, async (bench) => {
        bench.device.journal.clear();
        await bench.create("OutletCycle", "all", { outlets: "all" });
        expect(bench.device.journal.writes().filter(({ status }) => status < 300)).not.toEqual([]);
      });
    },
  );
});
