/** User: accounts, passwords that cannot be read back, and access to outlets. */
import type { SimulatedDevice } from "../../simulator";
import { Refusal } from "../../simulator/schema/refusal";
import { names, onDevice, writes } from "../support/on-device";

const fred = { name: "fred", password: "first one", outletAccess: [2, 5] };

/** Opens the REST-style API to users other than the admin. */
function allowOthers(device: SimulatedDevice): void {
  const config = device.tree.config as unknown as Record<string, unknown>;
  config[Object.keys(config).find((key) => /^allow_rest.*nonadmin$/.test(key)) as string] = true;
}

test("the administrator is not a User", () =>
  onDevice({}, async ({ device, engine }) => {
    await expect(engine.create("User", { ...fred, name: "admin" })).rejects.toThrow(/AdminPassword/);
    expect(device.journal.count({})).toBe(0);
  }));

test("an administrator with another name is not a User either", () =>
  onDevice({ username: "root" }, async ({ device, engine }) => {
    await expect(engine.create("User", { ...fred, name: "root", adopt: true })).rejects.toThrow(/AdminPassword/);
    expect(writes(device)).toEqual([]);
  }));

test.each([
  ["ADMIN", "admin"],
  ["admin ", "admin"],
  ["root", "root"],
  ["Root", "root"],
])("the name %j of the administrator %j is neither made, adopted nor imported, whatever agrees", (name, username) =>
  onDevice({ username }, async ({ device, engine }) => {
    const asItIs = { name, outletAccess: "all" };
    await expect(engine.create("User", asItIs)).rejects.toThrow(/administrator.*AdminPassword/);
    await expect(engine.create("User", { ...asItIs, adopt: true })).rejects.toThrow(/administrator.*AdminPassword/);
    await expect(engine.import("User", `default/users/${encodeURIComponent(name)}`)).rejects.toThrow(/AdminPassword/);
    expect(writes(device)).toEqual([]);
  }),
);

test.each(["the administrator", "a token with every right"])(
  "a User of the state that is an administrator is never changed or removed, by %s, and leaves by `pulumi state delete`",
  (who) =>
    onDevice({}, async ({ device, engine }) => {
      const held = await engine.create("User", fred);
      const { state } = await engine.create("ApiClient", { name: "ci", scopes: ["/"] });
      device.tree.auth.users[1]!.is_admin = true;
      device.journal.clear();
      const token = engine.as({ "dli:token": String(state["bearer"]), "dli:username": "", "dli:password": "" });
      const own = who === "the administrator" ? engine : token;
      for (const operate of [
        () => own.refresh(held),
        () => own.up(held, { ...fred, outletAccess: [1] }),
        () => own.destroy(held),
      ]) {
        await expect(operate()).rejects.toThrow(/administrator.*pulumi state delete/);
      }
      expect(JSON.stringify(await own.planRemoval(held))).not.toContain("DELETE");
      await expect(engine.import("User", held.id)).rejects.toThrow(/administrator.*AdminPassword/);
      expect(writes(device)).toEqual([]);
      expect(device.tree.auth.users).toHaveLength(2);
    }),
);

test("a user that already exists is an error that names adopt, and adopt brings it to what is declared", () =>
  onDevice({}, async ({ device, engine }) => {
    await engine.create("User", fred);
    device.journal.clear();
    const other = engine.create("User", { ...fred, outletAccess: [1] });
    await expect(other).rejects.toThrow(/default\/users\/fred already exists.*adopt: true/);
    expect(writes(device)).toEqual([]);
    await engine.create("User", { ...fred, outletAccess: [1], adopt: true });
    expect(writes(device)).toEqual(["PUT auth/users/name=fred/outlet_access/", "PUT auth/users/name=fred/password/"]);
  }));

test("a user without a password cannot be created", () =>
  onDevice({}, async ({ device, engine }) => {
    await expect(engine.create("User", { name: "fred" })).rejects.toThrow(/cannot be created without a password/);
    expect(writes(device)).toEqual([]);
  }));

test("a password that was changed elsewhere is drift only with verifyPassword", () =>
  onDevice({}, async ({ device, engine }) => {
    allowOthers(device);
    const held = await engine.create("User", { ...fred, verifyPassword: true });
    expect(await engine.refresh(held)).toEqual([]);
    device.changeByHand("auth/users/1/password", "by hand");
    expect(names(await engine.refresh(held))).toEqual(["password"]);
    expect(device.failedLogins).toBe(1);
    await engine.up(held, { ...fred, verifyPassword: true });
    expect(device.tree.auth.users[1]?.password).toBe("first one");

    const blind = await engine.create("User", { ...fred, name: "ann" });
    device.changeByHand("auth/users/2/password", "by hand");
    expect(await engine.refresh(blind)).toEqual([]);
  }));

describe("a device whose response to a new password says nothing", () => {
  const refusePasswords = (device: SimulatedDevice) =>
    device.behaviours.register({
      name: "rule for passwords",
      path: "auth/users/*/password",
      accept: () => {
        throw new Refusal(409, "too weak");
      },
    });

  test("a rejection that the device hides is detected with one login, and the next run tries again", () =>
    onDevice({}, async ({ device, engine }) => {
      allowOthers(device);
      const held = await engine.create("User", fred);
      const takeBack = refusePasswords(device);
      await expect(engine.up(held, { ...fred, password: "next one" })).rejects.toThrow(
        /PUT auth\/users\/name=fred\/password.*accepted the new password of user `fred` but rejects a login with it/,
      );
      expect(device.failedLogins).toBe(1);
      takeBack();
      await engine.up(held, { ...fred, password: "next one" });
      expect(device.tree.auth.users[1]?.password).toBe("next one");
      expect(engine.warnings).toEqual([]);
    }));

  test("a password of a user who may not use the API is not verified, and a warning says so", () =>
    onDevice({}, async ({ device, engine }) => {
      const held = await engine.create("User", fred);
      refusePasswords(device);
      await engine.up(held, { ...fred, password: "next one" });
      expect(device.failedLogins).toBe(0);
      expect(engine.warnings).toEqual([
        expect.stringMatching(/the new password of user `fred` was sent but could not be tested/),
      ]);
    }));
});

