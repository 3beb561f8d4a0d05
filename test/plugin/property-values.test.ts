/** Values that are easily lost on the wire: unknown ones, secrets, null and large numbers. */
import { withPlugin } from "./fixture";
import { type CallFailure, secret, unknown, type Values } from "./plugin-client";

const wrapped = "4dabf18193072939515e22adb298388d";
const unknownNumber = "3eeb2bf0-c639-47a8-9e75-3b44932eb421";
const unknownObject = "dd056dcd-154b-4c76-9bd3-c8f88648b5ff";
const login = { device: "default" };

describe("unknown values", () => {
  test.each([unknown, unknownNumber, unknownObject])(
    "unknown values pass Check in every spelling and place (%s)",
    (spelling) =>
      withPlugin(async ({ client }) => {
        const news = { ...login, name: spelling, password: secret(spelling), outletAccess: [1, spelling] };
        const { inputs, failures } = await client.check("User", news);
        expect(failures).toEqual([]);
        expect(inputs).toMatchObject({ name: unknown, outletAccess: [1, unknown] });
        expect(inputs["password"]).toMatchObject({ value: unknown });
      }),
  );

  test("unknown values count as a change, by their path", () =>
    withPlugin(async ({ client }) => {
      const olds = { ...login, name: "fred", outletAccess: [1, 2], managed: ["outletAccess"] };
      const news = { ...login, name: "fred", outletAccess: [1, unknownNumber] };
      expect(await client.diff("User", { olds, news })).toMatchObject({
        changes: "some",
        details: { "outletAccess[1]": "update" },
        replaces: [],
      });
      const key = await client.diff("User", { olds, news: { ...news, outletAccess: [1, 2], name: unknown } });
      // Before a replacement, the engine would delete everything that depends on the resource.
      expect(key).toMatchObject({ details: { name: "update" }, replaces: [] });
    }));

  test("a preview calls everything unknown that only the device can tell", () =>
    withPlugin(async ({ client, device }) => {
      const news = (await client.check("Outlet", { number: 2, name: "web" })).inputs;
      const preview = await client.create("Outlet", news, { preview: true });
      expect(preview.id).toBe("");
      expect(preview.properties).toMatchObject({ number: 2, name: "web", state: unknown, physicalState: unknown });
      const created = await client.create("Outlet", news);
      const update = { olds: created.properties, news: { ...news, name: unknown }, preview: true };
      const previewed = await client.update("Outlet", created.id, update);
      expect(previewed.properties).toMatchObject({ number: 2, name: unknown, locked: unknown });
      expect(device.journal.writes()).toHaveLength(1);
    }));

  test("unknown values never reach the device", () =>
    withPlugin(async ({ client, device }) => {
      await expect(client.read("Outlet", unknown)).rejects.toMatchObject({ code: 3 });
      expect(device.journal.writes()).toEqual([]);
    }));
});

describe("secrets", () => {
  test("secrets are marked in checked inputs and in the state, with what was there before", () =>
    withPlugin(async ({ client }) => {
      const { inputs } = await client.check("Setting", { path: "config/hostname", value: "x", secret: true });
      expect(inputs["value"]).toMatchObject({ [wrapped]: expect.any(String), value: "x" });
      const created = await client.create("Setting", { ...inputs, value: "x" });
      expect(created.properties["value"]).toHaveProperty([wrapped]);
      expect(created.properties["__kept"]).toEqual({
        baseline: expect.objectContaining({ [wrapped]: expect.anything() }),
      });
      const open = await client.check("Setting", { path: "config/hostname", value: "x", secret: false });
      expect(open.inputs["value"]).toBe("x");
    }));

  test("secrets are marked where a condition is not known yet", () =>
    withPlugin(async ({ client }) => {
      const { inputs } = await client.check("Setting", { path: "config/hostname", value: "x", secret: unknown });
      expect(inputs["value"]).toHaveProperty([wrapped]);
    }));

  test("secret wrappers are removed before values are compared or sent", () =>
    withPlugin(async ({ client, device }) => {
      const news = (await client.check("User", { name: secret("fred"), password: secret("p4ssword") })).inputs;
      const created = await client.create("User", news);
      expect(created.id).toBe("default/users/fred");
      expect(device.tree.auth.users.at(-1)).toMatchObject({ name: "fred", password: "p4ssword" });
      expect(await client.diff("User", { olds: created.properties, news })).toMatchObject({ changes: "none" });
      const [rotated] = [{ ...news, password: secret("n3wer") }];
      expect(await client.diff("User", { olds: created.properties, news: rotated })).toMatchObject({
        details: { password: "update" },
      });
    }));

  test("secrets are in no failure and no error", () =>
    withPlugin(async ({ client, device }) => {
      device.faults.add({ kind: "status", status: 409, method: "POST", times: "always" });
      const news = (await client.check("User", { name: "fred", password: "sw0rdfish-1" })).inputs;
      const error = await client.create("User", news).catch((caught: Error) => caught);
      expect(error).toBeInstanceOf(Error);
      expect(JSON.stringify(error) + String(error)).not.toContain("sw0rdfish-1");
      const { failures } = await client.check("User", { name: "fred", password: secret({ sw0rdfish: 1 }) });
      expect(failures).toEqual([{ property: "", reason: expect.stringMatching(/^password (?!.*sw0rdfish)/) }]);
    }));
});

