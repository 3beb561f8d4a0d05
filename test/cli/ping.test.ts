/** `dli ping`: the name of each kind of answer, what it costs a device, and how flags override the environment. */
import { pingCommand } from "../../cli/ping/command";
import { type Answer, probe } from "../../cli/ping/probe";
import { withoutTimeouts, withTimeouts } from "../../cli/ping/timeouts";
import { excludes, targets } from "../../cli/ping/up-arguments";
import { Devices } from "../../provider/devices/devices";
import { type SimulatedDevice, startSimulator } from "../../simulator";

let device: SimulatedDevice;

beforeEach(async () => {
  device = await startSimulator({ serial: "LPC9-000007" });
});
afterEach(() => device.close());

/** Pings the device `rack7`, with these additions to its entry. */
async function ping(entry: object = {}, { serial }: { serial?: string } = {}) {
  const { url, password } = device;
  const text = JSON.stringify({ rack7: { url, password, ...entry } });
  const devices = new Devices({ lookup: (key) => (key === "dli:devices" ? text : undefined), env: {} });
  try {
    return await probe(devices, { device: "rack7", serial: () => serial });
  } finally {
    await devices.close();
  }
}

test("a device that answers says who it is, by one login and without a write", async () => {
  expect(await ping({}, { serial: "LPC9-000007" })).toEqual({
    device: "rack7",
    status: "ok",
    exitCode: 0,
    model: "LPC9",
    name: device.tree.relay.name,
    serial: "LPC9-000007",
    firmware: device.tree.config["version"],
    milliseconds: expect.any(Number),
  });
  expect(device.journal.writes()).toEqual([]);
  expect(device.journal.entries.filter(({ status }) => status === 401)).toHaveLength(1);
});

describe("what goes wrong has a name, a code and a message that says which device", () => {
  test.each([
    ["nothing listens", { url: "http://127.0.0.1:1" }, {}, "unreachable", 9],
    ["the password is wrong", { password: "Geheim-1" }, {}, "loginRefused", 3],
    ["another device is there", {}, { serial: "LPC9-000008" }, "otherDevice", 5],
    ["what is there speaks no TLS", { url: "https://127.0.0.1:PORT" }, {}, "failed", 4],
    ["the entry is wrong", { pasword: "x" }, {}, "failed", 2],
  ])("%s", async (_what, entry, expected, status, exitCode) => {
    const { port } = new URL(device.url);
    const answer = await ping(JSON.parse(JSON.stringify(entry).replace("PORT", port)), expected);
    expect(answer).toMatchObject({ status, exitCode, message: expect.stringContaining('device "rack7"') });
    expect(JSON.stringify(answer)).not.toContain("Geheim-1");
    expect(device.failedLogins).toBe(status === "loginRefused" ? 1 : 0);
  });

  test("another device comes with the facts of it, and what to do", async () => {
    const answer = await ping({}, { serial: "LPC9-000008" });
    expect(answer).toMatchObject({ model: "LPC9", serial: "LPC9-000007" });
    expect(answer.message).toMatch(/Correct the address .*`serial: LPC9-000007` to the entry "rack7"/);
  });

  test("REST is off", async () => {
    device.tree.config["allow_rest"] = false;
    expect(await ping()).toMatchObject({ status: "failed", exitCode: 3 });
  });

  test("it takes longer than it may", async () => {
    device.faults.add({ kind: "hold", method: "GET" });
    const message = expect.stringMatching(/"rack7", GET .*within 0.05 seconds.*with --timeout\.$/);
    expect(await ping({ requestTimeoutSeconds: 0.05 })).toMatchObject({ status: "unreachable", exitCode: 9, message });
    expect(device.faults.struck).toBe(1);
    device.faults.clear();
  });
});

