/** The calls before any resource: what the plugin is, and whether its configuration can be used. */
import { readFileSync } from "node:fs";
import { PluginAttach, type PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import * as rpc from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { parse } from "yaml";
import * as z from "zod";
import { version } from "../../package.json";
import { optionRules } from "../../provider/client";
import { configKeysOf, deviceKeys } from "../../provider/devices/configuration/keys";
import { configurationProperties, packageSchema } from "../../provider/plugin/schema/package-schema";
import { resources } from "../../provider/registry";
import { sdkProvider } from "../../scripts/generate/sdk-provider";
import { leftOut, type Schema, type YamlProgram } from "../../scripts/test-languages/covered";
import { until } from "../until";
import { withPlugin } from "./fixture";
import { FakeEngine, secret, unknown, type Values } from "./plugin-client";

const wrapped = "4dabf18193072939515e22adb298388d";

const wholeSchema = () => packageSchema() as unknown as Schema;

test("the plugin says its version, and has a schema with every resource and component", () =>
  withPlugin(async ({ client }) => {
    const info = await client.call<PluginInfo>("getPluginInfo", new Empty());
    expect(info.getVersion()).toBe(version);
    const answer = await client.call<rpc.GetSchemaResponse>("getSchema", new rpc.GetSchemaRequest());
    const schema = JSON.parse(answer.getSchema());
    const names = [...resources.map(({ type }) => type), "PowerController", "SecurityBaseline"];
    expect(Object.keys(schema.resources).sort()).toEqual(names.map((name) => `dli:index:${name}`).sort());
    const unheardOf = new rpc.GetSchemaRequest();
    unheardOf.setVersion(1);
    await expect(client.call("getSchema", unheardOf)).rejects.toMatchObject({ code: 3 });
  }));

test("the schema has nothing that Pulumi's Python SDK refuses: lists in a choice, results of any type among others", async () => {
  await withPlugin(async ({ client }) => {
    const answer = await client.call<rpc.GetSchemaResponse>("getSchema", new rpc.GetSchemaRequest());
    const schema = JSON.parse(answer.getSchema());
    const choices: unknown[] = [];
    JSON.stringify(schema, (key, value) => {
      if (key === "oneOf") {
        choices.push(...value);
      }
      return value;
    });
    expect(choices).not.toContainEqual(expect.objectContaining({ type: expect.stringMatching(/array|object/) }));
    expect(schema.resources["dli:index:User"].inputProperties.outletAccess).toMatchObject({ $ref: "pulumi.json#/Any" });
    expect(schema.functions["dli:index:browse"].outputs).toEqual({ $ref: "pulumi.json#/Any" });
  });
});

test("the schema leaves to the provider what replaces a resource, and says what does", () => {
  const flags: string[] = [];
  JSON.stringify(wholeSchema(), (key, value) => {
    if (/replaceOnChanges$/i.test(key)) {
      flags.push(key);
    }
    return value;
  });
  // SDKs make a resource option of `replaceOnChanges`, by which the engine replaces for a key that it does not know yet.
  expect(new Set(flags)).toEqual(new Set(["willReplaceOnChanges"]));
  for (const { type } of resources) {
    const { inputProperties } = wholeSchema().resources[`dli:index:${type}`] as never as { inputProperties: object };
    expect(inputProperties).toMatchObject({ device: { willReplaceOnChanges: true } });
  }
});

test("the schema has what Pulumi can write programs in Go of: objects first in a choice, no list of a component behind an output", () => {
  const { types, resources: all } = wholeSchema();
  const choices: { $ref?: string }[][] = [];
  JSON.stringify([types, all], (key, value) => {
    if (key === "oneOf") {
      choices.push(value);
    }
    return value;
  });
  const withObjects = choices.filter((options) => options.some(({ $ref }) => $ref !== undefined));
  expect(withObjects.length).toBeGreaterThan(0);
  expect(withObjects.filter(([first]) => first?.$ref === undefined)).toEqual([]);
  expect(types["dli:index:NamedUser"]?.properties?.["outlets"]).toMatchObject({
    $ref: "pulumi.json#/Any",
    plain: true,
  });
});

test("the program that is converted to every language has every resource, function and input of the schema", () => {
  const program = () => parse(readFileSync("scripts/test-languages/everything.yaml", "utf8")) as YamlProgram;
  expect(leftOut(program(), wholeSchema())).toEqual([]);

  const { web, relay, rack, baseline, ...others } = program().resources;
  const { meters, ...variables } = program().variables;
  const less = { ...rack, properties: { ...rack?.properties, users: { fred: { outlets: "all" } }, hardened: true } };
  const cut = { resources: { ...others, rack: less }, variables } as unknown as YamlProgram;
  expect(leftOut(cut, wholeSchema())).toEqual(
    expect.arrayContaining([
      "dli:index:Outlet.critical",
      "dli:index:Relay",
      "dli:index:Relay.recoveryMode",
      "dli:index:NamedUser.password",
      "dli:index:SecurityBaselineSettings.upnp",
      "dli:index:getMeters",
    ]),
  );
});

describe("the type of a configuration key", () => {
  test.each(Object.entries(optionRules().deviceShape))(
    "the configuration key %s has the type of its zod schema in schema.json",
    (name, schema) => {
      expect(configurationProperties(deviceKeys)[name]?.type).toBe(z.toJSONSchema(schema, { io: "input" }).type);
    },
  );

  test("a configuration key has the type of its zod schema in schema.json and in the SDK, whatever it is called", () => {
    const keys = configKeysOf({
      retries: z.int().optional().meta({ description: "How often." }),
      ratio: z.number().min(0).optional(),
      quiet: z.boolean().default(false),
      seconds: z.string().optional().meta({ secret: true }),
    });
    const types = Object.entries(configurationProperties(keys)).map(([name, { type, secret }]) => [name, type, secret]);
    expect(types.slice(0, -1)).toEqual([
      ["retries", "integer", undefined],
      ["ratio", "number", undefined],
      ["quiet", "boolean", undefined],
      ["seconds", "string", true],
    ]);
    const sdk = sdkProvider(keys);
    for (const line of ["retries?: pulumi.Input<number>", "quiet?: pulumi.Input<boolean>", '["seconds","devices"]']) {
      expect(sdk).toContain(line);
    }
  });

  test("a configuration key that is neither text, number nor boolean is an error", () => {
    expect(() => configKeysOf({ hosts: z.array(z.string()) })).toThrow("cannot have the type array");
  });
});

test("the plugin takes secrets and, for components, outputs as wrappers, but no resources, in the handshake and when it is configured", () =>
  withPlugin(async ({ client, engine, configuration }) => {
    const shaken = await client.handshake(engine.address);
    const configured = await client.configure(configuration);
    for (const answer of [shaken.toObject(), configured.toObject()]) {
      expect(answer).toMatchObject({ supportsAutonamingConfiguration: false });
      expect(Object.values(answer).filter((value) => value === true)).toHaveLength("supportspreview" in answer ? 3 : 2);
    }
    expect([shaken.getAcceptSecrets(), shaken.getAcceptOutputs()]).toEqual([true, true]);
    expect([configured.getSupportspreview(), configured.getAcceptsecrets()]).toEqual([true, true]);
    expect(configured.getAcceptoutputs()).toBe(true);
  }));

test("a call before the configuration is an error that names the command", () =>
  withPlugin(async ({ client }) => {
    await client.configure({});
    const inputs = { number: 1, device: "default" };
    await expect(client.create("Outlet", inputs)).rejects.toMatchObject({
      code: 9,
      details: expect.stringContaining("pulumi config set dli:url http://192.168.0.100"),
    });
  }));

describe("checkConfig", () => {
  const check = (news: Record<string, unknown>, options: { name?: string; env?: NodeJS.ProcessEnv } = {}) =>
    new Promise<{ inputs: Record<string, unknown>; reasons: string[] }>((resolve, reject) => {
      withPlugin(async ({ client }) => {
        const { inputs, failures } = await client.checkConfig(news, options.name);
        expect(failures.every(({ property }) => property === "")).toBe(true);
        resolve({ inputs, reasons: failures.map(({ reason }) => reason) });
      }, options).catch(reject);
    });
  const login = { url: "http://192.168.0.100", password: "swordfish" };

  test("CheckConfig accepts a sufficient configuration, and marks what is secret", async () => {
    const { inputs, reasons } = await check({ ...login, plugin: "true", version: "0.1.0" });
    expect(reasons).toEqual([]);
    expect(inputs["password"]).toEqual({ [wrapped]: expect.any(String), value: "swordfish" });
    expect(inputs["url"]).toBe(login.url);
  });

  test.each([
    ["url", {}, "pulumi config set dli:url http://192.168.0.100"],
    ["password", { url: login.url }, "pulumi config set --secret dli:password"],
    ["a usable url", { ...login, url: "ftp://x" }, "pulumi config set dli:url http://192.168.0.100"],
    ["a usable timeout", { ...login, connectTimeoutSeconds: "-1" }, "pulumi config set dli:connectTimeoutSeconds"],
    ["JSON in devices", { devices: "{" }, "pulumi config set --secret dli:devices"],
    ["a password of each device", { devices: '{"lab": {"url": "http://10.0.0.1"}}' }, "DLI_LAB_PASSWORD"],
    ["only keys there are", { ...login, passwrd: "swordfish" }, "pulumi config rm dli:passwrd"],
  ])("CheckConfig requires %s, and names the command", async (_what, news, command) => {
    const { reasons } = await check(news);
    expect(reasons).toEqual([expect.stringContaining(command)]);
    expect(reasons.join()).not.toContain("swordfish");
  });

  test("CheckConfig accepts a configuration that the environment completes", async () => {
    const env = { DLI_URL: login.url, DLI_PASSWORD: login.password };
    expect((await check({}, { env })).reasons).toEqual([]);
  });

  test("CheckConfig names the arguments and variables of an explicit provider", async () => {
    const { reasons } = await check({}, { name: "rack-1" });
    expect(reasons).toEqual([expect.stringMatching(/provider "rack-1".*`url`.*DLI_RACK_1_PASSWORD/)]);
    const env = { DLI_RACK_1_URL: login.url, DLI_RACK_1_PASSWORD: login.password };
    expect((await check({}, { name: "rack-1", env })).reasons).toEqual([]);
  });

  test.each<[string, Record<string, unknown>, NodeJS.ProcessEnv, RegExp]>([
    [
      "a wrong argument",
      { ...login, requestTimeoutSeconds: "soon" },
      {},
      /^provider "rack": .* is not a number\. Set `requestTimeoutSeconds` of the provider "rack" to 30, or .*DLI_RACK_REQ/,
    ],
    [
      "a wrong variable",
      login,
      { DLI_RACK_INSECURE_SKIP_VERIFY: "No" },
      /^provider "rack": .*Set the environment variable DLI_RACK_INSECURE_SKIP_VERIFY to false\.$/,
    ],
    [
      "a device without a password",
      { devices: { lab: { url: login.url } } },
      {},
      /^device "lab": no password.* to the entry "lab" of `devices` of the provider "rack", or .*DLI_LAB_PASSWORD\.$/,
    ],
    ["what are no devices", { devices: "{" }, {}, /^`devices` of the provider "rack" is not a JSON object of devices/],
    [
      "protection in the environment that reaches none of its devices",
      { devices: { lab: login } },
      { DLI_READ_ONLY: "true" },
      /variable DLI_READ_ONLY is about .*`readOnly` in the entry "lab" of `devices` of the provider "rack"/,
    ],
  ])("CheckConfig names what corrects an explicit provider with %s", async (_what, news, env, expected) => {
    const { reasons } = await check(news, { name: "rack", env });
    expect(reasons).toEqual([expect.stringMatching(expected)]);
    expect(reasons.join()).not.toMatch(/swordfish|pulumi config|`dli:devices`/);
  });

  test("CheckConfig accepts what is not known yet", async () => {
    expect((await check({ url: unknown })).reasons).toEqual([]);
  });
});

describe("diffConfig", () => {
  const diff = (olds: Record<string, unknown>, news: Record<string, unknown>) =>
    new Promise<{ changes: string; replaces: string[]; diffs: string[] }>((resolve, reject) => {
      withPlugin(async ({ client }) => resolve(await client.diff("x", { olds, news }, "diffConfig"))).catch(reject);
    });

  test("DiffConfig replaces nothing, whatever changes", async () => {
    const changed = await diff({ url: "http://a", password: "1" }, { url: "https://b", password: "2" });
    expect(changed).toMatchObject({ changes: "some", replaces: [], diffs: ["url", "password"] });
  });

  test("DiffConfig ignores foreign keys, which the state of a dynamic provider has", async () => {
    const olds = { "dli:url": "http://a", "aws:region": "x", url: "http://a" };
    expect(await diff(olds, { url: "http://a" })).toMatchObject({ changes: "none", replaces: [], diffs: [] });
  });
});

describe("configure", () => {
  test("Configure is done when it returns: calls that follow at once find the device", () =>
    withPlugin(async ({ client, configuration }) => {
      const [, ...reads] = await Promise.all([
        client.configure(configuration),
        ...[1, 2, 3].map((number) => client.read("Outlet", `default/outlets/${number}`)),
      ]);
      expect(reads.map(({ id }) => id)).toEqual([1, 2, 3].map((number) => `default/outlets/${number}`));
    }));

  test("Configure takes wrapped secrets and values that are not texts", () =>
    withPlugin(async ({ client, configuration, device }) => {
      await client.configure({
        ...configuration,
        password: secret(device.password),
        insecureSkipVerify: true,
        requestTimeoutSeconds: 5,
      });
      expect(await client.read("Outlet", "default/outlets/1")).toMatchObject({ id: "default/outlets/1" });
    }));

  test("Configure takes several devices as JSON or as an object", () =>
    withPlugin(async ({ client, configuration }) => {
      for (const devices of [JSON.stringify({ lab: configuration }), { lab: configuration }]) {
        await client.configure({ devices });
        expect(await client.read("Outlet", "lab/outlets/1")).toMatchObject({ id: "lab/outlets/1" });
      }
    }));

  test("an explicit provider ignores the variables of the default one, but not its own", () =>
    withPlugin(
      async ({ client, configuration, restart }) => {
        const read = () => client.read("Outlet", "default/outlets/1");
        await client.configure(configuration);
        await expect(read()).rejects.toMatchObject({ code: 16 });
        await restart(configuration, "rack1");
        expect(await read()).toMatchObject({ id: "default/outlets/1" });
        await restart({ ...configuration, password: "yesterday's" }, "rack2");
        expect(await read()).toMatchObject({ id: "default/outlets/1" });
      },
      { env: { DLI_PASSWORD: "of another device", DLI_RACK2_PASSWORD: "1234" } },
    ));

  test.each([
    [
      "as an argument",
      {},
      'Set `serial` of the provider "rack1" to LPC9-000001, or set the environment variable DLI_RACK1_SERIAL=LPC9-000001.',
    ],
    [
      "in the environment, which comes first",
      { DLI_RACK1_SERIAL: "LPC9-3" },
      "Set the environment variable DLI_RACK1_SERIAL to LPC9-000001.",
    ],
  ])("an explicit provider whose device has another serial number says how to accept it: %s", (_where, env, remedy) =>
    withPlugin(
      async ({ client, configuration, restart }) => {
        await restart({ ...configuration, serial: "LPC9-2" }, "rack1");
        const created = client.create("Outlet", { number: 1, device: "default", name: "x" });
        await expect(created).rejects.toMatchObject({ details: expect.stringContaining(remedy) });
      },
      { env },
    ),
  );
});

test("an engine too old to name the provider it configures does not lead an explicit one to the device of the environment", () =>
  withPlugin(
    async ({ client, configuration, device, engine }) => {
      const configure = (args: Values) => {
        const request = new rpc.ConfigureRequest();
        request.setArgs(Struct.fromJavaScript(args as never));
        return client.call("configure", request);
      };
      await configure(configuration);
      await client.call("handshake", new rpc.ProviderHandshakeRequest());
      const refused = configure(configuration);
      await expect(refused).rejects.toMatchObject({ code: 9 });
      await expect(refused).rejects.toThrow(/does not say which provider.*DLI_URL.*3\.200/);
      const { url: _url, ...login } = configuration;
      await configure(login);
      await configure({ ...login, url: "http://192.0.2.1" });
      await client.handshake(engine.address);
      expect(device.journal.entries).toEqual([]);
    },
    { env: { DLI_URL: "http://192.0.2.1" } },
  ));

test("Attach tells a plugin that was started by hand where the engine is", () =>
  withPlugin(async ({ client, configuration }) => {
    const engine = await FakeEngine.start();
    try {
      const request = new PluginAttach();
      request.setAddress(engine.address);
      await client.call("attach", request);
      await client.configure(configuration);
      const created = await client.create("Outlet", { number: 1, device: "default", name: "x", onDestroy: "restore" });
      await expect(client.delete("Outlet", created.id, created.properties)).resolves.toBeUndefined();
      await until(() => engine.logged.length > 0);
      expect(engine.logged.map(({ message }) => message)).toEqual([expect.stringContaining("is left as it is")]);
    } finally {
      engine.stop();
    }
  }));