test("the order of outletAccess does not matter, and a list of all outlets equals all", () =>
  onDevice({}, async ({ engine }) => {
    const held = await engine.create("User", { ...fred, outletAccess: [5, 2, 5] });
    expect(await engine.up(held, { ...fred, outletAccess: [2, 5] })).toEqual([]);
    await engine.up(held, { ...fred, outletAccess: [1, 2, 3, 4, 5, 6, 7, 8] });
    expect(await engine.refresh(held)).toEqual([]);
  }));

test("access to the first outlets only is not access to all, even if the device lists no others for the user", () =>
  onDevice({}, async ({ device, engine }) => {
    const held = await engine.create("User", { ...fred, outletAccess: [1, 2] });
    device.tree.auth.users[1]!.outlet_access = [true, true];
    expect(await engine.refresh(held)).toEqual([]);
    expect((await engine.import("User", held.id))?.inputs["outletAccess"]).toEqual([1, 2]);
    await engine.up(held, { ...fred, outletAccess: "all" });
    expect(device.tree.auth.users[1]?.outlet_access).toEqual(Array.from({ length: 8 }, () => true));
  }));

test("access to an outlet that the device does not have is rejected before anything is written", () =>
  onDevice({}, async ({ device, engine }) => {
    await expect(engine.create("User", { ...fred, outletAccess: [9] })).rejects.toThrow(/names outlet 9.*has 8/);
    expect(writes(device)).toEqual([]);
  }));

test("a user on a device with 32 outlets gets 32 flags", () =>
  onDevice({ model: "ISO32" }, async ({ device, engine }) => {
    await engine.create("User", { ...fred, outletAccess: [32] });
    expect(device.tree.auth.users[1]?.outlet_access).toHaveLength(32);
  }));

test.each(["a;b=c,d", "x/y", "ü ñ", "!x", "50%"])("the user %j is addressed by exactly this name", (name) =>
  onDevice({}, async ({ device, engine }) => {
    const held = await engine.create("User", { ...fred, name });
    expect(await engine.refresh(held)).toEqual([]);
    await engine.up(held, { ...fred, name, outletAccess: [1] });
    expect((await engine.import("User", held.id))?.inputs["name"]).toBe(name);
    await engine.destroy(held);
    expect(device.tree.auth.users.map((user) => user.name)).toEqual(["admin"]);
  }),
);

test("a user that was deleted elsewhere is not created by an update, is gone after refresh, and up creates it again", () =>
  onDevice({}, async ({ device, engine }) => {
    const held = await engine.create("User", fred);
    device.removeByHand("auth/users/1");
    device.journal.clear();
    await expect(engine.up(held, { ...fred, outletAccess: [1] })).rejects.toThrow(
      "default/users/fred is not on the device any more, and the plan was to change it",
    );
    expect(device.journal.writes()).toEqual([]);
    expect(await engine.refresh(held)).toBeUndefined();
    await engine.create("User", fred);
    expect(device.tree.auth.users[1]).toMatchObject({ name: "fred", password: "first one" });
  }));

test("slots without a name and other odd elements are passed over, and ours is judged member by member", () =>
  onDevice({}, async ({ device, engine }) => {
    const odd = [{ name: null, is_allowed: false }, null, 7, { password: "x" }];
    device.behaviours.register({
      name: "list odd slots too",
      path: "auth/users",
      read: (_context, next) => [...odd, ...(next() as object[])] as never,
    });
    const held = await engine.create("User", fred);
    expect(await engine.refresh(held)).toEqual([]);
    device.tree.auth.users[1]!.is_allowed = "yes" as never;
    await expect(engine.refresh(held)).rejects.toThrow(/auth\/users\/name=fred\/: unexpected response at is_allowed/);
    device.tree.auth.users[1]!.is_allowed = true;
    await engine.destroy(held);
    expect(device.tree.auth.users).toHaveLength(1);
  }));

test("a list without the administrator proves nothing: the account itself is asked for", () =>
  onDevice({}, async ({ device, engine }) => {
    const held = await engine.create("User", fred);
    const others = [{ name: "ann", is_allowed: true }];
    const takeBack = device.behaviours.register({ name: "leave out", path: "auth/users", read: () => others });
    await expect(engine.refresh(held)).rejects.toThrow(/although what contains it does not show it/);
    await expect(engine.destroy(held)).rejects.toThrow(/although what contains it does not show it/);
    expect(device.tree.auth.users).toHaveLength(2);
    device.tree.auth.users.splice(1, 1);
    expect(await engine.refresh(held)).toBeUndefined();
    takeBack();
  }));

test.each(["a\n", "\r", "tab\tbed", "\u0000", "del\u007f"])(
  "the user %j, who could never log in, is not created",
  (name) =>
    onDevice({}, async ({ device, engine }) => {
      await expect(engine.create("User", { ...fred, name })).rejects.toThrow(/name contains/);
      expect(device.journal.count({})).toBe(0);
    }),
);