describe("flags go before the environment", () => {
  const environment = process.env;
  let printed: string[];

  beforeEach(() => {
    printed = [];
    jest.spyOn(process.stdout, "write").mockImplementation((text) => printed.push(String(text)) > 0);
  });
  afterEach(() => {
    process.env = environment;
    jest.restoreAllMocks();
  });

  /** The status that is printed for the device. */
  async function statusOf(env: Record<string, string>, ...args: string[]): Promise<string | undefined> {
    process.env = { ...environment, DLI_PASSWORD: device.password, ...env };
    const failure = await pingCommand()
      .parseAsync(args, { from: "user" })
      .catch((error: Error) => error);
    expect(failure).not.toBeInstanceOf(Error);
    return /^default +(\w+)/.exec(printed.join(""))?.[1];
  }

  test("--url, before another address", async () => {
    expect(await statusOf({ DLI_URL: "http://127.0.0.1:1" }, "--url", device.url)).toBe("ok");
  });

  test("--username, before another account, which is not tried", async () => {
    expect(await statusOf({ DLI_USERNAME: "fred" }, "--url", device.url, "--username", "admin")).toBe("ok");
    expect(device.failedLogins).toBe(0);
  });

  test("--config, before another key", async () => {
    const serial = ["--config", "serial=LPC9-000007"];
    expect(await statusOf({ DLI_SERIAL: "LPC9-000008" }, "--url", device.url, ...serial)).toBe("ok");
  });

  test("--timeout, before what a device is allowed elsewhere", () => {
    const others = { DLI_URL: "x", DLI_LAB_REQUEST_RETRIES: "1" };
    const timeouts = { DLI_CONNECT_TIMEOUT_SECONDS: "60", DLI_RACK_7_REQUEST_TIMEOUT_SECONDS: "60" };
    expect(withoutTimeouts({ ...others, ...timeouts })).toEqual(others);
  });

  test("what is from the environment is named as such", async () => {
    process.env = { ...environment, DLI_URL: device.url, DLI_PASSWORD: "Geheim-1" };
    const failure = await pingCommand()
      .parseAsync(["--url", device.url], { from: "user" })
      .catch((error: Error) => error);
    expect(String(failure)).toContain("Set the right password with the environment variable DLI_PASSWORD");
  });
});

test("the flag that accepts a certificate is named in a form that can be typed", async () => {
  const trusted = await startSimulator({ https: true });
  const lookup = (key: string) => ({ "dli:url": trusted.url, "dli:password": trusted.password })[key];
  const devices = new Devices({ lookup, env: {}, configurable: "flags" });
  const { exitCode, message } = await probe(devices, { device: "default", serial: () => undefined });
  await devices.close();
  await trusted.close();
  expect([exitCode, message]).toEqual([3, expect.stringContaining("`--config insecureSkipVerify=` to true")]);
  expect(message).not.toContain("=`=");
});

test.each(["a b", "名前", "__proto__", "-x"])(
  "a device that is called %j is named, with what names are like",
  async (name) => {
    const { url, password } = device;
    const text = `{${JSON.stringify(name)}: ${JSON.stringify({ url, password })}}`;
    const devices = new Devices({ lookup: (key) => (key === "dli:devices" ? text : undefined), env: {} });
    const { exitCode, message } = await probe(devices, { device: name, serial: () => undefined });
    await devices.close();
    expect([exitCode, message]).toEqual([
      2,
      `device "${name}": the name of a device must consist of letters, digits, _ and -, with a letter or digit first. Rename it in \`dli:devices\`.`,
    ]);
    expect(device.journal.entries).toEqual([]);
  },
);

describe("what a flag would not do is refused", () => {
  const refusal = (...args: string[]) =>
    pingCommand()
      .exitOverride()
      .configureOutput({ writeErr: () => undefined })
      .parseAsync(args, { from: "user" })
      .catch((error: Error & { exitCode: number }) => [error.exitCode, error.message]);

  test.each([
    [["--stack", "lab", "--username", "ann"], /^--username would change nothing/],
    [["--stack", "lab", "--config", "serial=A", "--password-stdin"], /^--config and --password-stdin would/],
    [["--stack", "lab", "--url", "http://192.0.2.1"], /leave out --stack, or --url/],
  ])("%j", async (args, message) => {
    expect(await refusal(...args)).toEqual([2, expect.stringMatching(message)]);
  });

  test("a wait of years", async () => {
    expect(await refusal("--timeout", "1e9")).toEqual([1, expect.stringContaining("from 1 to 3600")]);
  });

  test("a flag that takes a value takes no device for one", async () => {
    const answer = await refusal(
      "--url",
      device.url,
      "--username",
      "x",
      "--config",
      "serial=A",
      "--config",
      "token=x",
      "rack",
    );
    expect(answer).toEqual([2, expect.stringContaining("`token` is a secret")]);
  });
});

