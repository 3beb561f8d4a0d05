/** The client against the simulator, with its dialects and faults. */
import { type SimulatedDevice, type SimulatorOptions, startSimulator } from "pulumi-dli/simulator";
import {
  all,
  DliClient,
  type DliClientOptions,
  devicePath,
  elements,
  LoginLedger,
  members,
  where,
} from "../../provider/client";
import { failure } from "./support/client";
import { instantClock } from "./support/clock";

const open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const thing of open.splice(0).reverse()) {
    await thing.close();
  }
});

async function start(options: SimulatorOptions = {}): Promise<SimulatedDevice> {
  const device = await startSimulator(options);
  open.push(device);
  return device;
}

function clientOf(device: SimulatedDevice, options: Partial<DliClientOptions> = {}): DliClient {
  const { url, username, password } = device;
  const client = new DliClient({
    url,
    username,
    password,
    clock: instantClock(),
    logins: new LoginLedger(),
    ...options,
  });
  open.push(client);
  return client;
}

test.each(["MD5", "MD5-sess", "SHA-256", "both"] as const)(
  "a client logs in with %s, reads and writes",
  async (digestAlgorithm) => {
    const device = await start({ dialects: { digestAlgorithm } });
    const client = clientOf(device);
    expect(await client.get("cred")).toMatchObject({ name: "admin", is_admin: true });
    await client.put("relay/outlets/2/name", "Argon");
    expect(await client.get("relay/outlets/2/name")).toBe("Argon");
    expect(device.failedLogins).toBe(0);
  },
);

test("every kind of request does what it says", async () => {
  const device = await start();
  const client = clientOf(device);
  await client.put(devicePath("relay", "outlets", elements(0, 4), "state"), false);
  const states = await client.get(devicePath("relay", "outlets", all, "state"));
  expect(states).toEqual([false, true, true, true, false, true, true, true]);
  expect(await client.get(devicePath("relay", "outlets", elements(0), members("name", "state")))).toEqual([
    "Outlet 1",
    false,
  ]);
  expect(await client.get("config", { depth: 1 })).toMatchObject({ version: { $ref: "version/" } });
  await client.post("auth/users", {
    name: "fred",
    password: "fred-pa55",
    is_allowed: true,
    outlet_access: Array(8).fill(false),
  });
  await client.put(devicePath("auth", "users", where({ name: "fred" }), "is_allowed"), true);
  expect(await client.verifyLogin("fred", "fred-pa55")).toBe(true);
  expect(await client.verifyLogin("fred", "wrong-pa55")).toBe(false);
  await client.delete(devicePath("auth", "users", where({ name: "fred" })));
  expect(device.tree.auth.users).toHaveLength(1);
  await client.patch("relay/name", { value: "rack 1" });
  expect(device.tree.relay.name).toBe("rack 1");
  await client.invoke("relay/outlets/0/cycle");
  await client.put("script/source", "function beep() end");
  expect(await client.invoke("script/start", [{ user_function: "beep" }])).toMatch(/^\d+$/);
  await client.patch(
    "auth/users/is_admin=true",
    { old_password: "1234", new_password: "N3w-pa55" },
    { headers: { prefer: "return=representation" } },
  );
  await client.usePassword("N3w-pa55");
  expect(await client.get("relay/name")).toBe("rack 1");
  expect(device.failedLogins).toBe(1);
});

test("more than 100 Link headers on config can be read", async () => {
  const device = await start({ dialects: { linkHeaders: "on" } });
  expect(Object.keys((await clientOf(device).get("config")) as object).length).toBeGreaterThan(50);
});

test("a device that expects each count to be one more than the last is asked 40 times with one nonce", async () => {
  const device = await start({ dialects: { nonceCount: "next" } });
  const client = clientOf(device);
  for (let request = 0; request < 40; request++) {
    await client.get("relay/name");
  }
  expect(device.journal.entries.filter(({ status }) => status === 401)).toHaveLength(1);
});

test.each(["300seconds", "20uses", "1use"] as const)(
  "nonces that live for %s cause no failed login",
  async (nonceLifetime) => {
    const device = await start({ dialects: { nonceLifetime } });
    const client = clientOf(device);
    for (let index = 0; index < 45; index++) {
      await client.put(`relay/outlets/${index % 8}/name`, `n${index}`);
    }
    expect(device.failedLogins).toBe(0);
  },
);

test("a wrong password is one failed login for 20 callers", async () => {
  const device = await start();
  const client = clientOf(device, { password: "wrong-pa55" });
  const errors = await Promise.all(
    Array.from({ length: 20 }, (_, index) => failure(client.put(`relay/outlets/${index}/state`, true))),
  );
  expect(new Set(errors.map(({ code }) => code))).toEqual(new Set(["loginRefused"]));
  expect(device.failedLogins).toBe(1);
});

test("a reboot between two writes causes no failed login", async () => {
  const device = await start();
  const client = clientOf(device);
  await client.put("relay/name", "a");
  device.reboot();
  await client.put("relay/name", "b");
  expect(device.tree.relay.name).toBe("b");
  expect(device.failedLogins).toBe(0);
});

