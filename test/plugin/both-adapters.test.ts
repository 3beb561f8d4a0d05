/**
 * The promises as seen by the engine, over its protocol but without it: the same steps through the process for dynamic
 * resources and through the plugin. The tests in test/engine use the real engine.
 */
import { type Json, Refusal } from "../../simulator";
import { delegate } from "../dynamic/dynamic-process";
import { writes } from "../support/on-device";
import { type Bench, benches, refusing } from "./bench";
import { secret, unknown, type Values } from "./plugin-client";

jest.setTimeout(60_000);

describe.each(benches)("%s", (_adapter, through) => {
  test("one gate: what reaches a protected outlet, our access or another's subtree, by whatever path, is not sent", () =>
    through({ config: { protectedOutlets: "1" } }, async (bench) => {
      const { device } = bench;
      for (const number of [1, 2, 3]) {
        device.switchOutlet(number, true);
      }
      const mallory = { auth: { users: [{ name: "mallory", password: "pw-mallory" }] } };
      const cases: [type: string, inputs: Values, reason: RegExp][] = [
        ["Setting", { path: "/", value: { config: { allow_restapi: false } } }, /allowLockout/],
        ["Setting", { path: "/restapi/", value: { config: { allow_restapi: false } } }, /allowLockout/],
        ["Setting", { path: "/", value: mallory }, /belongs to the resource User/],
        ["Setting", { path: "autoping/items", value: {} }, /belongs to the resource AutoPingItem/],
        ["Setting", { path: "autoping", value: { items: {} } }, /belongs to the resource AutoPingItem/],
        ["Setting", { path: "config/http_ports", value: {} }, /allowLockout/],
        ["Setting", { path: "relay/outlets/0/state", value: false }, /belongs to the resource Outlet/],
        ["Setting", { path: "relay/outlets/0/transient_state", value: false }, /belongs to the resource Outlet/],
        ["Setting", { path: "relay/outlets", value: [{ state: false }] }, /belongs to the resource Outlet/],
        ["Setting", { path: "/", value: { relay: { outlets: [{ state: false }] } } }, /belongs to the resource Outlet/],
        ["AutoPingItem", { addresses: ["192.0.2.1"], outlets: [1] }, /outlet 1 is protected/],
        ["OutletCycle", { outlets: "all" }, /outlets 1, 2 and 3 are protected/],
        ["SwitchOutlets", { states: { 1: false } }, /outlet 1 is protected/],
        ["Access", { realm: "two\nlines", allowLockout: true }, /realm/],
        ["User", { name: "a\n", password: "passw0rd" }, /name/],
      ];
      // The engine begins an action before the program declares what protects the outlet.
      for (const [type, inputs, number] of [
        ["SwitchOutlets", { states: { 2: false } }, 2],
        ["OutletCycle", { outlets: [3] }, 3],
      ] as const) {
        const begun = refusing(bench, type, `too early for ${number}`, inputs);
        await bench.check("Outlet", `late-${number}`, { number, protectFromOff: true });
        expect(await begun).toMatch(`outlet ${number} is protected`);
      }
      for (const [index, [type, inputs, reason]] of cases.entries()) {
        const said = await refusing(bench, type, `case-${index}`, inputs);
        expect([inputs, said]).toEqual([inputs, expect.stringMatching(reason)]);
        expect(said).not.toContain("pw-mallory");
      }
      expect(writes(device)).toEqual([]);
    }));

  test("one owner: what an unchanged resource has is not declared a second time, in whatever form", () =>
    through({}, async (bench) => {
      const { client, device } = bench;
      const web = await bench.create("Outlet", "web", { number: 3, name: "web" });
      const again = await bench.check("Outlet", "web", { number: 3, name: "web" }, web.inputs);
      expect(await client.diff("Outlet", { id: web.id, olds: web.properties, news: again })).toMatchObject({
        changes: "none",
      });
      await bench.create("Relay", "relay", { name: "rack" });
      await bench.create("Setting", "config", { path: "config", value: { hostname: "rack" } });
      await bench.create("User", "fred", { name: "fred", password: "passw0rd" });
      device.journal.clear();
      for (const [type, inputs, owner] of [
        ["Outlet", { number: 3, name: "nas" }, 'Outlet "web"'],
        ["Outlets", { outlets: { 3: { name: "nas" } } }, 'Outlet "web"'],
        ["Setting", { path: "relay/outlets/2/name", value: "nas" }, 'Outlet "web"'],
        ["Setting", { path: "relay/name", value: "other" }, 'Relay "relay"'],
        ["Setting", { path: "config/hostname", value: "other" }, 'Setting "config"'],
        ["User", { name: "Fred", password: "another1" }, 'User "fred"'],
      ] as const) {
        const said = await refusing(bench, type, "second", inputs);
        expect(said).toContain(`is declared by ${owner} and by ${type} "second" of the same program`);
      }
      expect(device.journal.writes()).toEqual([]);
    }));

  test("made once and never forgotten, whatever a device answers instead, and however it spells what it has made", () => {
    let fred: { id: string; properties: Values };
    const make = async (bench: Bench) => {
      const { device } = bench;
      // An account of somebody else, in another form.
      device.behaviours.register({
        name: "a slot without a name",
        path: "auth/users",
        read: (_context, next) => [{ is_allowed: false }, ...(next() as Json[])],
      });
      fred = await bench.create("User", "fred", { name: "Fred", password: "passw0rd" });
      expect(writes(device)).toEqual(["POST auth/users/"]);
    };
    const read = async ({ client, device }: Bench) => {
      const { id, properties } = fred;
      for (const body of ['{"error":"busy"}', '"login required"', "null", "{}"]) {
        device.faults.add({ kind: "oddAnswer", method: "GET", path: "auth/users", times: "always", body });
        await expect(client.read("User", id, properties)).rejects.toThrow(/from which nothing can be concluded/);
        await expect(client.delete("User", id, properties)).rejects.toThrow(/from which nothing can be concluded/);
        device.faults.clear();
      }
      expect(device.tree.auth.users.map(({ name }) => name)).toContain("fred");
    };
    const remove = async ({ client, device }: Bench) => {
      const { id, properties } = fred;
      await client.delete("User", id, properties);
      expect(device.tree.auth.users.map(({ name }) => name)).not.toContain("fred");
    };
    return through({ dialects: { newElementLagMilliseconds: 3000, keySpelling: "lowerCase" } }, make, read, remove);
  });

  test("secrets and logins: none in an error of a device that masks them, two failed ones at most, over all accounts", () => {
    const users: { id: string; properties: Values }[] = [];
    const declare = async (bench: Bench) => {
      const { client, device } = bench;
      const password = bench.withSecret({ path: "mqtt/password", value: "pw-of-mqtt" }, "value");
      const setting = await bench.create("Setting", "mqtt", password);
      expect(setting.properties["value"]).not.toBe("pw-of-mqtt");
      const acceptAgain = device.behaviours.register({
        name: "refuse, and repeat what was sent",
        path: "mqtt/password",
        accept: () => {
          throw new Refusal(400, "no pw-of-fred");
        },
      });
      const changed = bench.withSecret({ path: "mqtt/password", value: "pw-of-fred" }, "value");
      const news = await bench.check("Setting", "mqtt", changed, setting.inputs);
      const error = await client.update("Setting", setting.id, { olds: setting.properties, news }).catch(String);
      expect(error).toMatch(/mqtt\/password/);
      expect(error).toMatch(/400/);
      expect(error).not.toMatch(/pw-of/);
      acceptAgain();

      device.tree.config.lockout_delay_minutes = 5;
      device.tree.config.allow_rest_nonadmin = true;
      const names = ["ann", "ben", "cem", "dee", "eva"];
      const inputsOf = (name: string) => ({ name, password: `the word of ${name}` });
      for (const name of names) {
        users.push(await bench.create("User", name, inputsOf(name)));
      }
      for (const index of names.keys()) {
        device.changeByHand(`auth/users/${index + 1}/password`, "by hand");
      }
    };
    const refresh = async ({ client, device }: Bench) => {
      const read = users.map(({ id, properties }) =>
        client.read("User", id, { ...properties, verifyPassword: true }).catch(String),
      );
      expect((await Promise.all(read)).filter((one) => String(one).includes("was not tried"))).toHaveLength(3);
      expect([device.failedLogins, device.isLockedOut]).toEqual([2, false]);
    };
    return through({ dialects: { passwordRead: "masked", lockoutAttempts: 3 } }, declare, refresh);
  });

  test("drift: what a read has taken into the state differs for the next one too, until it is as declared again", () => {
    const resources = [
      { type: "Outlet", inputs: { number: 3, name: "web" }, path: "relay/outlets/2/name", byHand: "by hand" },
      { type: "Outlets", inputs: { outlets: { 5: { state: true } } }, path: "relay/outlets/4/state", byHand: false },
      { type: "User", inputs: { name: "fred", password: "passw0rd" }, path: "auth/users/1/is_allowed", byHand: false },
      { type: "Setting", inputs: { path: "config", value: { hostname: "a" } }, path: "config/hostname", byHand: "b" },
    ];
    const before: Json[] = [];
    let kept: { id: string; properties: Values; inputs: Values }[] = [];
    const make = async ({ create, device }: Bench) => {
      for (const { type, inputs, path, byHand } of resources) {
        kept.push(await create(type, type, inputs));
        before.push(path.split("/").reduce((value, name) => (value as never)[name], device.tree as never) as Json);
        device.changeByHand(path, byHand);
      }
    };
    const putBack = async ({ device }: Bench) => {
      for (const [index, { path }] of resources.entries()) {
        device.changeByHand(path, before[index] as Json);
      }
    };
    // As in a refresh by the engine: what was read becomes the state and is compared with the inputs of the old state.
    const audit = (changes: string) => async (bench: Bench) => {
      const read = kept.map(async ({ id, properties, inputs }, index) => {
        const type = resources[index]?.type ?? "";
        const found = await bench.client.read(type, id, properties, inputs);
        const fresh = { id, properties: found.properties ?? {}, inputs: found.inputs ?? {} };
        const compared = { id, olds: fresh.properties, oldInputs: fresh.inputs, news: inputs };
        expect([type, (await bench.client.diff(type, compared)).changes]).toEqual([type, changes]);
        return fresh;
      });
      kept = await Promise.all(read);
    };
    return through({}, make, audit("some"), audit("some"), audit("some"), putBack, audit("none"), audit("none"));
  });

  test("data and texts: what a device says in words of the engine's protocol is no asset, no secret and not unknown", () => {
    const said = { ...secret("mine"), uri: "http://127.0.0.1:1/" };
    const data = Object.fromEntries(
      Object.entries(said).map(([name, value]) => [name.replace(/^4dab.*/, "$&?"), value]),
    );
    const made: Record<string, { id: string; properties: Values; inputs: Values }> = {};
    const make = async (bench: Bench) => {
      made["Setting"] = await bench.create("Setting", "topic", { path: "mqtt/topic_root", value: "mine" });
      made["Outlet"] = await bench.create("Outlet", "web", { number: 3, state: true });
    };
    const read = async ({ client, device }: Bench) => {
      device.behaviours.register({ name: "a secret", path: "mqtt/topic_root", read: () => said as never });
      device.changeByHand("relay/outlets/2/name", unknown);
      const found = Object.entries(made).map(([type, { id, properties, inputs }]) =>
        client.read(type, id, properties, inputs),
      );
      const [setting, outlet] = await Promise.all(found);
      expect(setting?.properties?.["value"]).toEqual(data);
      expect(outlet?.properties?.["name"]).toBe(`${unknown}?`);
    };
    return through({}, make, read);
  });

  test("data and texts: odd ids are said to be none, scripts count to the last blank, and members go together", () =>
    through({}, async (bench) => {
      const { client, device } = bench;
      const given = (type: string) => ({ __provider: delegate(type) });
      for (const [type, id] of [
        ["User", "default/users/%zz"],
        ["Outlet", "default/outlets/03"],
        ["AutoPingItem", "default/autoping/,"],
        ["Setting", "default/settings/relay/outlets/all;/name"],
      ] as const) {
        await expect(client.read(type, id, given(type))).rejects.toThrow(`\`${id}\` is not an id of ${type}`);
      }

      const script = await bench.create("Script", "script", { source: "text = [[a\nb]]\n" });
      const differs = async (source: string) => {
        const news = await bench.check("Script", "script", { source }, script.inputs);
        return (await client.diff("Script", { id: script.id, olds: script.properties, news })).changes;
      };
      expect([await differs("text = [[a \nb]]\n"), await differs("\n\ntext = [[a\nb]]\n")]).toEqual(["some", "none"]);

      const scopes = ["/relay/outlets/=0,1,2,3,4,5,6,7;/=state/?access=modify,get"];
      await bench.create("ApiClient", "ci", { name: "ci", scopes });

      // The relay follows later, so the action waits for it.
      device.switchOutlet(5, false);
      await bench.create("SwitchOutlets", "on", { states: { 5: true } });
      await bench.create("OutletCycle", "cycle", { outlets: [5] });

      device.journal.clear();
      const value = { gateway: "192.0.2.254", netmask: "255.255.255.0", ip_address: "192.0.2.9" };
      await bench.create("Setting", "wired", { path: "network/wired", value, allowLockout: true });
      expect(writes(device)).toEqual(["PATCH network/wired/"]);
    }));
});
