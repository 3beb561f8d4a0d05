/** How often a client logs in, and when it stops. */
import { DliClient, isLoginRefusedError, LoginRefusedError, NotSupportedError } from "../../provider/client";
import { failure } from "./support/client";
import { instantClock } from "./support/clock";
import { guard } from "./support/digest";
import { clientOf, device, lockOf, secret } from "./support/locked";
import { closeServers, json, serve } from "./support/server";

afterEach(closeServers);

test.each(["MD5", "MD5-sess", "SHA-256", "SHA-256-sess", "SHA-512-256", "SHA-512-256-sess"])(
  "%s takes two requests for the first response, then one each",
  async (algorithm) => {
    const { server, lock } = await device({ algorithm });
    const client = clientOf(server);
    await client.get("cred");
    expect(server.seen).toHaveLength(2);
    await Promise.all([
      client.get("relay/name"),
      client.put("relay/name", "x"),
      client.get("relay/outlets/=0,4/state"),
    ]);
    expect(server.seen).toHaveLength(5);
    expect(client.requestCount).toBe(5);
    expect(lock.accepted.map(({ nc }) => nc)).toEqual(["00000001", "00000002", "00000003", "00000004"]);
    expect(lock.failed()).toBe(0);
  },
);

test("a login works without quality of protection, with userhash, and with the strongest of several challenges", async () => {
  for (const options of [
    { qop: null },
    { algorithm: "SHA-256", extra: ", userhash=true, charset=UTF-8" },
    {
      algorithm: "SHA-256",
      others: ['Basic realm="x, y"', 'Digest realm="weak", nonce="weak", algorithm=MD5, qop="auth"'],
    },
  ]) {
    const { server, lock } = await device(options);
    expect(await clientOf(server).get("cred")).toEqual({ url: "/restapi/cred/" });
    expect(lock.failed()).toBe(0);
  }
});

test("a stale nonce is replaced once by the new one, also for a write", async () => {
  const { server, lock } = await device({ nonceUses: 2 });
  const client = clientOf(server);
  for (let request = 0; request < 4; request++) {
    await client.put("relay/name", "x");
  }
  expect(server.seen.map(({ headers }) => headers.authorization !== undefined)).toEqual([
    false,
    true,
    true,
    true,
    true,
    true,
  ]);
  expect(lock.failed()).toBe(0);
});

test("a nonce that expires without being called stale costs one suspicious login and no more", async () => {
  const { server, lock } = await device({ nonceUses: 3, saysStale: false });
  const client = clientOf(server);
  for (let request = 0; request < 20; request++) {
    await client.get("cred");
  }
  expect(lock.failed()).toBe(1);
});

test("a nonce that is good for one request and is never called stale costs one suspicious login, also for writes", async () => {
  const { server, lock } = await device({ nonceUses: 1, saysStale: false });
  const client = clientOf(server);
  for (let request = 0; request < 4; request++) {
    await client.put("relay/name", "x");
    await client.get("cred");
  }
  expect(lock.failed()).toBe(1);
});

test("a nonce that expires by its age costs one suspicious login, and later ones are renewed in time", async () => {
  const clock = instantClock();
  const nonceLife = { milliseconds: 60_000, now: () => clock.now() };
  const { server, lock } = await device({ nonceLife, saysStale: false });
  const client = clientOf(server, { clock });
  const request = async (afterMilliseconds: number) => {
    clock.advance(afterMilliseconds);
    await client.get("cred");
  };
  await request(0);
  await request(0);
  await request(60_001);
  expect(lock.failed()).toBe(1);
  for (let index = 0; index < 6; index++) {
    await request(70_000);
  }
  expect(lock.failed()).toBe(1);
  // Within its lifetime the nonce is used again.
  const before = lock.accepted.length;
  await request(1_000);
  await request(1_000);
  expect(lock.accepted.slice(before).map(({ nc }) => nc)).toContain("00000002");
});

