/** How many logins may fail on one device, across all accounts and clients of a process. */
import { ServerResponse } from "node:http";
import { DliClient, type DliClientOptions, isLoginNotTriedError, LoginLedger } from "../../provider/client";
import { Devices } from "../../provider/devices/devices";
import { call } from "../../provider/dynamic/functions";
import { type SimulatedDevice, type SimulatorOptions, startSimulator } from "../../simulator";
import { failure } from "./support/client";
import { instantClock } from "./support/clock";
import { guard } from "./support/digest";
import { json, serve } from "./support/server";

const open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const thing of open.splice(0).reverse()) {
    await thing.close();
  }
});

/** A device that locks everybody out after three failures, with users whose passwords are their names. */
async function start(users: readonly string[] = [], options: SimulatorOptions = {}): Promise<SimulatedDevice> {
  const device = await startSimulator({ dialects: { lockoutAttempts: 3 }, ...options });
  open.push(device);
  device.tree.config.lockout_delay_minutes = 5;
  device.tree.config.allow_rest_nonadmin = true;
  for (const [index, name] of users.entries()) {
    const account = { name, password: name, is_allowed: true, is_admin: false, outlet_access: Array(8).fill(false) };
    device.changeByHand(`auth/users/${index + 1}`, account);
  }
  return device;
}

function clientOf({ url, username, password }: SimulatedDevice, options: Partial<DliClientOptions> = {}): DliClient {
  const client = new DliClient({ url, username, password, clock: instantClock(), ...options });
  open.push(client);
  return client;
}

const names = ["ann", "ben", "cem", "dee", "eva", "fay", "gus", "hal"];

/** The outcome of a check: right, wrong, or not tried. */
async function outcome(check: Promise<boolean>): Promise<string> {
  return check.then(
    (isRight) => (isRight ? "right" : "wrong"),
    (error: unknown) => (isLoginNotTriedError(error) ? "not tried" : String(error)),
  );
}

describe.each([
  ["one after the other", 1],
  ["at once", 1],
  ["at once, over three clients", 3],
] as const)("checks of passwords, %s", (order, clients) => {
  test.each([
    [[false]],
    [[false, false]],
    [[false, false, false]],
    [[true, false, true, false, true, false, true]],
    [[false, true, false, false, true]],
    [Array(8).fill(false)],
    [Array(8).fill(true)],
  ] as [boolean[]][])("%j: two fail at most, nobody is locked out, and every answer is true", async (right) => {
    const device = await start(names.slice(0, right.length));
    const logins = new LoginLedger();
    const all = Array.from({ length: clients }, () => clientOf(device, { logins }));
    const check = (isRight: boolean, index: number) =>
      outcome(
        (all[index % clients] as DliClient).verifyLogin(
          names[index] as string,
          isRight ? (names[index] as string) : "a wrong one",
        ),
      );
    const found: string[] = [];
    if (order === "one after the other") {
      for (const [index, isRight] of right.entries()) {
        found.push(await check(isRight, index));
      }
    } else {
      found.push(...(await Promise.all(right.map(check))));
    }
    const wrong = right.filter((isRight) => !isRight).length;
    expect(device.failedLogins).toBe(Math.min(wrong, 2));
    expect(device.isLockedOut).toBe(false);
    for (const [index, isRight] of right.entries()) {
      expect([isRight ? "right" : "wrong", "not tried"]).toContain(found[index]);
    }
    expect(found.filter((what) => what === "wrong")).toHaveLength(Math.min(wrong, 2));
    if (wrong < 2) {
      expect(found).not.toContain("not tried");
    }
    // Our own login still works.
    expect(await (all[0] as DliClient).get("relay/name")).toBe("DLI Controller");
  });
});

test("a login of ours comes between two checks that fail", async () => {
  const device = await start(names);
  const client = clientOf(device, { logins: new LoginLedger() });
  await client.get("relay/name");
  device.journal.clear();
  expect(await client.verifyLogin("ann", "x")).toBe(false);
  expect(await client.verifyLogin("ben", "y")).toBe(false);
  const statuses = device.journal.entries.map(({ status }) => status);
  expect(statuses).toEqual([401, 401, 200, 401, 401]);
});