test.each(["404", "403", "503", "loginPage"] as const)(
  "a disabled REST API, shown as %s, is an error of its own",
  async (restDisabledStatus) => {
    const device = await start({ preset: "factory", dialects: { restFromFactory: "off", restDisabledStatus } });
    const client = clientOf(device);
    expect((await failure(client.observe("relay/outlets"))).code).toBe("restDisabled");
    expect((await failure(client.put("relay/name", "x"))).code).toBe("restDisabled");
  },
);

test.each([403, 401] as const)(
  "what a user may not do is forbidden when answered with %s, and the login stays valid",
  async (forbiddenStatus) => {
    const device = await start({ dialects: { forbiddenStatus } });
    const outlets = Array(8).fill(true);
    device.changeByHand("auth/users/1", {
      name: "fred",
      password: "fred-pa55",
      is_allowed: true,
      is_admin: false,
      outlet_access: outlets,
    });
    device.tree.config.allow_rest_nonadmin = true;
    const client = clientOf(device, { username: "fred", password: "fred-pa55" });
    await client.put("relay/outlets/0/state", true);
    expect((await failure(client.put("relay/name", "x"))).code).toBe("forbidden");
    await client.put("relay/outlets/0/state", false);
  },
);

test.each([
  ["409", "text"],
  ["403", "json"],
  ["403", "html"],
] as const)("a locked outlet is recognised when answered with %s and %s", async (lockedOutletStatus, errorBodyForm) => {
  const device = await start({ dialects: { lockedOutletStatus, errorBodyForm } });
  device.changeByHand("relay/outlets/3/locked", true);
  const error = await failure(clientOf(device).put("relay/outlets/3/state", true));
  expect(error.code).toBe("lockedOutlet");
  expect(error.message).toContain("Outlet 4 is locked");
});

test.each([403, 409] as const)("a protection bit is recognised when answered with %s", async (protectedStatus) => {
  const device = await start({ dialects: { protectedStatus } });
  device.protection.add("network");
  const error = await failure(clientOf(device).put("network/wired/gateway", "192.0.2.1"));
  expect(error.code).toBe("protected");
});

test("a failed element of a matrix write is an error", async () => {
  const device = await start({ dialects: { matrixPartialFailure: "errorObject" } });
  device.changeByHand("relay/outlets/3/locked", true);
  const error = await failure(clientOf(device).put("relay/outlets/=0,3/state", true));
  expect(error).toMatchObject({ code: "refused", status: 207, outcome: "unknown" });
  expect(error.message).toContain("is locked");
});

describe("faults", () => {
  test.each(["dropBefore", "reset", "halfBody", "slowDrip", "delay"] as const)("a read survives %s", async (kind) => {
    const isSlow = kind === "slowDrip" || kind === "delay";
    const device = await start({ faults: [{ kind, nth: 2, ...(isSlow && { milliseconds: 1 }) }] });
    expect(await clientOf(device).get("relay/name")).toBe("DLI Controller");
  });

  test.each(["dropBefore", "dropAfter", "reset", "halfBody"] as const)(
    "a write under %s is made once, and its outcome is unknown",
    async (kind) => {
      const device = await start();
      const client = clientOf(device);
      await client.get("relay/name");
      device.faults.add({ kind, method: "POST", path: "auth/users/" });
      const user = { name: "fred", password: "fred-pa55", is_allowed: true, outlet_access: Array(8).fill(false) };
      const error = await failure(client.post("auth/users", user));
      // Also under `halfBody`, because the cut response has a body.
      expect(error).toMatchObject({ code: "answerLost", outcome: "unknown" });
      expect(device.tree.auth.users.length).toBe(kind === "dropAfter" || kind === "halfBody" ? 2 : 1);
    },
  );

  test("garbage is not understood, and a busy device is waited for", async () => {
    const device = await start();
    const client = clientOf(device);
    device.faults.add({ kind: "garbage", path: "relay/name/", onlyAuthenticated: true, times: "always" });
    expect((await failure(client.get("relay/name"))).code).toBe("notUnderstood");
    device.faults.clear();
    device.faults.add({ kind: "status", status: 503, retryAfterSeconds: 1, method: "PUT" });
    await client.put("relay/name", "x");
    expect(device.tree.relay.name).toBe("x");
  });
});

test("HTTPS works with the certificate or its fingerprint", async () => {
  const device = await start({ https: true });
  const { certificate = "", fingerprintSha256 = "" } = device;
  expect(await clientOf(device, { fingerprintSha256 }).get("relay/name")).toBe("DLI Controller");
  expect(await clientOf(device, { caCert: certificate }).get("relay/name")).toBe("DLI Controller");
  const error = await failure(clientOf(device).get("relay/name"));
  expect(error.message).toContain(fingerprintSha256);
  expect(device.journal.entries.map(({ status }) => status)).toEqual([401, 200, 401, 200]);
});

test("eight outlets are named, switched and verified with two reads and sixteen writes", async () => {
  const device = await start();
  const client = clientOf(device);
  await Promise.all(
    Array.from({ length: 8 }, async (_, index) => {
      const path = devicePath("relay", "outlets", index);
      await client.observe("relay/outlets", { of: path });
      await client.put(path.join("name"), `outlet ${index}`);
      await client.put(path.join("critical"), true);
      expect(await client.observe("relay/outlets", { of: path, settled: true })).toHaveProperty(
        [index, "name"],
        `outlet ${index}`,
      );
    }),
  );
  // 18 requests, and one for the login.
  expect(client.requestCount).toBe(19);
});