test("a nonce that is always called stale ends with an error and one retry", async () => {
  const { server } = await device({ nonceUses: 0 });
  await expect(clientOf(server).get("cred")).rejects.toThrow(LoginRefusedError);
  expect(server.seen).toHaveLength(3);
});

test("a wrong password is exactly one failed login, however many callers there are, and no request afterwards", async () => {
  const { server, lock } = await device();
  const lines: string[] = [];
  const client = clientOf(server, { name: "rack", password: "wrong-pa55word", log: (line) => lines.push(line) });
  const attempts = await Promise.allSettled([
    ...Array.from({ length: 10 }, (_, index) => client.get(`relay/outlets/${index}`)),
    ...Array.from({ length: 5 }, (_, index) => client.put(`relay/outlets/${index}/state`, true)),
    ...Array.from({ length: 4 }, (_, index) => client.observe(`config/${index}`)),
    client.exclusive((session) => session.delete("auth/users/1")),
  ]);
  const errors = attempts.map((attempt) => (attempt.status === "rejected" ? attempt.reason : undefined));
  expect(errors.every(isLoginRefusedError)).toBe(true);
  expect(lock.failed()).toBe(1);
  expect(server.seen).toHaveLength(2);
  await expect(client.get("cred")).rejects.toThrow(LoginRefusedError);
  expect(server.seen).toHaveLength(2);
  expect(errors[12].message).toBe(
    'device "rack", PUT relay/outlets/2/state/: the device refuses the password of user `admin`.' +
      " Set the right password with `pulumi config set --secret dli:password` or DLI_PASSWORD; if it is right, earlier" +
      " failures may have locked logins out for some minutes.",
  );
  expect(JSON.stringify([lines, errors.map(String)])).not.toContain("wrong-pa55word");
});

test("an expired nonce is not taken for a wrong password; a changed password is", async () => {
  const { server, lock } = await device({ nonceUses: 2, saysStale: true });
  const client = clientOf(server);
  await client.get("cred");
  lock.options.users = { admin: "changed" };
  await expect(client.get("cred")).rejects.toThrow("no longer accepts the password");
  // One with the old nonce, which could have expired, and one that settles it.
  expect(lock.failed()).toBe(2);
  await expect(client.get("cred")).rejects.toThrow(LoginRefusedError);
  expect(lock.failed()).toBe(2);
});

test("a 401 for lack of rights is not a refused login", async () => {
  const lock = guard({ users: { admin: secret } }, (seen, response, request) => {
    if (seen.url === "/restapi/auth/") {
      lock.handler({ ...seen, headers: { ...seen.headers, authorization: undefined } }, response, request);
    } else {
      json(response, 1);
    }
  });
  const server = await serve((seen, response, request) => lock.handler(seen, response, request));
  const client = clientOf(server);
  await client.get("relay");
  await expect(client.get("auth")).rejects.toMatchObject({ code: "forbidden", status: 401 });
  await expect(client.put("auth", 1)).rejects.toMatchObject({ code: "forbidden", outcome: "refused" });
  expect(await client.get("relay")).toBe(1);
  expect(lock.failed()).toBe(0);
});

test.each([
  ["no challenge", {}],
  ["another kind of login", { "www-authenticate": 'Basic realm="x"' }],
  ["a digest that nobody can answer", { "www-authenticate": 'Digest realm="x", nonce="n", qop="auth-int"' }],
])("nor is one that offers %s", async (_, headers) => {
  const lock = guard({ users: { admin: secret }, nonceUses: 9 }, (seen, response) =>
    seen.url === "/restapi/auth/" ? response.writeHead(401, headers).end("no right") : json(response, 1),
  );
  const server = await serve((seen, response, request) => lock.handler(seen, response, request));
  const client = clientOf(server);
  await client.get("relay");
  await expect(client.get("auth")).rejects.toMatchObject({ code: "forbidden", status: 401 });
  expect(await client.get("relay")).toBe(1);
  expect(lock.failed()).toBe(0);
  lock.options.users = { admin: "changed" };
  await expect(client.get("auth")).rejects.toThrow("no longer accepts the password");
  expect(lock.failed()).toBe(2);
});

