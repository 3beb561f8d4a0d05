/** Diffs by their exact paths, and what `ignoreChanges` means for them and for updates. */
import { resources } from "../../provider/registry";
import { inputsOf } from "../../provider/schema/common-inputs";
import { withPlugin } from "./fixture";
import { secret, type Values } from "./plugin-client";

const outlet = (values: Values) => ({
  number: 1,
  device: "default",
  onDestroy: "leave",
  enforce: "persistent",
  ...values,
});
const setting = (value: unknown): Values => ({ path: "config", device: "default", value });

describe("Diff", () => {
  test.each<[string, unknown, unknown, Record<string, string>]>([
    ["one member of an object", { a: 1, b: { c: 2 } }, { a: 1, b: { c: 3 } }, { "value.b.c": "update" }],
    ["a member more", { a: 1 }, { a: 1, b: 2 }, { "value.b": "add" }],
    ["a member less", { a: 1, b: 2 }, { a: 1 }, { "value.b": "delete" }],
    ["one element of a list", { a: [1, 2, 3] }, { a: [1, 5, 3] }, { "value.a[1]": "update" }],
    ["an element more", { a: [1] }, { a: [1, 2] }, { "value.a[1]": "add" }],
    ["an element less", { a: [1, 2] }, { a: [1] }, { "value.a[1]": "delete" }],
    ["a name that needs quotes", { 'a"b.c': 1 }, { 'a"b.c': 2 }, { 'value["a\\"b.c"]': "update" }],
    ["another kind of value", { a: [1] }, { a: "1" }, { "value.a": "update" }],
    ["an object in place of a text", { a: "text" }, { a: { b: 1 } }, { "value.a": "update" }],
    ["a text in place of an object", { a: { b: 1 } }, { a: "text" }, { "value.a": "update" }],
    ["null", { a: null }, { a: 1 }, { "value.a": "update" }],
  ])("a diff names %s", (_what, before, after, details) =>
    withPlugin(async ({ client }) => {
      const olds = { ...setting(before), managed: ["value"] };
      const found = await client.diff("Setting", { olds, oldInputs: setting(before), news: setting(after) });
      expect(found).toMatchObject({ changes: "some", diffs: ["value"], replaces: [], details });
      expect(Object.keys(found.details)).toEqual(Object.keys(details));
    }),
  );

  test.each<[string, Values, Values, string[]]>([
    ["given as one", { value: secret({ "my name": 1, b: 2 }) }, { value: secret({ "my name": 3 }) }, ["value"]],
    ["that was one before", { value: secret({ "my name": 1 }) }, { value: { "my name": 2 } }, ["value"]],
    ["that is one now", { value: { "my name": 1 } }, { value: secret({ "my name": 2 }) }, ["value"]],
    ["by another input", { value: { "my name": 1 }, secret: true }, { value: { x: 2 }, secret: true }, ["value"]],
    [
      "next to what is none",
      { value: { a: secret({ "my name": 1 }), b: { c: 1 } } },
      { value: { a: secret({ "my name": 2 }), b: { c: 2 } } },
      ["value.a", "value.b.c"],
    ],
  ])("a diff names nothing inside of a secret %s", (_what, before, after, expected) =>
    withPlugin(async ({ client }) => {
      const olds = { ...setting(1), ...before, managed: ["value"] };
      const found = await client.diff("Setting", { olds, news: { ...setting(1), ...after } });
      expect(found.details).toEqual(Object.fromEntries(expected.map((path) => [path, "update"])));
    }),
  );

  test.each(
    resources.flatMap((definition) =>
      Object.entries(inputsOf(definition)).flatMap(([name, spec]) =>
        spec.role === "key" ? [[definition.type, name] as const] : [],
      ),
    ),
  )("another %s by another %s is a replacement, also if that becomes a secret at once", (type, name) =>
    withPlugin(async ({ client }) => {
      const [before, after] = name === "number" ? [1, 2] : name === "addresses" ? [["a"], ["b"]] : ["a", "b"];
      const found = await client.diff(type, { olds: { [name]: before }, news: { [name]: secret(after) } });
      expect(found).toMatchObject({ replaces: [name], details: { [name]: "update-replace" } });
    }),
  );

  test("a diff says what is newly declared, changed and no longer declared", () =>
    withPlugin(async ({ client }) => {
      const olds = outlet({ name: "a", state: true, critical: false, managed: ["name", "state"] });
      const news = outlet({ name: "b", critical: false });
      expect(await client.diff("Outlet", { olds, news })).toMatchObject({
        details: { name: "update", critical: "add", state: "delete" },
        replaces: [],
      });
    }));

  test("a change of a key is a replacement, which deletes first", () =>
    withPlugin(async ({ client }) => {
      const olds = outlet({ name: "a", managed: ["name"] });
      expect(await client.diff("Outlet", { olds, news: outlet({ number: 2, name: "a" }) })).toMatchObject({
        details: { number: "update-replace" },
        replaces: ["number"],
        diffs: ["number"],
        deleteBeforeReplace: true,
      });
    }));

  test("a relay that does not follow its outlet is named, although the values are equal", () =>
    withPlugin(async ({ client }) => {
      const stands = { enforce: "physical", state: true };
      const olds = outlet({ ...stands, transientState: true, physicalState: false, managed: ["state"] });
      expect((await client.diff("Outlet", { olds, news: outlet(stands) })).details).toEqual({ state: "update" });
    }));

  test("an import shows no difference, whichever part of it the program declares", () =>
    withPlugin(async ({ client }) => {
      const { properties, inputs } = await client.read("Outlet", "default/outlets/3");
      for (const dropped of [[], ["name"], ["name", "state", "critical", "cycleDelaySeconds"]]) {
        const news = Object.fromEntries(Object.entries(inputs!).filter(([name]) => !dropped.includes(name)));
        const diff = await client.diff("Outlet", { olds: properties!, oldInputs: inputs!, news });
        expect(diff).toMatchObject({ changes: "none", details: {} });
      }
      // Before the next plan the engine reads the resource again, with everything that was imported as old inputs.
      const again = await client.read("Outlet", "default/outlets/3", properties, inputs);
      const news = outlet({ number: 3, state: inputs!["state"], protectFromOff: false, waitForPhysical: true });
      const diff = await client.diff("Outlet", { olds: again.properties!, oldInputs: again.inputs!, news });
      expect(diff).toMatchObject({ changes: "none", details: {} });
    }));
});

