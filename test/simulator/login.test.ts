/** Logging in to the simulator: digest, Basic, tokens, lockout, and what needs no login. */
import { manualClock, models, type SimulatedDevice } from "../../simulator";
import { Device } from "../../simulator/device";
import { dialectSettings } from "../../simulator/dialects";
import { DigestChecker, parseParameters } from "../../simulator/http/digest";
import type { DeviceRequest } from "../../simulator/http/request";
import { challengeOf, type DigestParts, digest, Person, parameter, type Received, sendRaw } from "./http";
import { startDevice } from "./start";

const uri = "/restapi/relay/name/";

async function login(device: SimulatedDevice, challenge: string, changed: Partial<Parameters<typeof digest>[1]> = {}) {
  const parts = { username: "admin", password: "1234", method: "GET", uri, ...changed };
  return sendRaw(device, "GET", uri, { headers: { Authorization: digest(challenge, parts) } });
}

function isStale({ status, headers }: Received): boolean {
  return status === 401 && parameter(String(headers["www-authenticate"]), "stale") === "true";
}

describe("digest", () => {
  test("the challenge offers MD5 with auth and auth-int, and an opaque", async () => {
    const challenge = await challengeOf(await startDevice());
    expect(parameter(challenge, "qop")).toBe("auth,auth-int");
    expect(parameter(challenge, "algorithm")).toBe("MD5");
    expect(parameter(challenge, "opaque")).not.toBe("");
    expect(challenge).not.toContain("stale");
  });

  test("a request without a login does not count as a failed login", async () => {
    const device = await startDevice();
    await challengeOf(device);
    expect(device.failedLogins).toBe(0);
  });

  test.each(["MD5", "MD5-sess", "SHA-256"] as const)(
    "a login with %s works by auth and auth-int",
    async (digestAlgorithm) => {
      const device = await startDevice({ dialects: { digestAlgorithm } });
      const challenge = await challengeOf(device);
      expect(parameter(challenge, "algorithm")).toBe(digestAlgorithm);
      expect((await login(device, challenge)).status).toBe(200);
      expect((await login(device, challenge, { qop: "auth-int", count: 2 })).status).toBe(200);
      expect((await login(device, challenge, { qop: "auth-int", count: 3, body: "x" })).status).toBe(401);
    },
  );

  test("digestAlgorithm=both offers two challenges, and either works", async () => {
    const device = await startDevice({ dialects: { digestAlgorithm: "both" } });
    const { rawHeaders } = await sendRaw(device, "GET", uri);
    const challenges = rawHeaders.filter((text) => text.startsWith("Digest "));
    expect(challenges.map((text) => parameter(text, "algorithm"))).toEqual(["SHA-256", "MD5"]);
    for (const challenge of challenges) {
      expect((await login(device, challenge)).status).toBe(200);
    }
  });

  test.each([
    ["password", { password: "12345" }],
    ["user", { username: "root" }],
    ["uri", { uri: "/restapi/" }],
    ["method", { method: "PUT" }],
    ["qop", { qop: "none" }],
  ])("a wrong %s counts as one failed login", async (_part, changed) => {
    const device = await startDevice();
    const answer = await login(device, await challengeOf(device), changed);
    expect([answer.status, isStale(answer), device.failedLogins]).toEqual([401, false, 1]);
  });

  test("a count that is not eight hex digits is refused, and another opaque is stale", async () => {
    const device = await startDevice();
    const challenge = await challengeOf(device);
    const header = (parts: Partial<DigestParts>) =>
      digest(challenge, { username: "admin", password: "1234", method: "GET", uri, ...parts });
    const short = header({ nc: "1" });
    expect((await sendRaw(device, "GET", uri, { headers: { Authorization: short } })).status).toBe(401);
    expect(device.failedLogins).toBe(1);
    const other = header({}).replace(/opaque="[^"]*"/, 'opaque="other"');
    expect(isStale(await sendRaw(device, "GET", uri, { headers: { Authorization: other } }))).toBe(true);
  });

  test("a repeated count is refused as stale and does not count as a failed login", async () => {
    const device = await startDevice();
    const challenge = await challengeOf(device);
    expect((await login(device, challenge, { count: 2 })).status).toBe(200);
    expect((await login(device, challenge, { count: 1 })).status).toBe(200);
    expect(isStale(await login(device, challenge, { count: 2 }))).toBe(true);
    expect(device.failedLogins).toBe(0);
  });

  test("nonceCount=increasing refuses a count that does not grow", async () => {
    const device = await startDevice({ dialects: { nonceCount: "increasing" } });
    const challenge = await challengeOf(device);
    expect((await login(device, challenge, { count: 2 })).status).toBe(200);
    expect(isStale(await login(device, challenge, { count: 1 }))).toBe(true);
  });

  test("nonceCount=next refuses a count that is not one more than the last, in hexadecimal", async () => {
    const device = await startDevice({ dialects: { nonceCount: "next" } });
    const challenge = await challengeOf(device);
    for (let count = 1; count <= 16; count += 1) {
      expect((await login(device, challenge, { count })).status).toBe(200);
    }
    expect(isStale(await login(device, challenge, { count: 18 }))).toBe(true);
  });

  test("a nonce becomes stale with age", async () => {
    const device = await startDevice({ dialects: { nonceLifetime: "5seconds" } });
    const challenge = await challengeOf(device);
    device.clock.advance(5000);
    expect((await login(device, challenge)).status).toBe(200);
    device.clock.advance(1);
    const answer = await login(device, challenge, { count: 2 });
    expect(isStale(answer)).toBe(true);
    expect((await login(device, String(answer.headers["www-authenticate"]))).status).toBe(200);
  });

  test.each([
    ["1use", 1],
    ["20uses", 20],
  ] as const)("a nonce becomes stale after %s", async (nonceLifetime, uses) => {
    const device = await startDevice({ dialects: { nonceLifetime } });
    const challenge = await challengeOf(device);
    for (let count = 1; count <= uses; count += 1) {
      expect((await login(device, challenge, { count })).status).toBe(200);
    }
    expect(isStale(await login(device, challenge, { count: uses + 1 }))).toBe(true);
  });

  test("a restarted device has forgotten all nonces", async () => {
    const device = await startDevice();
    const challenge = await challengeOf(device);
    device.reboot();
    expect(isStale(await login(device, challenge))).toBe(true);
  });

  test("a wrong password with a stale nonce counts as a failed login", async () => {
    const device = await startDevice({ dialects: { nonceLifetime: "5seconds" } });
    const challenge = await challengeOf(device);
    device.clock.advance(6000);
    const answer = await login(device, challenge, { password: "no" });
    expect([isStale(answer), device.failedLogins]).toEqual([false, 1]);
  });

  test.each([
    ["challenged", 0],
    ["failedLogin", 1],
  ] as const)("a login for the previous realm is handled as oldRealm=%s says", async (oldRealm, failed) => {
    const device = await startDevice({ dialects: { oldRealm } });
    const challenge = await challengeOf(device);
    device.tree.auth.realm = 'Rack "7"';
    expect((await login(device, challenge)).status).toBe(401);
    expect(device.failedLogins).toBe(failed);
  });
});