test("a refusal without a challenge lets the previous password be tried, with the nonce in use", async () => {
  const lock = guard({ users: { admin: secret }, nonce: "once" }, (_, response) => json(response, 1));
  const server = await serve((seen, response, request) => {
    if (seen.headers.authorization !== undefined) {
      const { writeHead } = response;
      response.writeHead = (status: number) => writeHead.call(response, status);
    }
    lock.handler(seen, response, request);
  });
  expect(await clientOf(server, { password: "new one", previousPassword: secret }).get("relay")).toBe(1);
  expect(lock.failed()).toBe(1);
});

test.each([400, 402, 406, 407, 408, 411, 413, 414, 417, 421, 426, 431, 451, 304])(
  "a %i may come before the device looks at the login, and proves nothing",
  async (status) => {
    const lock = lockOf();
    const early = await serve((seen, response, request) =>
      seen.headers.authorization !== undefined && early.seen.length <= 4
        ? response.writeHead(status).end()
        : lock.handler(seen, response, request),
    );
    const client = clientOf(early, { password: "new one", previousPassword: secret });
    await failure(client.get("relay"));
    expect(client.isLoggedInWith("new one")).toBe(false);
    for (let request = 0; request < 3; request++) {
      await client.get("relay").catch(() => {});
    }
    expect(client.isLoggedInWith(secret)).toBe(true);
    expect(lock.failed()).toBe(1);
  },
);

test("a token that has worked is not refused for the rest of the run by one 401", async () => {
  const server = await serve((seen, response) =>
    seen.url === "/restapi/auth/" ? response.writeHead(401).end() : json(response, 1),
  );
  const client = new DliClient({ url: server.url, token: "a.b", clock: instantClock() });
  await client.get("relay");
  await expect(client.get("auth")).rejects.toMatchObject({ code: "forbidden" });
  expect(await client.get("relay")).toBe(1);
});

test("the previous password is tried once and remembered", async () => {
  const { server, lock } = await device();
  const client = clientOf(server, { password: "new one", previousPassword: secret });
  await Promise.all([client.get("cred"), client.get("cred"), client.put("relay/name", "x")]);
  expect(lock.failed()).toBe(1);
  expect(server.seen).toHaveLength(5);
});

test("the count of a nonce continues when the device offers it again, also for the previous password", async () => {
  const { server, lock } = await device({ nonce: "always-this" });
  const client = clientOf(server, { password: "new one", previousPassword: secret });
  await client.get("cred");
  await client.get("cred");
  expect(lock.failed()).toBe(1);
  expect(lock.accepted.map(({ nc }) => nc)).toEqual(["00000002", "00000003"]);
});

test("a wrong password and a wrong previous password are two failed logins in all", async () => {
  const { server, lock } = await device();
  const client = clientOf(server, { password: "new one", previousPassword: "old one" });
  await Promise.allSettled([client.get("cred"), client.get("cred")]);
  await expect(client.get("cred")).rejects.toThrow("the password and the previous password of user `admin`");
  expect(lock.failed()).toBe(2);
});

test("the previous password is not tried once the first one has worked", async () => {
  const { server, lock } = await device();
  const client = clientOf(server, { previousPassword: "old one" });
  await client.get("cred");
  lock.options.users = { admin: "old one" };
  await expect(client.get("cred")).rejects.toThrow(LoginRefusedError);
});

test("the previous password is not tried after a reconnect either, once the first one has worked", async () => {
  const { server, lock } = await device();
  const client = clientOf(server, { previousPassword: "old one" });
  await client.get("cred");
  await client.reconnect();
  lock.options.users = { admin: "old one" };
  await expect(client.get("cred")).rejects.toThrow(LoginRefusedError);
  // As without a previous password: one, and another to tell a changed password from a refused request.
  expect(lock.failed()).toBe(2);
});

test("usePassword continues with another password, also after a refusal", async () => {
  const { server, lock } = await device();
  const client = clientOf(server, { password: "wrong one" });
  await expect(client.get("cred")).rejects.toThrow(LoginRefusedError);
  await client.usePassword(secret);
  expect(await client.get("cred")).toEqual({ url: "/restapi/cred/" });
  expect(lock.failed()).toBe(1);
});