test("what a write may have made right is tried again, within the budget", async () => {
  const device = await start(names);
  const client = clientOf(device, { logins: new LoginLedger() });
  expect(await client.verifyLogin("ann", "new")).toBe(false);
  expect(await client.verifyLogin("ann", "new")).toBe(false);
  expect(device.failedLogins).toBe(1);
  await client.put("auth/users/name=ann/password", "new");
  expect(await client.verifyLogin("ann", "new")).toBe(true);
});

test("the error of a check that was not made names the user and says why", async () => {
  const device = await start(names);
  const client = clientOf(device, { name: "rack", logins: new LoginLedger() });
  await client.verifyLogin("ann", "x");
  await client.verifyLogin("ben", "x");
  const error = await failure(client.verifyLogin("cem", "x"));
  expect(error).toMatchObject({ code: "loginNotTried", device: "rack", outcome: "notSent" });
  expect(error.message).toMatch(/password of user `cem` was not tried: .*lock everybody out.*then run again/);
});

describe("a refused login is not tried again by the process", () => {
  test("by another client, nor at the same time", async () => {
    const device = await start();
    for (let round = 0; round < 3; round++) {
      const all = Array.from({ length: 4 }, () => clientOf(device, { password: "wrong" }));
      const errors = await Promise.all(all.map((client) => failure(client.get("relay/name"))));
      expect(errors.map(({ code }) => code)).toEqual(Array(4).fill("loginRefused"));
    }
    expect(device.failedLogins).toBe(1);
  });

  test("by functions of a program", async () => {
    const device = await start();
    const config: Record<string, string> = { "dli:url": device.url, "dli:password": "wrong" };
    for (let round = 0; round < 4; round++) {
      await expect(call("getOutlets", {}, (key) => config[key])).rejects.toThrow("refuses the password");
    }
    expect(device.failedLogins).toBe(1);
  });

  test("and the previous password is used at once by the next client", async () => {
    const device = await start();
    for (let round = 0; round < 4; round++) {
      const client = clientOf(device, { password: "wrong", previousPassword: device.password });
      expect(await client.get("relay/name")).toBe("DLI Controller");
    }
    expect(device.failedLogins).toBe(1);
  });

  test("nor a token", async () => {
    const device = await start();
    for (let round = 0; round < 4; round++) {
      const client = new DliClient({ url: device.url, token: "nobody.bm90aGluZw", clock: instantClock() });
      open.push(client);
      expect((await failure(client.get("relay/name"))).code).toBe("loginRefused");
    }
    expect(device.failedLogins).toBe(1);
  });

  test("and after two different ones no third is tried, whichever it is", async () => {
    const device = await start();
    const codes: string[] = [];
    for (const password of ["a", "b", "c", "d", device.password]) {
      codes.push((await failure(clientOf(device, { password }).get("relay/name"))).code);
    }
    expect(codes).toEqual(["loginRefused", "loginRefused", "loginNotTried", "loginNotTried", "loginNotTried"]);
    expect(device.failedLogins).toBe(2);
  });
});

test("a password is not changed when the new one could not be tried", async () => {
  const device = await start(names);
  const client = clientOf(device, { logins: new LoginLedger() });
  await client.verifyLogin("ann", "x");
  await client.verifyLogin("ben", "x");
  const error = await failure(client.changePassword("auth/users/is_admin=true", "N3w-pa55"));
  expect(error).toMatchObject({ code: "loginNotTried", outcome: "notSent" });
  expect(device.journal.writes()).toEqual([]);
});

test("a device that is busy or has locked everybody out proves no login", async () => {
  const device = await start([], { dialects: { lockoutAttempts: 3 } });
  device.faults.add({ kind: "status", status: 503, onlyAuthenticated: true, times: "always" });
  const client = clientOf(device, { password: "wrong", logins: new LoginLedger() });
  expect((await failure(client.get("relay/name"))).code).not.toBe("loginRefused");
  device.faults.clear();
  expect((await failure(client.get("relay/name"))).message).toContain("refuses the password");
  expect(device.failedLogins).toBe(1);
});

