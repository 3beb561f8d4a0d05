/** Warnings about a configuration that gives a login away: one for each device and risk. */
import { LoginLedger } from "../../provider/client";
import { Devices } from "../../provider/devices/devices";
import { call } from "../../provider/dynamic/functions";

const login = { password: "x y z" };
const token = { token: "user1.SGVsbG8" };
const plain = "http://192.0.2.1";
const secure = "https://192.0.2.1";
const fingerprintSha256 = "ab".repeat(32);

/** The warnings when several operations use the devices of a run. */
async function said(devices: Record<string, object>, provider?: string): Promise<string[]> {
  const warnings: string[] = [];
  const run = new Devices({
    lookup: (key) => (key === "dli:devices" ? JSON.stringify(devices) : undefined),
    env: {},
    logins: new LoginLedger(),
    warn: (message) => warnings.push(message),
    ...(provider !== undefined && { provider }),
  });
  for (const name of Object.keys(devices)) {
    for (let operation = 0; operation < 3; operation++) {
      await run.forOperation({}).context(name, "Outlet");
    }
  }
  await run.close();
  return warnings;
}

test.each([
  ["a password over http", { url: plain, ...login }, []],
  ["a token over https", { url: secure, ...token }, []],
  ["a pinned certificate", { url: secure, ...login, insecureSkipVerify: true, fingerprintSha256 }, []],
  ["insecureSkipVerify over http", { url: plain, ...login, insecureSkipVerify: true }, []],
  [
    "a pinned certificate over http",
    { url: plain, ...login, fingerprintSha256 },
    [
      /^lab: no certificate is asked for over http:.*dli:devices\.lab\.fingerprintSha256.*https:\/\/ in dli:devices\.lab\.url$/,
    ],
  ],
  [
    "an authority over http",
    { url: plain, ...login, caCert: "ca.pem" },
    [/^lab: no certificate is asked for over http:.*dli:devices\.lab\.caCert.*https:\/\/ in dli:devices\.lab\.url$/],
  ],
  ["a token over http", { url: plain, ...token }, [/^lab: the token is sent over http:.*dli:devices\.lab\.url$/]],
  [
    "no check of the certificate",
    { url: secure, ...login, insecureSkipVerify: true },
    [/^lab: no certificate is checked \(dli:devices\.lab\.insecureSkipVerify\)/],
  ],
])("%s", async (_, options, expected) => {
  const found = await said({ lab: options });
  expect(found).toHaveLength(expected.length);
  for (const [index, pattern] of expected.entries()) {
    expect(found[index]).toMatch(pattern);
  }
  expect(found.join()).not.toMatch(/SGVsbG8|x y z/);
});

test("each device has its own", async () => {
  const found = await said({ one: { url: plain, ...token }, two: { url: plain, ...token } });
  expect(found.map((warning) => warning.slice(0, 5))).toEqual(["one: ", "two: "]);
});

test("functions of a program say it once, however often they are called", async () => {
  const warn = jest.spyOn(console, "warn").mockImplementation(() => {});
  const config: Record<string, string> = { "dli:url": "http://127.0.0.1:1", "dli:token": "user1.SGVsbG8" };
  for (let times = 0; times < 3; times++) {
    await expect(call("getOutlets", {}, (key) => config[key])).rejects.toMatchObject({ code: "unreachable" });
  }
  expect(warn.mock.calls).toEqual([[expect.stringContaining("the token is sent over http:")]]);
  warn.mockRestore();
});
