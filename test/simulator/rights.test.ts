/** What restricted users, token clients and lock bits allow. */
import type { DialectSettings } from "../../simulator";
import { Person, sendRaw } from "./http";
import { startDevice } from "./start";

async function startWithFred(dialects: Partial<DialectSettings> = {}) {
  const device = await startDevice({ dialects: { physicalLagMilliseconds: 0, ...dialects } });
  const access = [false, true, true, false, true, false, false, false];
  device.changeByHand("auth/users/1", { name: "fred", password: "secret99", outlet_access: access });
  device.tree.config.allow_rest_nonadmin = true;
  return { device, fred: new Person(device, "fred", "secret99") };
}

describe("a user who is not an administrator", () => {
  test("a restricted user has access only while REST is on for such users", async () => {
    const { device, fred } = await startWithFred();
    expect((await fred.send("GET", "relay/outlets/1/state/")).status).toBe(200);
    device.tree.config.allow_rest_nonadmin = false;
    expect((await fred.send("GET", "relay/outlets/1/state/")).status).toBe(403);
    expect(device.failedLogins).toBe(0);
  });

  test("a restricted user can read cred/", async () => {
    const { fred } = await startWithFred();
    expect(await fred.get("cred/")).toEqual({
      name: "fred",
      is_admin: false,
      outlet_access: [false, true, true, false, true, false, false, false],
      agent: "web ui",
      ip_address: "127.0.0.1",
    });
  });

  test("a restricted user switches and cycles the allowed outlets, and no others", async () => {
    const { device, fred } = await startWithFred();
    expect(await fred.put("relay/outlets/1/state/", false)).toBe(204);
    expect(await fred.put("relay/outlets/2/transient_state/", false)).toBe(204);
    expect((await fred.post("relay/outlets/4/cycle/")).status).toBe(204);
    expect((await fred.post("relay/set_outlet_transient_states/", [[[1, true]]])).status).toBe(204);
    expect(await fred.put("relay/outlets/0/state/", false)).toBe(403);
    expect((await fred.post("relay/outlets/3/cycle/")).status).toBe(403);
    expect(
      (
        await fred.post("relay/set_outlet_transient_states/", [
          [
            [1, false],
            [0, false],
          ],
        ])
      ).status,
    ).toBe(403);
    expect(device.tree.relay.outlets.map((outlet) => outlet.physical_state)).toEqual([
      true,
      true,
      false,
      true,
      false,
      true,
      true,
      true,
    ]);
  });

  test("a restricted user changes nothing else, runs no script and reads nothing that is for the administrator", async () => {
    const { device, fred } = await startWithFred();
    const before = structuredClone(device.tree);
    expect(await fred.put("relay/outlets/1/name/", "Mine")).toBe(403);
    expect(await fred.put("relay/sequence_delay/", 1)).toBe(403);
    expect((await fred.post("script/start/", [{ user_function: "f" }])).status).toBe(403);
    expect((await fred.post("auth/users/", { name: "x", password: "y" })).status).toBe(403);
    expect((await fred.send("DELETE", "config/ntp_peers/0/")).status).toBe(403);
    expect(await fred.put("script/snippets/x/", { source: "" })).toBe(403);
    for (const path of ["auth/", "autoping/", "script/", "relay/model/", "system/time/", "config/links/"]) {
      expect([path, (await fred.send("GET", path)).status]).toEqual([path, 403]);
    }
    expect(device.tree).toEqual(before);
  });

  test.each([
    ["nullEntries", 200, [null, "object", "object", null, "object", null, null, null], 403],
    ["readable", 200, Array(8).fill("object"), 200],
    ["containerRefused", 403, [], 403],
  ] as const)(
    "a restricted user reads the array of outlets as restrictedOutlets=%s says",
    async (restrictedOutlets, status, list, other) => {
      const { fred } = await startWithFred({ restrictedOutlets });
      const answer = await fred.send("GET", "relay/outlets/");
      expect(answer.status).toBe(status);
      const kinds =
        status === 200 ? (answer.json as unknown[]).map((entry) => (entry === null ? null : typeof entry)) : [];
      expect(kinds).toEqual(list);
      expect((await fred.send("GET", "relay/outlets/1/")).status).toBe(200);
      expect((await fred.send("GET", "relay/outlets/0/")).status).toBe(other);
    },
  );

  test.each([
    ["omitted", 200, undefined],
    ["null", 200, null],
    ["refused", 403, undefined],
  ] as const)(
    "a restricted user reads an object with hidden members as hiddenMembers=%s says",
    async (hiddenMembers, status, model) => {
      const { fred } = await startWithFred({ hiddenMembers });
      const answer = await fred.send("GET", "relay/");
      expect(answer.status).toBe(status);
      expect(status === 200 ? (answer.json as { model: unknown }).model : undefined).toBe(model);
    },
  );

  test.each([403, 401, 404] as const)(
    "forbiddenStatus=%d is the status of a lack of rights",
    async (forbiddenStatus) => {
      const { device, fred } = await startWithFred({ forbiddenStatus });
      const answer = await fred.send("GET", "auth/");
      expect(answer.status).toBe(forbiddenStatus);
      expect(answer.headers["www-authenticate"] !== undefined).toBe(forbiddenStatus === 401);
      expect(device.failedLogins).toBe(0);
    },
  );
});

