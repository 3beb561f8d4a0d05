/** The remedies in messages about configuration work: following one leads to another message or to none. */
import { LoginLedger } from "../../provider/client";
import { DeviceConfiguration } from "../../provider/devices/configuration/device-configuration";
import { deviceKeys, unknownKeyError } from "../../provider/devices/configuration/keys";
import { type KeySources, withKeysInForce } from "../../provider/devices/configuration/keys-in-force";
import { variableOf } from "../../provider/devices/configuration/variables";
import { Devices } from "../../provider/devices/devices";
import { lifecycleOf } from "../../provider/lifecycle";
import { callFunction } from "../../provider/lifecycle/invoke";
import { definitionOf, functionNamed } from "../../provider/registry";

type Place = Partial<Pick<KeySources, "provider" | "configurable">>;

const device = { url: "http://192.0.2.1", password: "labs pa55" };
const bad: Readonly<Record<string, string>> = { number: "soon", integer: "soon", boolean: "maybe", string: "-" };
const checked = deviceKeys.filter(
  ({ isSecret, name }) => !isSecret && !["username", "serial", "caCert"].includes(name),
);

/** The message about a configuration with these values of `dli:KEY`, `dli:devices` and environment variables. */
async function said(
  config: Readonly<Record<string, string>>,
  env: NodeJS.ProcessEnv,
  { name = "default", ...place }: Place & { name?: string } = {},
): Promise<string> {
  const lookup = (key: string) => config[key.replace(/^dli:/, "")];
  const devices = new Devices({
    lookup,
    env,
    logins: new LoginLedger(),
    ...(place.provider !== undefined && { provider: place.provider }),
    ...(place.configurable && { configurable: place.configurable }),
  });
  try {
    devices.isReadByPreviews(name);
    new DeviceConfiguration(lookup, env, place).isReadOnly(name);
    await devices.context(name, "Outlet");
    return "nothing";
  } catch (error) {
    return (devices.withoutSecrets(error, []) as Error).message;
  } finally {
    await devices.close();
  }
}

describe.each(checked.map((key) => [key.name, bad[key.type] ?? ""] as const))("a bad %s", (key, value) => {
  test("in the stack: the command that is proposed sets it rightly", async () => {
    const message = await said({ ...device, [key]: value }, {});
    const [, proposed] = new RegExp(`\`pulumi config set dli:${key} ([^\`]+)\``).exec(message) ?? [];
    expect(message).toContain(`\`${key}\``);
    expect(await said({ ...device, [key]: proposed ?? value }, {})).not.toContain(`\`${key}\``);
  });

  test("in the environment: the variable is named, once and alone", async () => {
    const variable = variableOf("default", key);
    const message = await said({ ...device }, { [variable]: value });
    const [, proposed = value] =
      new RegExp(`Set the environment variable ${variable} to (\\S+)\\.$`).exec(message) ?? [];
    expect(message.split(variable)).toHaveLength(2);
    expect(message).not.toContain("pulumi config");
    expect(await said({ ...device }, { [variable]: proposed })).not.toContain(`\`${key}\``);
  });

  test("in the environment of a device of dli:devices: its entry would lose to it, and is not named", async () => {
    const config = { devices: JSON.stringify({ live: device }) };
    const variable = variableOf("live", key);
    const message = await said(config, { [variable]: value }, { name: "live" });
    expect(message).toContain(`Set the environment variable ${variable} to `);
    expect(message).not.toContain("dli:devices");
  });

  test("in an entry of dli:devices: the entry is named", async () => {
    const config = { devices: JSON.stringify({ live: { ...device, [key]: value } }) };
    const message = await said(config, {}, { name: "live" });
    expect(message).toMatch(
      new RegExp(`Add \`${key}: .+\` to the entry "live" .*${variableOf("live", key)}(=fail)?\\.$`),
    );
  });

  test("where there is no stack: no command of one is named", async () => {
    const converter = await said(
      {},
      { DLI_URL: device.url, DLI_PASSWORD: "x", [variableOf("default", key)]: value },
      {
        configurable: "nowhere",
      },
    );
    expect(converter).toContain(`Set the environment variable ${variableOf("default", key)} to `);
    const flags = await said({ ...device, [key]: value }, {}, { configurable: "flags" });
    expect(flags).toMatch(new RegExp(`Give \`--(${key} |config ${key}=)`));
    expect(`${converter} ${flags}`).not.toMatch(/pulumi config|dli:/);
  });
});

