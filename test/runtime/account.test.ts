/** What a login may see, as the device itself says. */
import { DliClient, type DliError, ForbiddenError, NotFoundError, TimeoutError } from "../../provider/client";
import { Account } from "../../provider/runtime/account";
import type { SimulatedDevice } from "../../simulator";
import { onDevice } from "../support/on-device";

type Login = { readonly username: string; readonly password: string } | { readonly token: string };

const admin = { username: "admin", password: "1234" };
const fred = { username: "fred", password: "freds password" };

/** Works with an account whose client logs in to a device that has a user `fred` and a client `ci` with these scopes. */
function as(
  login: "admin" | "fred" | "ci" | "renamed",
  scopes: Readonly<Record<string, boolean>>,
  work: (account: Account, bench: { device: SimulatedDevice; client: DliClient }) => Promise<void>,
): Promise<void> {
  return onDevice({}, async ({ device, engine }) => {
    await engine.create("User", { name: fred.username, password: fred.password });
    const { state } = await engine.create("ApiClient", { name: "ci", scopes: ["/cred/?access=get"] });
    device.tree.auth.clients["ci"]!.scopes = { "/auth/clients/ci/scopes/?access=get": true, ...scopes };
    device.tree.config.allow_rest_nonadmin = true;
    if (login === "renamed") {
      device.tree.auth.users[0]!.name = "root";
    }
    const logins: Record<typeof login, Login> = {
      admin,
      fred,
      ci: { token: String(state["bearer"]) },
      renamed: { ...admin, username: "root" },
    };
    device.journal.clear();
    const client = new DliClient({ url: device.url, ...logins[login] });
    const own = logins[login];
    try {
      await work(new Account(client, "token" in own ? { client: "ci" } : { user: own.username }), { device, client });
    } finally {
      await client.close();
    }
  });
}

const readsOf = (device: SimulatedDevice) =>
  device.journal.entries.map(({ method, path }) => `${method} ${path.replace("/restapi/", "")}`);

/** An error as the client makes it for a request. */
const denied = <E extends DliError>(
  Kind: new (details: ConstructorParameters<typeof ForbiddenError>[0]) => E,
  method = "GET",
) => new Kind({ device: "rack", method, path: "relay/outlets/", message: "no", outcome: "refused" });

describe("a token is shown all of a path", () => {
  test.each([
    ["/", "relay/outlets/", true],
    ["/relay/", "relay/outlets/", true],
    ["/relay/?access=get", "relay/outlets/", true],
    ["/relay/?access=modify,get", "relay/outlets/", true],
    ["/relay/outlets/?access=get", "relay/outlets/", true],
    ["/relay/?access=modify", "relay/outlets/", false],
    ["/relay/?access=", "relay/outlets/", false],
    ["/relay/?only=get", "relay/outlets/", false],
    ["/relay/?nr=1&access=get", "relay/outlets/", false],
    ["/relay/outlets/0/?access=get", "relay/outlets/", false],
    ["/relay/outlets/=0,1/?access=get", "relay/outlets/=0,1/", false],
    ["/relay/outlets/all;state=true/?access=get", "relay/outlets/", false],
    ["/auth/", "relay/outlets/", false],
    ["/rel", "relay/outlets/", false],
    ["relay/", "relay/outlets/", false],
  ])("by the scope %j for %j: %j", (scope, path, seesAll) =>
    as("ci", { [scope]: true }, async (account) => {
      expect(await account.seesAll(path)).toBe(seesAll);
    }),
  );

  test("only by a scope that is switched on", () =>
    as("ci", { "/relay/": false }, async (account) => {
      expect(await account.seesAll("relay/outlets/")).toBe(false);
    }));

  test("by any of its scopes", () =>
    as("ci", { "/cred/": true, "/relay/": true }, async (account) => {
      expect(await account.seesAll("relay/outlets/")).toBe(true);
    }));

  test("not if it may not read its scopes", () =>
    as("ci", {}, async (account, { device }) => {
      device.tree.auth.clients["ci"]!.scopes = { "/relay/": true };
      expect(await account.seesAll("relay/outlets/")).toBe(false);
    }));
});