test.each([
  ["locked out", {}, "You are locked out"],
  ["lockout", {}, "A lockout is in force"],
  ["locked-out", {}, "locked-out"],
  ["too many", {}, "Too many failed attempts"],
  ["later", {}, "Please try again in 5 minutes"],
  ["blocked", {}, '{"error":"address temporarily blocked"}'],
  ["banned", {}, "banned"],
  ["a time to wait", { "retry-after": "300" }, ""],
] as const)("a 403 of a device that lets nobody in for a while proves no login: %s", async (_, headers, body) => {
  const server = await serve((seen, response) => {
    const status = seen.headers.authorization === undefined ? 401 : 403;
    const challenge = { "www-authenticate": 'Digest realm="x", nonce="n", qop="auth"' };
    response.writeHead(status, status === 401 ? challenge : headers).end(body);
  });
  const client = new DliClient({ url: server.url, username: "admin", password: "x", logins: new LoginLedger() });
  open.push(client, server);
  expect(await outcome(client.verifyLogin("fred", "wrong"))).toContain("the device refuses this for a while (403)");
});

describe("an answer to a login that is neither 401 nor a value", () => {
  async function answering(status: number, headers: Record<string, string>, body: string) {
    const server = await serve((seen, response) => {
      const isLogin = seen.headers.authorization !== undefined;
      const challenge = { "www-authenticate": 'Digest realm="x", nonce="n", qop="auth"' };
      response.writeHead(isLogin ? status : 401, isLogin ? headers : challenge).end(body);
    });
    const client = new DliClient({ url: server.url, username: "admin", password: "x", logins: new LoginLedger() });
    open.push(client, server);
    const logins = () => server.seen.filter(({ headers: { authorization } }) => authorization !== undefined).length;
    return { client, logins };
  }

  test.each([
    [302, { location: "/login.html" }, ""],
    [200, { "content-type": "text/html" }, "<html>please log in"],
    // Nobody knows what it says.
    [403, { "content-encoding": "gzip" }, "\u001f\u008b"],
  ])("%i %j proves no login", async (status, headers, body) => {
    const { client } = await answering(status, headers, body);
    await failure(client.get("relay/name"));
    expect(client.isLoggedInWith("x")).toBe(false);
    expect(await outcome(client.verifyLogin("fred", "wrong"))).not.toMatch(/^(right|wrong)$/);
  });

  test.each(["wrong password", "Invalid username or password", '{"error":"bad credentials"}', "Login failed"])(
    "403 %s is a failed login, which is not made again",
    async (body) => {
      const { client, logins } = await answering(403, {}, body);
      for (let request = 0; request < 4; request++) {
        await failure(client.get(`relay/${request}`));
      }
      expect(logins()).toBe(1);
      expect(await outcome(client.verifyLogin("fred", "wrong"))).not.toBe("right");
      expect(logins()).toBeLessThanOrEqual(2);
    },
  );
});

describe("names of one device", () => {
  test("by a configured serial have one budget, at whichever addresses", async () => {
    const device = await start();
    const { port } = new URL(device.url);
    const entry = (host: string, password: string) => ({
      url: `http://${host}:${port}`,
      username: "admin",
      password,
      serial: "S-1",
    });
    const entries = {
      a: entry("127.0.0.1", "wrong 1"),
      b: entry("localhost", "wrong 2"),
      c: entry("[::ffff:127.0.0.1]", "wrong 3"),
    };
    const devices = new Devices({
      lookup: (key) => (key === "dli:devices" ? JSON.stringify(entries) : undefined),
      env: {},
      logins: new LoginLedger(),
      clock: instantClock(),
    });
    open.push(devices);
    for (const name of ["a", "b", "c"]) {
      const { device: seen } = await devices.context(name, "Outlet");
      await failure(seen.get("relay/name"));
    }
    expect(device.failedLogins).toBe(2);
  });
});

