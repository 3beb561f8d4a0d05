/** What a client remembers of its login: after a new password, a new connection and odd answers of the device. */
import { LoginLedger } from "../../provider/client";
import { failure } from "./support/client";
import { type GuardOptions, guard } from "./support/digest";
import { clientOf, device, lockOf, secret } from "./support/locked";
import { closeServers, json, serve } from "./support/server";

afterEach(closeServers);

/** A device that refuses requests as the test says, whatever their login is. */
async function moodyDevice(options: Partial<GuardOptions> = {}) {
  const lock = lockOf(options);
  const mood: { refusal?: "with a new nonce" | "without a challenge" | undefined; drops?: boolean } = {};
  const server = await serve((seen, response, request) => {
    const { refusal } = mood;
    if (mood.drops && seen.url === "/restapi/cred/") {
      request.socket.destroy();
    } else if (refusal === undefined || seen.headers.authorization === undefined) {
      lock.handler(seen, response, request);
    } else if (refusal === "without a challenge") {
      mood.refusal = undefined;
      const { writeHead } = response;
      response.writeHead = () => writeHead.call(response, 401);
      lock.handler(seen, response, request);
    } else {
      mood.refusal = undefined;
      lock.handler({ ...seen, headers: { ...seen.headers, authorization: undefined } }, response, request);
    }
  });
  return { server, lock, mood };
}

test("a wrong password after one that worked is one failed login, and only that is said", async () => {
  const { server, lock } = await device();
  const client = clientOf(server, { password: "wrong", previousPassword: secret });
  await client.get("cred");
  expect(lock.failed()).toBe(1);
  await client.usePassword("wrong, too");
  const { message } = await failure(client.get("cred"));
  expect(message).toContain("the device refuses the password of user `admin`");
  expect(lock.failed()).toBe(2);
});

test("a wrong password after a reconnect, before any login, is one failed login", async () => {
  const { server, lock } = await device();
  const client = clientOf(server, { password: "wrong" });
  await client.reconnect();
  const { message } = await failure(client.get("cred"));
  expect(message).toContain("the device refuses the password of user `admin`");
  expect(lock.failed()).toBe(1);
});

test("the configured password is not offered to itself", async () => {
  const { server, lock } = await device();
  const client = clientOf(server, { password: "wrong" });
  await client.offerPassword("wrong");
  const { message } = await failure(client.get("cred"));
  expect(message).toContain("the device refuses the password of user `admin`");
  expect(lock.failed()).toBe(1);
});

test.each(["Wrong password!", "temporarily blocked", "locked out"])(
  "a value proves the login, whatever it says: %s",
  async (name) => {
    const lock = guard({ users: { admin: secret } }, (_, response) => json(response, name));
    const server = await serve((seen, response, request) => lock.handler(seen, response, request));
    const logins = new LoginLedger();
    const [one, other] = [clientOf(server, { logins }), clientOf(server, { logins })];
    expect(await one.get("relay/name")).toBe(name);
    expect(one.isLoggedInWith(secret)).toBe(true);
    expect(await other.get("relay/name")).toBe(name);
  },
);

test("a client that logs in with a token has no use for a password", async () => {
  const { server } = await device();
  const client = clientOf(server, { username: undefined, password: undefined, token: "ci.t0ken" });
  await failure(client.get("cred"));
  await client.offerPassword(secret);
  const requests = server.seen.length;
  expect(await failure(client.get("cred"))).toMatchObject({ code: "loginRefused", isToken: true });
  expect(server.seen).toHaveLength(requests);
});

describe("a nonce that expires without being called stale", () => {
  test("is replaced after a failed login of somebody else and a good one of ours", async () => {
    const { server, lock } = await device({ nonceUses: 2, saysStale: false });
    const client = clientOf(server, { logins: new LoginLedger() });
    await client.get("cred");
    expect(await client.verifyLogin("fred", "wrong")).toBe(false);
    await client.get("cred");
    await client.get("cred");
    expect(lock.failed()).toBe(2);
  });

  test("is not replaced if somebody else's login has just failed, because ours may be the next failure", async () => {
    const { server, lock } = await device({ nonceUses: 1, saysStale: false });
    const client = clientOf(server, { logins: new LoginLedger() });
    await client.get("cred");
    expect(await client.verifyLogin("fred", "wrong")).toBe(false);
    expect(await failure(client.get("cred"))).toMatchObject({ code: "loginNotTried" });
    expect(lock.failed()).toBe(2);
  });

  test("leaves the login unproven if the question whether it is good is not answered", async () => {
    const { server, lock, mood } = await moodyDevice({ nonceUses: 1, saysStale: false });
    const client = clientOf(server, { logins: new LoginLedger() });
    await client.get("relay");
    mood.drops = true;
    expect(await failure(client.get("relay"))).toMatchObject({ code: "loginNotTried" });
    expect(client.isLoggedInWith(secret)).toBe(false);
    expect(lock.failed()).toBe(1);
  });
});

describe("what is learnt about how long nonces last", () => {
  const requestsOf = async (count: number, client: ReturnType<typeof clientOf>) => {
    const before = client.requestCount;
    for (let request = 0; request < count; request++) {
      await client.get("relay");
    }
    return client.requestCount - before;
  };

  test("is nothing from a nonce that was refused at its first use", async () => {
    const { server, mood } = await moodyDevice();
    const client = clientOf(server);
    await client.get("relay");
    await client.reconnect();
    mood.refusal = "with a new nonce";
    await client.get("relay");
    expect(await requestsOf(5, client)).toBe(5);
  });

  test("nor from a refusal without another nonce", async () => {
    const { server, mood } = await moodyDevice();
    const client = clientOf(server);
    await requestsOf(3, client);
    mood.refusal = "without a challenge";
    await client.get("relay");
    expect(await requestsOf(8, client)).toBe(8);
  });

  test("is how often a nonce may be used, from one that was refused later", async () => {
    const { server, mood } = await moodyDevice();
    const client = clientOf(server);
    await requestsOf(3, client);
    mood.refusal = "with a new nonce";
    await client.get("relay");
    expect(await requestsOf(8, client)).toBeGreaterThan(8);
  });
});

test.each([
  ['nextnonce="given-next"', "given-next"],
  ['qop=auth,  nextnonce="given-next"', "given-next"],
  ["qop=auth", undefined],
])("Authentication-Info %s gives the next nonce %s", async (info, next) => {
  const lock = lockOf();
  const server = await serve((seen, response, request) => {
    if (seen.headers.authorization) {
      response.setHeader("authentication-info", info);
    }
    lock.handler(seen, response, request);
  });
  const client = clientOf(server);
  await client.get("cred");
  // The device does not really know that nonce.
  await client.get("cred").catch(() => {});
  const [, first, second] = server.seen.map(({ headers }) => /nonce="([^"]*)"/.exec(headers.authorization ?? "")?.[1]);
  expect(second).toBe(next ?? first);
});