describe("lock bits", () => {
  test.each([
    ["credentials", "auth/users/0/is_allowed/", true],
    ["network", "network/same_subnet_only/", false],
    ["notifications", "notification/rules/", []],
  ] as const)("the lock bit %s refuses a write to %s", async (bit, path, value) => {
    const device = await startDevice({ dialects: { protectedStatus: 409 } });
    const admin = new Person(device);
    device.protection.add(bit);
    expect(await admin.put(path, value)).toBe(409);
    device.protection.delete(bit);
    expect(await admin.put(path, value)).toBe(204);
  });
});

describe("token clients", () => {
  // From the vendor's own example: the raw token is the text `Hello`.
  const token = "SGVsbG8";
  const hash = "185f8db32271fe25f561a6fc938b2e264306ec304eda518007d1764826381969";

  async function startWithToken(scopes: string[], dialects: Partial<DialectSettings> = {}) {
    const device = await startDevice({ dialects });
    const status = await new Person(device).put("auth/clients/user2/", {
      name: "user2",
      redirect_urls: {},
      scopes: Object.fromEntries(scopes.map((scope) => [scope, true])),
      refresh_tokens: {},
      access_tokens: { [hash]: {} },
    });
    const bearer = (method: string, path: string, json?: unknown, wire = `user2.${token}`) =>
      sendRaw(device, method, `/restapi/${path}`, {
        ...(json === undefined ? {} : { json }),
        headers: { Authorization: `Bearer ${wire}`, Accept: "application/json", "X-CSRF": "x" },
      });
    return { device, bearer, status };
  }

  test("a token's scopes are enforced for each kind of access", async () => {
    const { device, bearer, status } = await startWithToken([
      "/relay/outlets/all;/=name/",
      "/relay/outlets/=1,3/=state,transient_state/?access=get",
      "/relay/outlets/5/=cycle/?access=invoke,get",
      "/config/ssh_enabled/?access=modify,get",
    ]);
    expect(status).toBe(204);
    expect((await bearer("GET", "relay/outlets/all;/name/")).status).toBe(207);
    expect((await bearer("PUT", "relay/outlets/0/name/", "Named")).status).toBe(204);
    expect((await bearer("GET", "relay/outlets/3/state/")).status).toBe(200);
    expect((await bearer("PUT", "relay/outlets/3/state/", false)).status).toBe(403);
    expect((await bearer("GET", "relay/outlets/2/state/")).status).toBe(403);
    expect((await bearer("POST", "relay/outlets/5/cycle/")).status).toBe(204);
    expect((await bearer("POST", "relay/outlets/4/cycle/")).status).toBe(403);
    expect((await bearer("PUT", "config/ssh_enabled/", true)).status).toBe(204);
    expect((await bearer("GET", "auth/")).status).toBe(403);
    expect(device.tree.config.ssh_enabled).toBe(true);
  });

  test("a scope on a container applies to what is in it, and one with the value false allows nothing", async () => {
    const { device, bearer } = await startWithToken(["/relay/"]);
    expect((await bearer("PUT", "relay/outlets/0/state/", false)).status).toBe(204);
    device.tree.auth.clients["user2"] = { ...device.tree.auth.clients["user2"]!, scopes: { "/relay/": false } };
    expect((await bearer("GET", "relay/outlets/0/state/")).status).toBe(403);
  });

  test.each([
    ["wrong token", `user2.${Buffer.from("Hallo").toString("base64url")}`],
    ["token of an unknown client", `user3.${token}`],
    ["token without a client", token],
  ])("a %s counts as a failed login", async (_what, wire) => {
    const { device, bearer } = await startWithToken(["/relay/"]);
    expect([(await bearer("GET", "relay/name/", undefined, wire)).status, device.failedLogins]).toEqual([401, 1]);
  });

  test("credForClients decides whether a token needs a scope for cred/", async () => {
    const strict = await startWithToken(["/relay/"]);
    expect((await strict.bearer("GET", "cred/")).status).toBe(403);
    const lenient = await startWithToken(["/relay/"], { credForClients: "readable" });
    expect((await lenient.bearer("GET", "cred/")).json).toMatchObject({ name: null, is_admin: false });
  });

  test("scopedContainer decides whether a container with only some allowed parts is refused or filtered", async () => {
    const scopes = ["/relay/outlets/=1/=name/?access=get"];
    const strict = await startWithToken(scopes);
    expect((await strict.bearer("GET", "relay/outlets/")).status).toBe(403);
    const filtered = await startWithToken(scopes, { scopedContainer: "filtered" });
    const answer = await filtered.bearer("GET", "relay/outlets/");
    expect(answer.json).toEqual([null, { name: "Outlet 2" }, ...Array(6).fill(null)]);
  });

  test("a token client's key must be its name, and its hashes SHA-256", async () => {
    const { device } = await startWithToken([]);
    const admin = new Person(device);
    expect(await admin.put("auth/clients/one/", { name: "two" })).toBe(409);
    expect(await admin.put("auth/clients/one/", { access_tokens: { Hello: {} } })).toBe(400);
    expect(await admin.put("auth/clients/one/", {})).toBe(204);
    expect(device.tree.auth.clients["one"]?.name).toBe("one");
    expect((await admin.send("DELETE", "auth/clients/one/")).status).toBe(204);
    expect(Object.keys(device.tree.auth.clients)).toEqual(["user2"]);
  });

  test("firmware before 1.10 has no token clients", async () => {
    const device = await startDevice({ firmware: "1.9.20.0" });
    const admin = new Person(device);
    expect(await admin.put("auth/clients/one/", {})).toBe(404);
    expect(Object.keys((await admin.get("auth/")) as object)).not.toContain("clients");
  });
});