describe.each([
  ["Outlet", { number: 1 }],
  ["OutletCycle", { outlets: [1] }],
  ["getOutlets", {}],
])("a device that %s meets is called by its address", (type, inputs) => {
  test.each([
    ["password", ""],
    ["requestTimeoutSeconds", "soon"],
    ["serial", " "],
    ["protectedOutlets", "x"],
    ["unreachable", "maybe"],
  ])("whatever is wrong with its configuration: %s", async (key, value) => {
    const values: Readonly<Record<string, string>> = { ...device, [key]: value };
    const devices = new Devices({ lookup: (name) => values[name.replace(/^dli:/, "")], env: {} });
    const definition = definitionOf(type);
    try {
      const work = definition
        ? lifecycleOf(definition, devices).create({ device: "default", ...inputs })
        : callFunction(functionNamed(type)!, {}, devices);
      await expect(work).rejects.toThrow(/^device at http:\/\/192\.0\.2\.1: /);
    } finally {
      await devices.close();
    }
  });
});

describe("the devices of a provider that the program creates: its argument is named, and no key of the stack", () => {
  const attic = { url: "http://192.0.2.2", password: "attics pa55" };
  const argument = '`devices` of the provider "rack1"';

  test.each<[string, unknown, string]>([
    ["no entry", { attic }, `add it to ${argument}: \`"lab": {"url": "http`],
    ["no entry, and an address of its own", undefined, `add it to ${argument}: \`"lab"`],
    ["no address", { lab: {} }, `to the entry "lab" of ${argument}, or set the environment variable DLI_LAB_URL.`],
    ["no password", { lab: { url: device.url } }, `Add \`password\` to the entry "lab" of ${argument}`],
    ["an unknown key", { lab: { ...device, pasword: "x" } }, `in the entry "lab" of ${argument}.`],
    ["no object", { lab: "x" }, `"lab" in ${argument} is not an object`],
    ["no devices", "x", `${argument} is not a JSON object of devices. Give it as \`{"lab": {`],
    ["a device twice", '{"lab": {}, "lab": {}}', `${argument} has a device, or a key of a device, twice`],
    ["one variable for two", { lab: device, Lab: attic }, `Rename one of the two in ${argument}.`],
    ["a serial number", { lab: { ...device, serial: 2 ** 60 } }, `in quotes, in the entry "lab" of ${argument}`],
    ["a key about no device", { lab: device, readOnly: "x" }, argument],
  ])("%s", async (_, devices, expected) => {
    const text = typeof devices === "string" ? devices : JSON.stringify(devices);
    const config = devices === undefined ? { ...device } : { devices: text };
    const message = await said(config, {}, { name: "lab", provider: "rack1" });
    expect(message).toContain(expected);
    expect(message).not.toMatch(/dli:|pulumi config/);
  });

  test("also where the client speaks of a key, and of the command for it", () => {
    const sources = { device: "lab", provider: "rack1", hasEntry: true, env: {} };
    const shown = withKeysInForce(
      "Write https:// in dli:url (DLI_URL). Run `pulumi config set --secret dli:token`.",
      sources,
    );
    expect(shown).toBe(
      `Write https:// in \`devices.lab.url\` of the provider "rack1" (DLI_LAB_URL). Set \`token\` in the entry "lab" of ${argument}.`,
    );
  });
});

describe("a key that is true or false, with another word for it", () => {
  const flags = deviceKeys.filter(({ type }) => type === "boolean").map(({ name }) => name);

  test.each(
    flags.flatMap((key) => [
      ...["no", "False", "OFF", "0", " n "].map((word) => [key, word, "false"] as const),
      ...["yes", "True", "on", "1"].map((word) => [key, word, "true"] as const),
    ]),
  )("%s: %j is proposed as %s", async (key, word, meant) => {
    const variable = variableOf("default", key);
    expect(await said({ ...device, [key]: word }, {})).toContain(
      `Run \`pulumi config set dli:${key} ${meant}\`, or set the environment variable ${variable}=${meant}.`,
    );
    expect(await said(device, { [variable]: word })).toContain(`Set the environment variable ${variable} to ${meant}.`);
    const devices = JSON.stringify({ live: { ...device, [key]: word } });
    expect(await said({ devices }, {}, { name: "live" })).toContain(`Add \`${key}: ${meant}\` to the entry "live"`);
  });

  test.each(flags)("%s: what means neither is proposed as what is safe", async (key) => {
    const safe = ["readOnly", "previewReads"].includes(key);
    expect(await said({ ...device, [key]: "maybe" }, {})).toContain(`dli:${key} ${safe}\``);
  });
});