describe("how long it may take", () => {
  test("is the same for every device, and less than a deployment allows", () => {
    const fleet = { rack1: { url: "http://192.0.2.1", requestTimeoutSeconds: 600 }, rack2: {} };
    const values = withTimeouts({ "dli:devices": JSON.stringify(fleet), "dli:username": "ann" }, 7);
    const timeouts = { connectTimeoutSeconds: 7, requestTimeoutSeconds: 7 };
    expect(JSON.parse(values["dli:devices"] ?? "")).toEqual({
      rack1: { url: "http://192.0.2.1", ...timeouts },
      rack2: timeouts,
    });
    expect(values).toMatchObject({ "dli:username": "ann", "dli:requestTimeoutSeconds": "7" });
  });

  test.each(["no JSON", "[3]", "3", '{"rack7": 3}', undefined])(
    "a `dli:devices` that is %j stays for what reads it",
    (text) => {
      const values = text === undefined ? {} : { "dli:devices": text };
      expect(withTimeouts(values, 7)["dli:devices"]).toBe(text);
    },
  );
});

describe("arguments for pulumi", () => {
  const answers = [
    { device: "rack1", status: "ok" },
    { device: "rack2", status: "unreachable" },
    { device: "rack3", status: "loginRefused" },
    { device: "rack4", status: "otherDevice" },
  ] as Answer[];
  const on = (name: string, device: string, type = "dli:index:Outlet", more: object = {}) => ({
    urn: `urn:pulumi:lab::power::${type}::${name}`,
    type: type.split("$").at(-1) ?? "",
    inputs: { device },
    ...more,
  });
  const own = "urn:pulumi:lab::power::pulumi:providers:dli::rack2::0a-1b";
  const resources = [
    ...["rack1", "rack2", "rack3", "rack4"].map((name) => on(name, name)),
    on("two", "rack2", "dli:index:PowerController$pulumi-nodejs:dynamic/dli:User"),
    on("it's a name", "rack2"),
    on("bucket", "rack2", "aws:s3:Bucket"),
    on("by-provider", "default", "dli:index:Outlet", { provider: own }),
  ];

  test("leave out what is on devices that an update would stop at", () => {
    expect(excludes(resources, answers)).toEqual([
      ...["rack2", "rack3", "rack4"].map((name) => `--exclude=urn:pulumi:lab::power::dli:index:Outlet::${name}`),
      "--exclude=urn:pulumi:lab::power::dli:index:PowerController$pulumi-nodejs:dynamic/dli:User::two",
      `--exclude='urn:pulumi:lab::power::dli:index:Outlet::it'"'"'s a name'`,
    ]);
  });

  test("are quoted only where `xargs` would otherwise take a name apart, as quotes in `$(...)` would be text", () => {
    const argumentsOf = (name: string) => excludes([on(name, "rack2")], answers);
    const plain = ["büro", "日本", "rack(old)", "a[1]", "q?x", "a&b", "a;b", "{x}", "a#b", "a|b", "$HOME", "a!b"];
    const prefix = "urn:pulumi:lab::power::dli:index:Outlet::";
    expect(plain.flatMap(argumentsOf)).toEqual(plain.map((name) => `--exclude=${prefix}${name}`));
    expect([...argumentsOf("a b"), ...argumentsOf("a\\b"), ...argumentsOf('"a"')]).toEqual(
      ["a b", "a\\b", '"a"'].map((name) => `--exclude='${prefix}${name}'`),
    );
  });

  test.each([
    ["web*", "Outlet web\\*: .* a `\\*`, which would stand for other resources"],
    ["a\nb", "Outlet a b: .* line break"],
  ])("are refused for a name that would be taken for others: %j", (name, message) => {
    for (const [command, where] of [
      [excludes, "rack2"],
      [targets, "rack1"],
    ] as const) {
      expect(() => command([on(name, where)], answers)).toThrow(new RegExp(`${message}.*aliases`));
      expect(command([on(name, where === "rack1" ? "rack2" : "rack1")], answers)).toEqual([]);
    }
  });

  test("or name what is on all others", () => {
    expect(targets(resources, answers)).toEqual(
      ["rack1"].map((name) => `--target=urn:pulumi:lab::power::dli:index:Outlet::${name}`),
    );
  });
});
