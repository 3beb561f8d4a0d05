/** The journal of the simulator: what it keeps, for how long, and what it never shows. */
import { Journal } from "../../simulator";
import { redactBody, redactPath } from "../../simulator/http/redact";
import { challengeOf, digest, Person, sendRaw } from "./http";
import { startDevice } from "./start";

const secrets = [
  "opensesame",
  "shibboleth",
  "1234",
  "SGVsbG8",
  "185f8db32271fe25f561a6fc938b2e264306ec304eda518007d1764826381969",
];

describe("journal", () => {
  test("a journal entry has method, decoded path, status, user, body and a running number", async () => {
    const device = await startDevice();
    const admin = new Person(device);
    await admin.send("PUT", "relay/outlets/name=Outlet%203/name/", { json: "Pump" });
    expect(device.journal.entries).toEqual([
      expect.objectContaining({
        sequence: 1,
        method: "GET",
        path: "/restapi/",
        status: 401,
        user: null,
        isWrite: false,
      }),
      {
        sequence: 2,
        time: device.clock.now(),
        method: "PUT",
        path: "/restapi/relay/outlets/name=Outlet 3/name/",
        status: 207,
        user: "admin",
        isWrite: true,
        requestBody: '"Pump"',
        fault: null,
      },
    ]);
    device.journal.clear();
    await admin.get("cred/");
    expect(device.journal.entries.map((entry) => entry.sequence)).toEqual([3, 4]);
  });

  test("a journal entry has the time of the device's clock", async () => {
    const device = await startDevice();
    await sendRaw(device, "GET", "/");
    device.clock.advance(90_000);
    await sendRaw(device, "GET", "/");
    expect(device.journal.entries.map(({ time }) => new Date(time).toISOString())).toEqual([
      "2026-01-01T00:00:00.000Z",
      "2026-01-01T00:01:30.000Z",
    ]);
    expect(device.journal.dump()).toBe(
      "1 2026-01-01T00:00:00.000Z GET / 200 -\n2 2026-01-01T00:01:30.000Z GET / 200 -",
    );
  });

  test.each([
    [{ entries: 3 }, 3],
    [{ characters: 30 }, 2],
    [{ entries: 3, characters: 14 }, 1],
    [{ characters: 13 }, 0],
  ])("a journal limited to %j drops the oldest entries and counts them", (limits, kept) => {
    const journal = new Journal(limits);
    const entry = { time: 0, method: "PUT", path: "/1234", status: 204, user: null, isWrite: true, fault: null };
    for (let count = 0; count < 5; count += 1) {
      journal.record({ ...entry, requestBody: "123456789" });
    }
    expect(journal.entries.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5].slice(5 - kept));
    expect(journal.dropped).toBe(5 - kept);
    journal.clear();
    journal.record({ ...entry, requestBody: "" });
    expect([journal.entries[0]?.sequence, journal.dropped]).toEqual([6, 0]);
  });

  test("the journal counts by method and path; its writes are those of logged-in users", async () => {
    const device = await startDevice();
    const admin = new Person(device);
    await admin.put("relay/name/", "x");
    await admin.put("config/hostname/", "x");
    await admin.post("relay/outlets/0/cycle/");
    await sendRaw(device, "PUT", "/restapi/relay/name/", { json: "y", headers: { "X-CSRF": "x" } });
    expect(device.journal.count()).toBe(7);
    expect(device.journal.count({ method: "PUT" })).toBe(3);
    expect(device.journal.count({ method: "PUT", path: "relay/" })).toBe(2);
    expect(device.journal.count({ path: /cycle\/$/ })).toBe(1);
    expect(device.journal.writes().map((entry) => entry.path)).toEqual([
      "/restapi/relay/name/",
      "/restapi/config/hostname/",
      "/restapi/relay/outlets/0/cycle/",
    ]);
    expect(device.journal.dump().split("\n")).toHaveLength(7);
    expect(device.journal.dump()).toContain('PUT /restapi/relay/name/ 204 admin "x"');
  });

  test("the journal shows no password, token or login in any form of request", async () => {
    const device = await startDevice();
    const admin = new Person(device);
    const fred = { name: "fred", password: "opensesame" };
    await admin.post("auth/users/", fred);
    await admin.put("auth/users/name=fred/password/", "shibboleth");
    await admin.send("PUT", "auth/users/1/password/", { form: { value: "opensesame" } });
    await admin.send("PATCH", "auth/users/1/", { form: { old_password: "opensesame", new_password: "shibboleth" } });
    await admin.put("auth/users/", [device.tree.auth.users[0], fred]);
    const patch = [{ op: "replace", path: "/1/password", value: "shibboleth" }];
    await admin.send("PATCH", "auth/users/", { text: JSON.stringify(patch), headers: { "Content-Type": "text/x" } });
    await admin.send("PUT", "auth/users/1/", { text: '{"password": "opensesame', headers: { "Content-Type": "a/b" } });
    await admin.put("mqtt/password/", "shibboleth");
    await admin.put("relay/name/", "shibboleth");
    await admin.send("GET", "auth/users/password=opensesame/");
    await admin.put("auth/clients/a/", { access_tokens: { [secrets[4] ?? ""]: {} }, scopes: { "/relay/": true } });
    await sendRaw(device, "GET", "/restapi/relay/name/", { headers: { Authorization: "Bearer a.SGVsbG8" } });
    const parts = { username: "admin", password: "1234", method: "GET", uri: "/restapi/" };
    await sendRaw(device, "GET", "/restapi/", { headers: { Authorization: digest(await challengeOf(device), parts) } });
    expect(device.tree.mqtt.password).toBe("shibboleth");
    const everything = device.journal.dump() + JSON.stringify(device.journal.entries);
    expect(secrets.filter((secret) => everything.includes(secret))).toEqual([]);
    expect(everything).not.toMatch(/Digest|Bearer|response=/);
    expect(everything).toContain("[redacted]");
    expect(everything).toContain("fred");
  });
});