test.each<[string, Place, RegExp]>([
  [
    "the converter",
    { configurable: "nowhere" },
    /^no address is configured\. Set the environment variable DLI_URL to http:/,
  ],
  [
    "dli",
    { configurable: "flags" },
    /^no address is configured\. Give `--url http:\S+`, or set the environment variable DLI_URL\.$/,
  ],
  [
    "a stack",
    {},
    /^no address is configured\. Run `pulumi config set dli:url http:\S+`, or set the environment variable DLI_URL\.$/,
  ],
  [
    "a provider",
    { provider: "rack1" },
    /^no address is configured\. Set `url` of the provider "rack1" to http:\S+, or set the environment variable DLI_RACK1_URL\.$/,
  ],
])("no address: %s", async (_, place, expected) => {
  expect(await said({}, {}, place)).toMatch(expected);
});

test("the converter names the variable of a device that it does not know", () => {
  const options = () =>
    new DeviceConfiguration(() => undefined, { DLI_URL: device.url }, { configurable: "nowhere" }).options("labb");
  expect(options).toThrow(/no device "labb" is configured; there is only default\. .*DLI_LABB_URL\.$/);
});

test("a bad DLI_UNREACHABLE, which is about all devices, is the one to be set, whichever device finds it", async () => {
  const config = { devices: JSON.stringify({ live: device }) };
  const message = await said(config, { DLI_UNREACHABLE: "maybe" }, { name: "live" });
  expect(message).toContain("Set the environment variable DLI_UNREACHABLE to fail.");
});

describe("`--path`, with which Pulumi replaces a `dli:devices` that is one text, devices and all, is proposed", () => {
  const dotted = [
    ["devices.lab.url", ""],
    ["devices.lab", ""],
    ['devices["lab"].url', ""],
    ["devices.lab.password", "--secret "],
  ] as const;

  test.each(dotted)("for dli:%s, set without it, where there is nothing to replace", (key, secret) => {
    const { message } = unknownKeyError(key, { hasDevices: false });
    expect(message).toContain(`Run \`pulumi config rm dli:${key}\``);
    expect(message).toContain(`\`pulumi config set --path ${secret}dli:${key}\``);
    expect(message.length).toBeLessThan(300);
  });

  test("for a device that there is not, where there is nothing to replace", async () => {
    expect(await said({ ...device }, {}, { name: "lab" })).toContain("`pulumi config set --path dli:devices.lab.url ");
  });

  const devices = JSON.stringify({ lab: device });
  const login = "`pulumi config set --secret dli:password` or DLI_PASSWORD";
  const inForce = (text: string) =>
    withKeysInForce(text, { device: "lab", provider: undefined, hasEntry: true, env: {} });

  test.each<[string, () => string | Promise<string>, RegExp]>([
    ["a device that there is not", () => said({ devices }, {}, { name: "attic" }), /add it to `dli:devices`/],
    ["no address", () => said({ devices: '{"lab":{}}' }, {}, { name: "lab" }), /`url: http\S+` to the entry "lab"/],
    ["no object", () => said({ devices: '{"lab":"x"}' }, {}, { name: "lab" }), /Write it as `\{"url": /],
    ["a key about no device", () => said({ devices, readOnly: "true" }, {}, { name: "lab" }), /in the entry "lab"/],
    [
      "a wrong password",
      () => inForce(`Set it with ${login}.`),
      /`password` in the entry "lab" of `dli:devices` or DLI_LAB/,
    ],
    ["a command", () => inForce(`Run ${login}.`), /^Set `password` in the entry "lab" of `dli:devices` or DLI_LAB/],
    ...dotted.map(([key]): [string, () => string, RegExp] => [
      `dli:${key}, set without it`,
      () => unknownKeyError(key, { hasDevices: true }).message,
      /put what it says into `dli:devices`/,
    ]),
  ])("nowhere else: %s", async (_, message, expected) => {
    expect(await message()).toMatch(expected);
    expect(await message()).not.toContain("--path");
  });
});
