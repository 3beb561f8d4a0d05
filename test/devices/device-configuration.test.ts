/** Which configuration applies to a device, and what messages say about it. */
import * as errors from "../../provider/client";
import { DeviceConfiguration } from "../../provider/devices/configuration/device-configuration";
import { withKeysInForce } from "../../provider/devices/configuration/keys-in-force";
import { Devices } from "../../provider/devices/devices";
import { lifecycleOf } from "../../provider/lifecycle";
import { callFunction } from "../../provider/lifecycle/invoke";
import { definitionOf, functionNamed } from "../../provider/registry";
import { type SimulatedDevice, startSimulator } from "../../simulator";

const lookupIn = (config: Record<string, unknown>) => (key: string) => {
  const value = config[key];
  return value === undefined || typeof value === "string" ? value : JSON.stringify(value);
};

const lab = { url: "http://192.0.2.1", password: "labs pa55" };

describe("a misspelt key", () => {
  test.each([
    ["pasword", "password"],
    ["Password", "password"],
    ["ulr", "url"],
    ["usrname", "username"],
    ["fingerprintsha256", "fingerprintSha256"],
    ["protectedOutlet", "protectedOutlets"],
    ["alowOldTls", "allowOldTls"],
  ])("%s in dli:devices leads to %s", (misspelt, right) => {
    const lookup = lookupIn({ "dli:devices": { lab: { url: lab.url, [misspelt]: "x" } } });
    expect(() => new DeviceConfiguration(lookup, {}).options("lab")).toThrow(
      new RegExp(`\`${misspelt}\` is not a configuration key \\(did you mean \`${right}\`\\?\\).*entry "lab"`),
    );
  });

  test("that is like none is said to be none", () => {
    const lookup = lookupIn({ "dli:devices": { lab: { ...lab, colour: "x" } } });
    expect(() => new DeviceConfiguration(lookup, {}).options("lab")).toThrow(
      /`colour` is not a configuration key; there are url, /,
    );
  });
});

describe("a key that would protect nothing", () => {
  const devices = { lab };

  test.each([
    ["protectedOutlets", "3", devices],
    ["readOnly", "true", devices],
    ["serial", "A-1", devices],
    ["protectedOutlets", "3", { default: lab }],
  ])("%s outside of dli:devices is refused where no device is outside", (key, value, fleet) => {
    const lookup = lookupIn({ "dli:devices": fleet, [`dli:${key}`]: value });
    const [name = ""] = Object.keys(fleet);
    expect(() => new DeviceConfiguration(lookup, {}).options(name)).toThrow(
      new RegExp(`dli:${key}.*would protect nothing.*such as \`${key}\` in the entry "${name}" of \`dli:devices\``),
    );
  });

  test("a variable of the environment that would protect nothing is refused, too", () => {
    const env = { DLI_PROTECTED_OUTLETS: "3" };
    const of = (fleet: object) => new DeviceConfiguration(lookupIn({ "dli:devices": fleet }), env);
    expect(() => of({ lab }).options("lab")).toThrow(/DLI_PROTECTED_OUTLETS.*nothing.*or DLI_LAB_PROTECTED_OUTLETS/);
    expect(of({ default: lab }).protectedOutlets("default")).toEqual([3]);
    of({ default: lab }).options("default");
  });

  test.each([
    [{ "dli:url": lab.url, "dli:protectedOutlets": "3" }, {}],
    [{ "dli:protectedOutlets": "3" }, { DLI_URL: lab.url }],
    [{ "dli:protectedOutlets": "" }, {}],
    [{}, { DLI_PROTECTED_OUTLETS: "" }],
  ])("%j with the environment %j protects what there is", (config, env) => {
    const lookup = lookupIn({ "dli:devices": devices, ...config });
    expect(new DeviceConfiguration(lookup, env).options("lab")).toMatchObject(lab);
  });
});