test("a token is sent with every request, and refused once", async () => {
  const server = await serve((seen, response) => {
    if (seen.headers.authorization === "Bearer user2.SGVsbG8") {
      json(response, true);
    } else {
      response.writeHead(401).end();
    }
  });
  const client = new DliClient({ url: server.url, token: "user2.SGVsbG8" });
  expect(await client.get("relay/name")).toBe(true);
  expect(server.seen).toHaveLength(1);
  const refused = new DliClient({ url: server.url, token: "user2.wrong" });
  const results = await Promise.allSettled([refused.get("a"), refused.get("b")]);
  expect(results.map((result) => result.status === "rejected" && result.reason.remedy)).toEqual([
    expect.stringContaining("dli:token"),
    expect.stringContaining("dli:token"),
  ]);
  expect(server.seen).toHaveLength(2);
});

test("a missing login and an unknown kind of login are errors", async () => {
  const { server } = await device();
  await expect(new DliClient({ url: server.url }).get("cred")).rejects.toThrow(
    "requires a login, but none is configured",
  );
  const basic = await serve((_, response) => response.writeHead(401, { "www-authenticate": "Basic realm=x" }).end());
  const error = await clientOf(basic)
    .get("cred")
    .catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(NotSupportedError);
  expect(String(error)).toContain("(offered: basic)");
  expect(basic.seen.every(({ headers }) => headers.authorization === undefined)).toBe(true);
});

test.each([
  ['Digest realm="r", nonce="n", qop="auth-int"', "digest auth-int"],
  ['Digest realm="r", nonce="n", algorithm=SHA3-256, qop="auth"', "digest SHA3-256 auth"],
  ['Basic realm="r"', "basic"],
])("what is offered in %s is named", async (header, named) => {
  const server = await serve((_, response) => response.writeHead(401, { "www-authenticate": header }).end());
  const error = await clientOf(server)
    .get("a")
    .catch((thrown: unknown) => thrown);
  expect(String(error)).toContain(`that this client knows (offered: ${named})`);
});

test("the next nonce that the device names is used", async () => {
  const lock = guard({ users: { admin: secret } }, (_, response) => json(response, 1));
  const server = await serve((seen, response, request) => {
    if (seen.headers.authorization) {
      response.setHeader("authentication-info", 'qop=auth, nextnonce="given-next", nc=00000001');
    }
    lock.handler(seen, response, request);
  });
  const client = clientOf(server);
  await client.get("cred");
  await client.get("cred").catch(() => {});
  expect(server.seen[2]?.headers.authorization).toContain('nonce="given-next"');
});

describe.each(["MD5", "MD5-sess", "SHA-256", "SHA-512-256"])("realms and names outside ASCII, %s", (algorithm) => {
  const bytes = (text: string) => Buffer.from(text).toString("latin1");

  test.each([
    ["UTF-8", bytes("Rack B\u00fcro")],
    ["UTF-8, beyond Latin-1", bytes("\u673a\u67b6 1 \u{1f50c}")],
    ["Latin-1", "Rack B\u00fcro"],
    ["bytes of no encoding", "Rack \u00ff\u00c3"],
    ["an empty realm", ""],
  ])("%s", async (_, realm) => {
    for (const extra of ["", ", charset=UTF-8", ", userhash=true"]) {
      const { server, lock } = await device({ algorithm, realm, extra, users: { "J\u00f6rg": secret } });
      const client = clientOf(server, { username: "J\u00f6rg" });
      expect(await client.get("cred")).toEqual({ url: "/restapi/cred/" });
      expect(await client.verifyLogin("J\u00f6rg", secret)).toBe(true);
      expect(lock.failed()).toBe(0);
      const sent = /realm="([^"]*)"/.exec(server.seen.at(-1)?.headers.authorization ?? "")?.[1];
      expect(sent).toBe(realm);
    }
  });
});