test.each([
  ["one word", "a".repeat(100_000)],
  ["secrets' names", "password".repeat(12_500)],
  ["brackets", "[".repeat(100_000)],
])("a 100 KB body of %s without a login costs the device almost nothing", async (_what, text) => {
  const device = await startDevice();
  const path = `/restapi/${"pass".repeat(2_000)}`;
  const headers = { Authorization: `Digest ${"a".repeat(6_000)}` };
  expect((await sendRaw(device, "PUT", path, { text, headers })).status).toBe(301);
  expect(device.journal.count()).toBe(1);
});

describe("redaction", () => {
  const none = new Set<string>();

  test.each([
    ["relay/name/", '{"a":[{"token":"t"}],"b":1}', '{"a":[{"token":"[redacted]"}],"b":1}'],
    ["network/wired/", "gateway=10.0.0.1&netmask=x", "gateway=10.0.0.1&netmask=x"],
    ["auth/users/1/", "name=a&new_password=b", "name=a&new_password=[redacted]"],
    ["auth/users/1/password/", "value=b", "[redacted]"],
    ["script/source/", "function f() end", "function f() end"],
    ["script/source/", "-- my password is b", "[redacted]"],
    ["a/", "x=1&y -- password b", "x=1&[redacted]=[redacted]"],
    ["a/", "community=public&x=1", "community=[redacted]&x=1"],
    ["a/", "source=-- my token is b&x=1", "source=[redacted]&x=1"],
    ["relay/name/", "", ""],
  ])("a body sent to %s as %s is redacted where needed", (path, body, shown) => {
    expect(redactBody(path, body, none)).toBe(shown);
  });

  test("a body above 100,000 characters is shown as its length", () => {
    expect(redactBody("relay/name/", `"${"x".repeat(99_998)}"`, none)).toContain("xx");
    expect(redactBody("relay/name/", "x".repeat(100_001), none)).toBe("[100001 characters]");
  });

  test("known secrets are redacted in text of any form", () => {
    expect(redactBody("script/source/", "x = 'opensesame'", new Set(["opensesame"]))).toBe("x = '[redacted]'");
    expect(redactPath("/restapi/a/new_password=b/c/", none)).toBe("/restapi/a/new_password=[redacted]/c/");
    expect(redactPath("/restapi/all;token=b;c=d/password/=e,f/", none)).toBe(
      "/restapi/all;token=[redacted];c=d/password/=e,f/",
    );
  });
});