describe("dli:devices in another form", () => {
  test.each([
    ["no JSON", '{"lab": ', /^dli:devices is not a JSON object of devices\. Set it as /],
    ["a list", JSON.stringify([lab]), /^dli:devices is not a JSON object of devices\. Set it as /],
    [
      "an address",
      JSON.stringify({ lab: lab.url }),
      /^dli:devices\.lab is not an object .*Write it as `\{"url": "http:/,
    ],
    ["an entry that is a list", JSON.stringify({ attic: lab, lab: [lab] }), /^dli:devices\.lab is not an object/],
    ["nothing", JSON.stringify({ lab: null }), /^dli:devices\.lab is not an object/],
    ["a device twice", `{"lab":${JSON.stringify(lab)},"lab":${JSON.stringify(lab)}}`, /twice.*Remove one of the two\./],
    ["a key twice", JSON.stringify({ lab }).replace("}}", ',"readOnly":true,"readOnly":false}}'), /twice.*Remove/],
    ["endless nesting", `{"lab":${"[".repeat(100_000)}${"]".repeat(100_000)}}`, /^dli:devices is not a JSON object/],
  ])("%s: the error says what belongs there, and no value", (_, text, expected) => {
    const options = () => new DeviceConfiguration(lookupIn({ "dli:devices": text }), {}).options("lab");
    expect(options).toThrow(expected);
    expect(options).not.toThrow(/pa55|192\.0\.2\.1/);
  });
});

describe("names of devices", () => {
  test.each([
    [["lab-1", "lab_1"], "lab-1", "DLI_LAB_1_URL"],
    [["lab", "LAB"], "LAB", "DLI_LAB_URL"],
    [["rackOne", "rack-one"], "rackOne", "DLI_RACK_ONE_URL"],
    [["previous"], "previous", "DLI_PREVIOUS_PASSWORD"],
  ])("%j would share a variable and are refused", (names, device, variable) => {
    const lookup = lookupIn({
      "dli:url": lab.url,
      "dli:devices": Object.fromEntries(names.map((name) => [name, lab])),
    });
    expect(() => new DeviceConfiguration(lookup, {}).options(device)).toThrow(
      new RegExp(`${variable} would belong to this device and to`),
    );
  });

  test("a name that differs from a configured one in a way that variables do not tell is no device, and that one is meant", () => {
    const lookup = lookupIn({ "dli:devices": { "rack-1": lab } });
    for (const name of ["RACK-1", "rack_1", "Rack-1"]) {
      expect(() => new DeviceConfiguration(lookup, {}).options(name)).toThrow(
        `no device "${name}" is configured (did you mean \`rack-1\`?); there is only rack-1.`,
      );
    }
  });

  test.each([["constructor"], ["__proto__"], ["toString"]])("%s is no device unless it is configured", (name) => {
    const lookup = lookupIn({ "dli:devices": { lab } });
    expect(() => new DeviceConfiguration(lookup, {}).options(name)).toThrow(
      `no device "${name}" is configured; there is only lab.`,
    );
  });
});