describe("names and realms outside ASCII", () => {
  test.each(["MD5", "MD5-sess", "SHA-256"] as const)(
    "a user name, password and realm outside ASCII work as UTF-8 with %s",
    async (digestAlgorithm) => {
      const device = await startDevice({ dialects: { digestAlgorithm }, username: "Jürgen", password: "Schlüssel €" });
      device.tree.auth.realm = "Rack Büro, 3. Stock „Süd“ 機器";
      const admin = new Person(device);
      expect(await admin.get("cred/name/")).toBe("Jürgen");
      expect(await admin.put("auth/realm/", "Büro")).toBe(204);
      expect(await admin.get("auth/realm/")).toBe("Büro");
      expect(device.failedLogins).toBe(0);
    },
  );

  test("a user name and password outside ASCII work as UTF-8 with Basic", async () => {
    const device = await startDevice({ username: "Jürgen", password: "Schlüssel €" });
    device.tree.config.allow_plaintext_logins = true;
    const credentials = Buffer.from("Jürgen:Schlüssel €", "utf8").toString("base64");
    const headers = { Authorization: `Basic ${credentials}` };
    expect((await sendRaw(device, "GET", uri, { headers })).status).toBe(200);
  });

  test("a realm with a line break does not keep the device from responding", async () => {
    const device = await startDevice();
    device.tree.auth.realm = "Rack\r\n7";
    expect(parameter(await challengeOf(device), "realm")).toBe("Rack??7");
    expect((await new Person(device).send("GET", "relay/name/")).status).toBe(200);
  });
});