describe("ignoreChanges", () => {
  const before = { a: { b: 1, c: 1 }, list: [1, 2] };
  const after = { a: { b: 2, c: 2 }, list: [1, 3] };

  test.each<[string[], string[]]>([
    [["value"], []],
    [["value.a"], ["value.list[1]"]],
    [["value.a.b"], ["value.a.c", "value.list[1]"]],
    [['value["a"]["b"]', "value.list[1]"], ["value.a.c"]],
    [["value.a[*]"], ["value.list[1]"]],
    [["value.list[*]"], ["value.a.b", "value.a.c"]],
    [["val"], ["value.a.b", "value.a.c", "value.list[1]"]],
  ])("a diff that ignores %p names %p", (ignoreChanges, paths) =>
    withPlugin(async ({ client }) => {
      const olds = { ...setting(before), managed: ["value"] };
      const found = await client.diff("Setting", { olds, news: setting(after), ignoreChanges });
      expect(Object.keys(found.details)).toEqual(paths);
      expect(found.changes).toBe(paths.length > 0 ? "some" : "none");
    }),
  );

  test("an update does not write what is ignored, even where the device has changed", () =>
    withPlugin(async ({ client, device }) => {
      const news = (await client.check("Outlet", { number: 4, name: "a", state: true })).inputs;
      const created = await client.create("Outlet", news);
      device.switchOutlet(4, false);
      device.journal.clear();
      const request = { olds: created.properties, news: { ...news, name: "b" }, ignoreChanges: ["state"] };
      const { properties } = await client.update("Outlet", created.id, request);
      expect(device.journal.writes().map(({ path }) => path)).toEqual([expect.stringContaining("outlets/3/name")]);
      const next = { olds: properties, oldInputs: news, news: request.news, ignoreChanges: ["state"] };
      expect(await client.diff("Outlet", next)).toMatchObject({ changes: "none" });
    }));

  test("an update keeps the ignored part of a value as it was last seen", () =>
    withPlugin(async ({ client, device }) => {
      const { ssh_port: port } = device.tree.config;
      const olds = { ...setting({ hostname: "old", ssh_port: port }), managed: ["value"] };
      const news = setting({ hostname: "new", ssh_port: 2222 });
      await client.update("Setting", "default/settings/config", { olds, news, ignoreChanges: ["value.ssh_port"] });
      expect(device.tree.config).toMatchObject({ hostname: "new", ssh_port: port });
    }));

  test("a change that ends our access does not wait for a resource of which everything that differs is ignored", () =>
    withPlugin(async ({ client, device }) => {
      const news = (await client.check("Outlet", { number: 4, name: "a" })).inputs;
      const created = await client.create("Outlet", news);
      // The next run of the engine.
      await client.configure({ url: device.url, username: device.username, password: device.password });
      const changed = (await client.check("Outlet", { number: 4, name: "b" }, news)).inputs;
      const diff = { olds: created.properties, oldInputs: news, news: changed, ignoreChanges: ["name"] };
      expect(await client.diff("Outlet", diff)).toMatchObject({ changes: "none" });
      const off = (await client.check("RestApi", { enabled: false, allowLockout: true })).inputs;
      expect(await client.create("RestApi", off)).toMatchObject({ properties: { enabled: false } });
    }));
});