describe("a remedy names the key in force", () => {
  const place = {
    config: { device: "default", provider: undefined, hasEntry: false, env: {} },
    entry: { device: "lab", provider: undefined, hasEntry: true, env: {} },
    provider: { device: "default", provider: "rack1", hasEntry: false, env: {} },
  } as const;

  const url = "Check dli:url (DLI_URL).";
  const command = "Set it with `pulumi config set --secret dli:password` or DLI_PASSWORD.";

  test.each([
    [place.config, url, url],
    [place.config, command, command],
    [place.entry, url, "Check dli:devices.lab.url (DLI_LAB_URL)."],
    [place.entry, command, 'Set it with `password` in the entry "lab" of `dli:devices` or DLI_LAB_PASSWORD.'],
    [place.provider, url, 'Check `url` of the provider "rack1" (DLI_RACK1_URL).'],
    [place.provider, command, 'Set it with `password` of the provider "rack1" or DLI_RACK1_PASSWORD.'],
    [{ ...place.config, env: { DLI_URL: "x" } }, url, "Check the environment variable DLI_URL."],
    [{ ...place.entry, env: { DLI_LAB_URL: "x" } }, url, "Check the environment variable DLI_LAB_URL."],
    [{ ...place.entry, env: { DLI_URL: "x" } }, url, "Check dli:devices.lab.url (DLI_LAB_URL)."],
    [
      { ...place.provider, env: { DLI_RACK1_URL: "x", DLI_URL: "x" } },
      url,
      "Check the environment variable DLI_RACK1_URL.",
    ],
    [{ ...place.provider, env: { DLI_URL: "x" } }, url, "Check the environment variable DLI_URL."],
    [{ ...place.config, env: { DLI_PASSWORD: "x" } }, command, "Set it with the environment variable DLI_PASSWORD."],
    [
      place.provider,
      "Run `pulumi config set dli:serial AB12`, or set the environment variable DLI_SERIAL=AB12.",
      'Set `serial` of the provider "rack1" to AB12, or set the environment variable DLI_RACK1_SERIAL=AB12.',
    ],
    [
      { ...place.config, env: { DLI_SERIAL: "x" } },
      "Run `pulumi config set dli:serial AB12`.",
      "Set the environment variable DLI_SERIAL to AB12.",
    ],
    [place.entry, "dli:insecureSkipVerify=true turns it off", "dli:devices.lab.insecureSkipVerify=true turns it off"],
    [
      place.entry,
      "See dli:devices, dli:index:Outlet and `dli:token`.",
      "See dli:devices, dli:index:Outlet and dli:devices.lab.token.",
    ],
  ])("%# %j", (sources, text, expected) => {
    expect(withKeysInForce(text, sources)).toBe(expected);
    expect(withKeysInForce(expected, sources)).toBe(expected);
  });

  const classes = Object.entries(errors).filter(
    ([, value]) => typeof value === "function" && value.prototype instanceof errors.DliError,
  ) as unknown as [string, new (details: errors.DliErrorDetails) => errors.DliError][];

  test("every kind of error is among those that are checked", () => {
    expect(classes.length).toBeGreaterThan(15);
  });

  test.each(classes)("%s of a device of dli:devices names no key of another device", async (_, Kind) => {
    const devices = new Devices({ lookup: lookupIn({ "dli:url": lab.url, "dli:devices": { lab } }), env: {} });
    const error = new Kind({ device: "lab", message: "it is wrong" });
    const shown = devices.withoutSecrets(new Error("outer", { cause: error }), []) as Error;
    const own = devices.withoutSecrets(error, []) as errors.DliError;
    for (const text of [own.message, own.remedy, (shown.cause as Error).message]) {
      expect(text.replaceAll(/dli:devices\.lab\.\w+|"lab" of `dli:devices`|DLI_LAB_\w+/g, "")).not.toMatch(
        /dli:\w|DLI_\w/,
      );
    }
    expect(own).toBeInstanceOf(Kind);
  });

  describe("of a device that cannot be used", () => {
    let device: SimulatedDevice;
    beforeAll(async () => {
      device = await startSimulator();
    });
    afterAll(() => device.close());

    const ask = (config: Record<string, unknown>, env: NodeJS.ProcessEnv, name: string, provider?: string) => {
      const surroundings = { lookup: lookupIn(config), env, logins: new errors.LoginLedger() };
      const devices = new Devices({ ...surroundings, ...(provider !== undefined && { provider }) });
      return callFunction(functionNamed("getOutlets")!, { device: name }, devices).catch((error) => error.message);
    };

    test("because of its password", async () => {
      const { url } = device;
      const login = { url, password: "wrong" };
      expect(await ask({ "dli:devices": { lab: login } }, {}, "lab")).toMatch(
        /with `password` in the entry "lab" of `dli:devices` or DLI_LAB_PASSWORD/,
      );
      expect(await ask({ "dli:devices": { lab: { url } } }, { DLI_LAB_PASSWORD: "x" }, "lab")).toMatch(
        /with the environment variable DLI_LAB_PASSWORD;/,
      );
      expect(await ask({ "dli:url": url, "dli:password": "x" }, {}, "default", "rack1")).toMatch(
        /with `password` of the provider "rack1" or DLI_RACK1_PASSWORD/,
      );
    });

    test("because of its address", async () => {
      const dead = { url: "http://127.0.0.1:1", password: "x" };
      expect(await ask({ "dli:devices": { lab: dead } }, {}, "lab")).toMatch(
        /that dli:devices.lab.url \(DLI_LAB_URL\) is right/,
      );
      expect(await ask({ "dli:password": "x" }, { DLI_URL: dead.url }, "default")).toMatch(
        /that the environment variable DLI_URL is right/,
      );
    });

    test.each(["file:///etc/passwd", "javascript:alert(1)", "data:,x"])("which is none: %s", async (url) => {
      const said = await ask({ "dli:url": url, "dli:password": "x" }, {}, "default");
      expect(said).toMatch(/^(device "default": )?the configured `url` is not an http or https URL/);
    });
  });
});

test("what is said of a device is looked up once, however many resources of a run ask", async () => {
  const asked = new Map<string, number>();
  const count = (name: string) => asked.set(name, (asked.get(name) ?? 0) + 1);
  const env = new Proxy<NodeJS.ProcessEnv>(
    { DLI_RACK_PASSWORD: "1234" },
    {
      get(target, name) {
        count(String(name));
        return target[String(name)];
      },
    },
  );
  const devices = new Devices({
    lookup: (key) => {
      count(key);
      return key === "dli:devices" ? JSON.stringify({ rack: { url: "http://127.0.0.1:1" } }) : undefined;
    },
    env,
  });
  const use = async (number: number) => {
    const life = lifecycleOf(definitionOf("Outlet")!, devices);
    life.declare(life.check({ device: "rack", number, state: true }), { name: `outlet ${number}` });
    await devices.context("rack", "Outlet");
    devices.unreachable("rack");
    devices.isReadByPreviews("rack");
  };
  await use(1);
  const once = Object.fromEntries(asked);
  expect(once).toMatchObject({ DLI_RACK_PASSWORD: 1, DLI_RACK_URL: 1 });
  for (let number = 2; number <= 8; number += 1) {
    await use(number);
  }
  const again = [...asked].filter(([name]) => name.startsWith("DLI_RACK_"));
  expect(Object.fromEntries(again)).toEqual(Object.fromEntries(again.map(([name]) => [name, 1])));
  await devices.close();
});
