/** Which options a client accepts, and which modules it loads. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import {
  ConfigurationError,
  DliClient,
  type DliClientOptions,
  isDliError,
  NotSupportedError,
  systemClock,
} from "../../provider/client";

const good: DliClientOptions = { url: "http://192.0.2.1", username: "admin", password: "secret-pa55" };

test.each<[string, Partial<DliClientOptions>]>([
  ["no URL", { url: "192.168.0.100" }],
  ["another scheme", { url: "ftp://192.168.0.100" }],
  ["a login in the URL", { url: "http://admin:secret-pa55@host" }],
  ["a path in the URL", { url: "http://host/path" }],
  ["a query in the URL", { url: "http://host/?secret-pa55" }],
  ["a username without password", { password: undefined }],
  ["a password without username", { username: undefined }],
  ["a control character in the username", { username: "a\r\nb" }],
  ["a blank before the username", { username: " admin" }],
  ["a blank after the username", { username: "admin " }],
  ["a certificate of blanks", { caCert: " " }],
  ["a password with the line break of its file", { password: "secret-pa55\n" }],
  ["a token and a password", { token: "a.b" }],
  ["a token without its client", { username: undefined, password: undefined, token: "secret-pa55" }],
  ["a token with blanks", { username: undefined, password: undefined, token: "secret-pa55 x" }],
  ["a token without its client", { username: undefined, password: undefined, token: "secret-pa55" }],
  ["a token without its second part", { username: undefined, password: undefined, token: "secret-pa55." }],
  ["a password with the byte order mark of its file", { password: "\ufeffsecret-pa55" }],
  ["a short fingerprint", { fingerprintSha256: "ab:cd" }],
  ["a negative time", { connectTimeoutSeconds: -1 }],
  ["no time", { requestTimeoutSeconds: 0 }],
  ["a time that is none", { requestTimeoutSeconds: Number.NaN }],
  ["a time of more than an hour", { unreachableSeconds: 3601 }],
  ["a value of the wrong type", { insecureSkipVerify: "secret-pa55" as never }],
  ["a password that is not a text", { password: { text: "secret-pa55" } as never }],
])("%s is refused, without repeating a secret", (_, options) => {
  const make = () => new DliClient({ ...good, name: "rack", ...options });
  expect(make).toThrow(ConfigurationError);
  expect(make).toThrow(
    /^device "rack": `(url|password|username|token|caCert|\w+Sha256|\w+Verify|\w+Seconds)` (is|contains|begins) /,
  );
  expect(make).not.toThrow(/secret-pa55/);
});

test.each([
  ["password", 1234, "number"],
  ["username", 7, "number"],
  ["token", true, "boolean"],
])("%s %p, as JSON has it without quotes, is refused with the cure", (key, value, kind) => {
  const make = () => new DliClient({ ...good, name: "rack", [key]: value });
  expect(make).toThrow(`\`${key}\` is a ${kind}, and has to be a text: put it in quotes`);
  expect(make).not.toThrow(/1234/);
});

test.each([
  ["http://192.168.0.010", "192.168.0.8"],
  ["http://0300.168.0.1", "192.168.0.1"],
  ["http://192.168.0", "192.168.0.0"],
  ["https://192.168.100:8443/restapi", "192.168.0.100"],
  ["http://3232235620", "192.168.0.100"],
  ["http://0xc0a80064/", "192.168.0.100"],
  ["http://192.168.0.100.", "192.168.0.100"],
])("%s, which is the address %s in other words, is refused as a slip", (url) => {
  expect(() => new DliClient({ ...good, url })).toThrow(
    /`url` contains an IPv4 address that would be read as a different one: .*write .*four numbers/,
  );
});

test.each(["http://fd00::1", "https://fd00::1:8443", "::1", "fe80::1%eth0", "http://fe80::a:1/", "http://[fd00::1"])(
  "%s leads to brackets",
  (url) => {
    expect(() => new DliClient({ ...good, url })).toThrow(/IPv6 address.*brackets.*http:\/\/\[fd00::1\]/);
  },
);

test.each(["http://[fe80::1%eth0]", "https://[fe80::1%25eth0]:8443"])(
  "%s leads to an address without a zone",
  (url) => {
    expect(() => new DliClient({ ...good, url })).toThrow(/IPv6 address with a zone.*global or unique local/);
  },
);

test.each([
  "http://host",
  "http://192.168.0.100/",
  " https://10.0.0.1:8443 ",
  "https://host:8443/",
  "http://[::1]:80/restapi",
  "http://host/restapi/",
])("the URL %s is accepted", (url) => {
  expect(new DliClient({ ...good, url }).name).toBe("default");
});

test.each<[string, Partial<DliClientOptions>]>([
  ["no time to leave a dead device alone", { unreachableSeconds: 0 }],
  ["no quiet before a settled read", { quietMilliseconds: 0, maxSettleMilliseconds: 0 }],
  ["an hour", { unreachableSeconds: 3600, connectTimeoutSeconds: 3600 }],
])("%s is accepted, as documented", (_, options) => {
  expect(new DliClient({ ...good, ...options }).name).toBe("default");
});

test("errors are known by their code, also those of another copy of this package", () => {
  const error = new NotSupportedError({ device: "rack", message: "this device has no sensors" });
  expect(isDliError(error)).toBe(true);
  expect(isDliError(new Error("x"))).toBe(false);
  expect(error).toMatchObject({
    name: "NotSupportedError",
    code: "notSupported",
    outcome: "notSent",
    problem: "this device has no sensors",
  });
  expect(error.message).toBe(
    'device "rack": this device has no sensors. Leave it out for this device, or update the device\'s firmware.',
  );
  let other: typeof import("../../provider/client") | undefined;
  jest.isolateModules(() => {
    other = require("../../provider/client");
  });
  expect(error).not.toBeInstanceOf(other?.NotSupportedError);
  expect(other?.isNotSupportedError(error)).toBe(true);
});

test("the system's clock sleeps and can be woken", async () => {
  const before = systemClock.now();
  await systemClock.sleep(1);
  expect(systemClock.now()).toBeGreaterThan(before);
  const stop = new AbortController();
  const sleep = systemClock.sleep(100_000, stop.signal);
  stop.abort(new Error("woken"));
  await expect(sleep).rejects.toThrow("woken");
});

test("importing the client loads none of its libraries, and making one only zod, which checks the options", () => {
  const script = `
    const loaded = () => [...new Set(Object.keys(require.cache).flatMap((file) =>
      /node_modules.(undici|cockatiel|p-queue|digest-fetch|zod)/.exec(file)?.[1] ?? []))];
    const { DliClient } = require("./provider/client/index.ts");
    const imported = loaded();
    new DliClient({ url: "http://192.0.2.1" });
    console.log(JSON.stringify([imported, loaded()]));
  `;
  const root = join(__dirname, "..", "..");
  const output = execFileSync(process.execPath, ["--import", "tsx", "-e", script], { cwd: root, encoding: "utf8" });
  expect(JSON.parse(output)).toEqual([[], ["zod"]]);
});