describe("nonces", () => {
  const request = { wireMethod: "GET", target: uri, body: Buffer.alloc(0) } as DeviceRequest;
  const nonceOf = (checker: DigestChecker) => checker.challenges(false)[0] ?? "";
  const check = (checker: DigestChecker, challenge: string) => {
    const header = digest(challenge, { username: "admin", password: "1234", method: "GET", uri });
    return checker.check(request, parseParameters(header.replace(/^Digest /, "")), "1234");
  };

  test("a device remembers its last thousand nonces; an older one is stale", async () => {
    const { model, firmware, dialects } = { model: models.LPC9, firmware: "1.12.14.0", dialects: dialectSettings() };
    const device = new Device({ model, firmware, dialects, username: "admin", password: "1234", clock: manualClock() });
    const checker = new DigestChecker(device);
    const first = nonceOf(checker);
    const second = nonceOf(checker);
    for (let count = 0; count < 999; count += 1) {
      nonceOf(checker);
    }
    expect([check(checker, first), check(checker, second)]).toEqual(["stale", "right"]);
  });
});

describe("other logins", () => {
  const basic = { Authorization: `Basic ${Buffer.from("admin:1234").toString("base64")}` };

  test("Basic is offered and works only while plaintext logins are allowed", async () => {
    const device = await startDevice();
    const refused = await sendRaw(device, "GET", uri, { headers: basic });
    expect([refused.status, device.failedLogins]).toEqual([401, 1]);
    expect(String(refused.headers["www-authenticate"])).not.toContain("Basic");
    device.tree.config.allow_plaintext_logins = true;
    expect((await sendRaw(device, "GET", uri, { headers: basic })).status).toBe(200);
    expect(String((await sendRaw(device, "GET", uri)).headers["www-authenticate"])).toContain(
      'Basic realm="LPC9-000001"',
    );
  });

  test("a user who is not allowed cannot log in", async () => {
    const device = await startDevice();
    device.changeByHand("auth/users/1", { name: "fred", password: "secret99", is_allowed: false });
    device.tree.config.allow_rest_nonadmin = true;
    const fred = new Person(device, "fred", "secret99");
    expect((await fred.send("GET", "relay/name/")).status).toBe(401);
    device.changeByHand("auth/users/1/is_allowed", true);
    expect((await fred.send("GET", "relay/name/")).status).toBe(200);
  });

  test.each([
    [401, 401],
    [403, 403],
    [429, 429],
  ] as const)("failed logins lock everyone out for some minutes, with lockedOutAnswer=%d", async (answer, status) => {
    const device = await startDevice({ dialects: { lockedOutAnswer: answer, lockoutAttempts: 3 } });
    const thief = new Person(device, "admin", "guess");
    const admin = new Person(device);
    for (let attempt = 0; attempt < 3; attempt += 1) {
      expect([(await thief.send("GET", "relay/name/")).status, device.failedLogins]).toEqual([401, attempt + 1]);
    }
    expect(device.isLockedOut).toBe(true);
    expect((await admin.send("GET", "relay/name/")).status).toBe(status);
    device.clock.advance(5 * 60_000);
    expect((await admin.send("GET", "relay/name/")).status).toBe(200);
  });

  test("a right login in between, or a delay of 0, prevents the lockout", async () => {
    const device = await startDevice({ dialects: { lockoutAttempts: 3 } });
    const thief = new Person(device, "admin", "guess");
    for (const person of [thief, thief, new Person(device), thief, thief]) {
      await person.send("GET", "relay/name/");
    }
    expect(device.isLockedOut).toBe(false);
    device.tree.config.lockout_delay_minutes = 0;
    await thief.send("GET", "relay/name/");
    expect([device.isLockedOut, device.failedLogins]).toEqual([false, 5]);
  });
});