test.each([null, "default"])(
  "null is a value, and programs have a word for it: %j is sent, kept and compared",
  (said) =>
    withPlugin(async ({ client, device }) => {
      device.tree.relay.outlets[0]!.cycle_delay = 9;
      const news = (await client.check("Outlet", { number: 1, cycleDelaySeconds: said })).inputs;
      // Pulumi leaves null out of the programs that it writes.
      expect(news).toHaveProperty("cycleDelaySeconds", "default");
      const created = await client.create("Outlet", news);
      expect(device.tree.relay.outlets[0]).toMatchObject({ cycle_delay: null });
      expect(created.properties).toMatchObject({
        cycleDelaySeconds: null,
        __kept: { baseline: { [wrapped]: expect.any(String), value: '[{"cycleDelaySeconds":9}]' } },
      });
      expect(await client.diff("Outlet", { olds: created.properties, news })).toMatchObject({ changes: "none" });
      const imported = (await client.read("Outlet", "default/outlets/1")).inputs;
      expect(imported).toHaveProperty("cycleDelaySeconds", "default");
      const changed = { olds: created.properties, news: { ...news, cycleDelaySeconds: 5 } };
      expect(await client.diff("Outlet", changed)).toMatchObject({ details: { cycleDelaySeconds: "update" } });
    }),
);

test.each([Number.MAX_SAFE_INTEGER, -Number.MAX_SAFE_INTEGER, 2 ** 32, 1.5, 1e-7, 0])(
  "the number %p survives every step",
  (number) =>
    withPlugin(async ({ client, device }) => {
      device.tree.config.ssh_port = 22;
      const value = { ssh_port: 22, x: [number, { y: number }] };
      const { inputs, failures } = await client.check("Setting", { path: "config", value });
      expect(failures).toEqual([]);
      expect(inputs["value"]).toEqual(value);
      const olds = { ...inputs, managed: ["value"] };
      expect(await client.diff("Setting", { olds, news: inputs })).toMatchObject({ changes: "none" });
      const news = { ...inputs, value: { ...value, x: [number, { y: number + 1 }] } };
      const expected = number === number + 1 ? {} : { "value.x[1].y": "update" };
      expect((await client.diff("Setting", { olds, news })).details).toEqual(expected);
    }),
);

test("an output as a wrapper is its value, which may be null; without one it is not known yet", () =>
  withPlugin(async ({ client }) => {
    const wrap = (inside: Values) => ({ [wrapped]: "d0e6a833031e9bbcd3f4e8bde6ca49a4", dependencies: [], ...inside });
    const checked = async (inside: Values) => {
      const { inputs, failures } = await client.check("Outlet", { number: 1, cycleDelaySeconds: wrap(inside) });
      expect(failures).toEqual([]);
      return inputs["cycleDelaySeconds"];
    };
    expect(await checked({ value: 7 })).toBe(7);
    expect(await checked({ value: 7, secret: true })).toEqual(secret(7));
    expect(await checked({ value: null })).toBe("default");
    expect(await checked({})).toBe(unknown);
  }));

test("a script of a megabyte passes", () =>
  withPlugin(async ({ client }) => {
    const source = `-- ${"x".repeat(2 ** 20)}\n`;
    const { inputs, failures } = await client.check("Script", { source });
    expect(failures).toEqual([]);
    expect((inputs as { source: string }).source).toHaveLength(source.length);
  }));