describe("logins whose answers are lost", () => {
  test.each(["dropAfter", "halfBody"] as const)("count as failed until the login is known, %s", async (kind) => {
    const device = await start();
    device.faults.add({ kind, onlyAuthenticated: true, times: "always" });
    const client = clientOf(device, { password: "wrong", logins: new LoginLedger() });
    for (let request = 0; request < 5; request++) {
      await failure(client.get("relay/name"));
    }
    expect(device.failedLogins).toBe(2);
    expect(device.isLockedOut).toBe(false);
    const { message } = await failure(client.get("relay/name"));
    expect(message).toMatch(/were not answered, so they may have failed, and .* Check the device's power and network/);
    expect(message).not.toContain("refused");
  });

  test("of a login that turns out to be right count for nothing", async () => {
    const device = await start(names);
    device.faults.add({ kind: "dropAfter", onlyAuthenticated: true, times: 1 });
    const client = clientOf(device, { logins: new LoginLedger() });
    expect(await client.get("relay/name")).toBe("DLI Controller");
    expect(await client.verifyLogin("ann", "x")).toBe(false);
    expect(await client.verifyLogin("ben", "x")).toBe(false);
    expect(device.failedLogins).toBe(2);
  });
});

describe("a device that calls every refused nonce stale", () => {
  test.each([false, true])(
    "counts its refusals all the same, of a client that was logged in before: %p",
    async (isIn) => {
      const lock = guard({ users: { admin: "right" } }, (_, response) => json(response, 1));
      const server = await serve((seen, response, request) => {
        lock.options.extra = seen.headers.authorization === undefined ? "" : ", stale=true";
        lock.handler(seen, response, request);
      });
      const logins = new LoginLedger();
      const client = new DliClient({ url: server.url, username: "admin", password: "right", logins });
      open.push(client, server);
      if (isIn) {
        await client.get("relay/name");
        lock.options.users = { admin: "changed" };
        expect((await failure(client.get("relay/name"))).message).toContain("no longer accepts the password");
      }
      for (const name of names) {
        await outcome(client.verifyLogin(name, "wrong"));
      }
      expect(lock.failed()).toBe(2);
    },
  );
});

test("a check of a login that is not answered may have failed, too, and is not made again", async () => {
  const lock = guard({ users: { admin: "right" } }, (_, response) => json(response, 1));
  let isSilent = false;
  const server = await serve((seen, response, request) => {
    lock.handler(seen, isSilent && seen.url === "/restapi/cred/" ? new ServerResponse(request) : response, request);
    if (isSilent && seen.url === "/restapi/cred/") {
      request.socket.destroy();
    }
  });
  const logins = new LoginLedger();
  const options = { url: server.url, username: "admin", password: "right", logins, clock: instantClock() };
  const client = new DliClient(options);
  open.push(client, server);
  await client.get("relay/name");
  lock.options.users = { admin: "changed" };
  isSilent = true;
  for (let request = 0; request < 3; request++) {
    expect((await failure(client.get("relay/name"))).message).toMatch(/was not tried.*were not answered/);
  }
  expect(lock.failed()).toBe(2);
});

describe("several clients that have all logged in, and whose password is changed by hand", () => {
  async function loggedIn(count: number) {
    const device = await start([], { dialects: { lockoutAttempts: 5 } });
    const logins = new LoginLedger();
    const all = Array.from({ length: count }, () => clientOf(device, { logins }));
    for (const client of all) {
      await client.get("relay/name");
    }
    device.changeByHand("auth/users/0/password", "changed");
    return { device, all };
  }

  test("fail twice in all, one after the other", async () => {
    const { device, all } = await loggedIn(4);
    for (const client of all) {
      expect((await failure(client.get("relay/name"))).message).toContain("no longer accepts the password");
    }
    expect(device.failedLogins).toBe(2);
  });

  test("fail once each and once more in all, at once", async () => {
    const { device, all } = await loggedIn(4);
    const errors = await Promise.all(all.map((client) => failure(client.get("relay/name"))));
    expect(errors.map(({ code }) => code)).toEqual(Array(4).fill("loginRefused"));
    expect(device.failedLogins).toBe(5);
  });
});

test("what makes the logins of one user right again leaves those of others refused", () => {
  const device = new LoginLedger().of("http://a.example");
  const [ann, ben] = ["ann", "ben"].map((username) => ({ mark: username, username }));
  device.refused(ann!);
  device.forgetRefused("ann");
  expect(device.barred(ann!)).toBeUndefined();
  device.refused(ben!);
  device.forgetRefused("ann");
  expect(device.barred(ben!)).toBe("refusedBefore");
});