describe("an account is shown everything", () => {
  test("without a question if it is the administrator under its factory name", () =>
    as("admin", {}, async (account, { device }) => {
      expect(account.isFactoryAdmin).toBe(true);
      expect(await account.seesAll("relay/outlets/")).toBe(true);
      expect(await account.isAdmin()).toBe(true);
      expect(readsOf(device)).toEqual([]);
    }));

  test("if the device says that it is the administrator", () =>
    as("renamed", {}, async (account) => {
      expect(account.isFactoryAdmin).toBe(false);
      expect(await account.seesAll("relay/outlets/")).toBe(true);
      expect(await account.isAdmin()).toBe(true);
    }));

  test("not if it is any other user", () =>
    as("fred", {}, async (account) => {
      expect(await account.seesAll("relay/outlets/")).toBe(false);
      expect(await account.isAdmin()).toBe(false);
    }));

  test.each(["yes", 1, null])("not if the device says %j", (isAdmin) =>
    as("renamed", {}, async (account, { device }) => {
      device.faults.add({
        kind: "oddAnswer",
        body: JSON.stringify({ is_admin: isAdmin }),
        path: "cred/",
        times: "always",
      });
      expect(await account.seesAll("relay/outlets/")).toBe(false);
      expect(await account.isAdmin()).toBeUndefined();
    }),
  );

  test("not known if the device does not answer", () =>
    as("renamed", {}, async (account, { device }) => {
      device.faults.add({ kind: "status", status: 404, path: "cred/", times: "always" });
      expect(await account.seesAll("relay/outlets/")).toBe(false);
      expect(await account.isAdmin()).toBeUndefined();
    }));

  test("a token is no administrator, which takes no request", () =>
    as("ci", { "/": true }, async (account, { device }) => {
      expect(await account.isAdmin()).toBe(false);
      expect(readsOf(device)).toEqual([]);
    }));
});

describe("whether a denial may be for lack of rights", () => {
  test("the factory administrator finds nothing hidden, and may be forbidden something by a lock bit", () =>
    as("admin", {}, async (account) => {
      expect(await account.hadAllRights(denied(NotFoundError))).toBeUndefined();
      expect(await account.hadAllRights(denied(ForbiddenError))).toBe(true);
      expect(await account.hadAllRights(denied(TimeoutError))).toBeUndefined();
    }));

  test.each([
    ["fred", false],
    ["renamed", true],
  ] as const)("for %s, the device tells", (login, isAdmin) =>
    as(login, {}, async (account) => {
      expect(await account.hadAllRights(denied(NotFoundError))).toBe(isAdmin);
      expect(await account.hadAllRights(denied(ForbiddenError))).toBe(isAdmin);
      expect(await account.hadAllRights(denied(TimeoutError))).toBeUndefined();
    }),
  );

  test("for a token, its scopes tell of what it reads and does not find", () =>
    as("ci", { "/relay/": true }, async (account) => {
      expect(await account.hadAllRights(denied(NotFoundError))).toBe(true);
      expect(await account.hadAllRights(denied(NotFoundError, "PUT"))).toBe(false);
      expect(await account.hadAllRights(denied(ForbiddenError))).toBe(false);
    }));

  test("a token that is shown something else finds it hidden", () =>
    as("ci", { "/auth/": true }, async (account) => {
      expect(await account.hadAllRights(denied(NotFoundError))).toBe(false);
    }));
});

describe("the first request proves the login", () => {
  test("not for the factory administrator, whom nothing is hidden from", () =>
    as("admin", {}, async (account, { device }) => {
      await account.prove();
      expect(readsOf(device)).toEqual([]);
    }));

  test.each(["fred", "ci"] as const)("of %s, and only the first", (login) =>
    as(login, { "/cred/": true }, async (account, { device }) => {
      await account.prove();
      expect(new Set(readsOf(device))).toEqual(new Set(["GET cred/"]));
      device.journal.clear();
      await account.prove();
      expect(readsOf(device)).toEqual([]);
    }),
  );

  test.each([403, 404])("even if the device answers %d", (status) =>
    as("fred", {}, async (account, { device }) => {
      device.faults.add({ kind: "status", status, path: "cred/", times: "always" });
      await expect(account.prove()).resolves.toBeUndefined();
    }),
  );

  test("but not if the login is refused or the device fails", () =>
    as("fred", {}, async (account, { device }) => {
      device.faults.add({ kind: "status", status: 500, path: "cred/", times: "always" });
      await expect(account.prove()).rejects.toThrow(/500/);
    }));

  test("even if the REST API is switched off, which the next request says", () =>
    as("fred", {}, async (account, { device }) => {
      device.tree.config.allow_rest = false;
      await expect(account.prove()).resolves.toBeUndefined();
    }));
});

test.each([
  ["admin", "admin", undefined, true],
  ["fred", "fred", undefined, false],
  ["ci", undefined, "ci", false],
] as const)("the name and factory password of %s", (login, username, tokenClient, hasFactoryPassword) =>
  as(login, { "/cred/": true }, async (account, { client }) => {
    await client.get("cred/");
    expect(account.username).toBe(username);
    expect(account.tokenClient).toBe(tokenClient);
    expect(account.hasFactoryPassword).toBe(hasFactoryPassword);
  }),
);