test("properties of the engine and of dynamic providers are left out", () =>
  withPlugin(async ({ client, device }) => {
    const delegate = 'exports.handler=()=>require("pulumi-dli/dynamic/v1").get("Outlet");';
    const news = (await client.check("Outlet", { number: 1, name: "web", __provider: delegate })).inputs;
    expect(news).not.toHaveProperty("__provider");
    const { properties } = await client.create("Outlet", news);
    const [olds, oldInputs] = [properties, news].map((values) => ({ ...values, __provider: delegate }) as Values);
    const writes = device.journal.writes().length;
    expect(await client.diff("Outlet", { olds: olds!, oldInputs: oldInputs!, news })).toMatchObject({
      changes: "none",
    });
    const read = await client.read("Outlet", "default/outlets/1", olds, oldInputs);
    expect(read.inputs).toEqual(news);
    expect(read.properties).toEqual(properties);
    expect(device.journal.writes()).toHaveLength(writes);
  }));

describe("a secret that is given to an input which is not called one", () => {
  const marked = (value: unknown) => expect.objectContaining({ [wrapped]: expect.any(String), value });

  test("stays one where it is: in checked inputs, in the state, in a preview and after a refresh", () =>
    withPlugin(async ({ client }) => {
      const outlets = { 1: { name: secret("one"), state: true }, 2: { name: "two" } };
      const { inputs } = await client.check("Outlets", { outlets });
      const kept = { "1": { name: marked("one"), state: true }, "2": { name: "two" } };
      expect(inputs).toMatchObject({ outlets: kept });
      const preview = await client.create("Outlets", inputs, { preview: true });
      expect(preview.properties).toMatchObject({ outlets: kept });
      const created = await client.create("Outlets", inputs);
      expect(created.properties).toMatchObject({ outlets: kept, status: { "1": expect.anything() } });
      const read = await client.read("Outlets", created.id, created.properties, inputs);
      expect(read).toMatchObject({ properties: { outlets: kept }, inputs: { outlets: kept } });
      expect(await client.diff("Outlets", { olds: read.properties!, news: inputs })).toMatchObject({ changes: "none" });
    }));

  test("covers all of a list, and what is told from it", () =>
    withPlugin(async ({ client }) => {
      const { inputs } = await client.check("Setting", { path: "config", value: { hostname: ["a", secret("b")] } });
      expect(inputs["value"]).toEqual({ hostname: marked(["a", "b"]) });
      const script = (await client.check("Script", { source: secret("function hello()\nend\n") })).inputs;
      const { properties } = await client.create("Script", script);
      expect(properties).toMatchObject({ source: marked(expect.anything()), functions: marked(["hello"]) });
      expect(properties["sourceSha256"]).toEqual(marked(expect.any(String)));
    }));

  test("is a difference when it becomes one, and no write", () =>
    withPlugin(async ({ client, device }) => {
      const before = (await client.check("Outlet", { number: 1, name: "web" })).inputs;
      const created = await client.create("Outlet", before);
      const after = (await client.check("Outlet", { number: 1, name: secret("web") })).inputs;
      const diff = await client.diff("Outlet", { olds: created.properties, news: after });
      expect(diff).toMatchObject({ details: { name: "update" }, replaces: [] });
      device.journal.clear();
      const updated = await client.update("Outlet", created.id, { olds: created.properties, news: after });
      expect(updated.properties["name"]).toEqual(marked("web"));
      expect(device.journal.writes()).toEqual([]);
      const ignored = { olds: created.properties, news: after, ignoreChanges: ["name"] };
      expect(await client.diff("Outlet", ignored)).toMatchObject({ changes: "none" });
    }));

  test("is one in what remains of an operation that failed halfway", () =>
    withPlugin(
      async ({ client, device }) => {
        device.faults.add({
          kind: "status",
          status: 409,
          method: "PUT",
          path: "relay/outlets/2/critical",
          times: "always",
        });
        const news = (await client.check("Outlet", { number: 3, name: secret("web"), critical: true })).inputs;
        const failure = await client.create("Outlet", news).catch((caught: CallFailure) => caught);
        expect(failure).toMatchObject({ initFailure: { properties: { name: marked("web"), critical: false } } });
      },
      // Members are written one by one, so that a single one can fail.
      { dialects: { jsonPatch: "refused" } },
    ));
});