describe("access settings", () => {
  test.each(["PUT", "POST", "PATCH", "DELETE"])("a %s needs X-CSRF or X-Requested-With", async (method) => {
    const device = await startDevice();
    const target = "/restapi/config/ntp_peers/0/";
    const send = async (headers: Record<string, string>) => {
      const authorization = digest(await challengeOf(device), {
        username: "admin",
        password: "1234",
        method,
        uri: target,
      });
      const json = method === "DELETE" ? {} : { json: "x" };
      return sendRaw(device, method, target, { ...json, headers: { Authorization: authorization, ...headers } });
    };
    expect((await send({})).status).toBe(403);
    expect(device.tree.config.ntp_peers[0]).toBe("0.pool.ntp.org");
    expect((await send({ "X-Requested-With": "XMLHttpRequest" })).status).not.toBe(403);
    expect((await send({ "X-CSRF": "x" })).status).not.toBe(403);
  });

  test.each([
    ["methods", { json: true }, 204],
    ["contentTypes", { json: true }, 204],
    ["methods", { form: { value: "true" } }, 204],
    ["contentTypes", { form: { value: "true" } }, 400],
  ] as const)("csrfRelaxation=%s decides about %j without the header", async (csrfRelaxation, sent, status) => {
    const device = await startDevice({ dialects: { csrfRelaxation, csrfStatus: 400 } });
    const target = "/restapi/config/ssh_enabled/";
    const parts = { username: "admin", password: "1234", method: "PUT", uri: target };
    const headers = { Authorization: digest(await challengeOf(device), parts) };
    expect((await sendRaw(device, "PUT", target, { ...sent, headers })).status).toBe(status);
  });

  test("an OPTIONS needs neither a login nor the header", async () => {
    expect((await sendRaw(await startDevice(), "OPTIONS", uri)).status).toBe(204);
  });

  test.each([204, 403] as const)("a CORS preflight is refused with preflightStatus=%d", async (preflightStatus) => {
    const device = await startDevice({ dialects: { preflightStatus } });
    const headers = { Origin: "https://example.com", "Access-Control-Request-Method": "PUT" };
    const preflight = await sendRaw(device, "OPTIONS", uri, { headers });
    expect(preflight.status).toBe(preflightStatus);
    expect(preflight.headers["access-control-allow-origin"]).toBeUndefined();
    expect((await sendRaw(device, "OPTIONS", uri)).status).toBe(204);
  });

  test.each([
    ["404", 404],
    ["403", 403],
    ["503", 503],
  ] as const)(
    "a device with REST disabled responds with %s and asks for no login",
    async (restDisabledStatus, status) => {
      const device = await startDevice({ dialects: { restDisabledStatus } });
      const admin = new Person(device);
      expect(await admin.put("config/allow_restapi/", false)).toBe(204);
      const answer = await sendRaw(device, "GET", uri);
      expect([answer.status, answer.headers["www-authenticate"]]).toEqual([status, undefined]);
    },
  );

  test("a device with REST disabled may respond with its login page and 200", async () => {
    const device = await startDevice({ dialects: { restDisabledStatus: "loginPage" } });
    device.tree.config.allow_rest = false;
    const answer = await sendRaw(device, "GET", uri);
    expect([answer.status, answer.headers["content-type"]]).toEqual([200, "text/html"]);
  });
});
