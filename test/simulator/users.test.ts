/** Accounts and their passwords. */
import { Person } from "./http";
import { startDevice } from "./start";

const fred = {
  name: "fred",
  password: "secret99",
  outlet_access: [false, true, true, false, true, false, false, false],
};

describe("accounts", () => {
  test.each([
    ["201WithLocation", 201, "", "/restapi/auth/users/1/"],
    ["201Body", 201, "fred", undefined],
    ["200", 200, "fred", undefined],
    ["204", 204, "", undefined],
  ] as const)("a POST adds a user and returns what postAnswer=%s says", async (postAnswer, status, name, location) => {
    const device = await startDevice({ dialects: { postAnswer } });
    const answer = await new Person(device).post("auth/users/", fred);
    expect([answer.status, answer.headers.location]).toEqual([status, location]);
    expect(answer.body === "" ? "" : (answer.json as { name: string }).name).toBe(name);
    expect(device.tree.auth.users[1]).toEqual({ ...fred, is_allowed: true, is_admin: false });
  });

  test.each([
    ["without a password", { name: "fred" }],
    ["without a name", { password: "x" }],
    ["of an empty name", { name: "", password: "x" }],
    ["of a name that exists", { name: "admin", password: "x" }],
    ["who is an administrator", { ...fred, is_admin: true }],
    ["with access to too few outlets", { ...fred, outlet_access: [true] }],
    ["with an unknown member", { ...fred, shoe_size: 44 }],
  ])("a user %s is refused", async (_what, user) => {
    const device = await startDevice();
    expect((await new Person(device).post("auth/users/", user)).status).toBe(409);
    expect(device.tree.auth.users).toHaveLength(1);
  });

  test("users after a deleted one move up, and the administrator cannot be deleted", async () => {
    const device = await startDevice();
    const admin = new Person(device);
    for (const name of ["tom", "dick", "harry"]) {
      await admin.post("auth/users/", { ...fred, name });
    }
    expect((await admin.send("DELETE", "auth/users/1/")).status).toBe(204);
    expect(await admin.get("auth/users/all;/name/")).toEqual(["admin", "dick", "harry"]);
    expect(await admin.get("auth/users/1/name/")).toBe("dick");
    expect((await admin.send("DELETE", "auth/users/0/")).status).toBe(403);
    expect((await admin.send("DELETE", "auth/users/name=harry/")).status).toBe(207);
    expect(await admin.get("auth/users/all;/name/")).toEqual(["admin", "dick"]);
  });

  test("a user can be renamed, but not to the name of another", async () => {
    const device = await startDevice();
    const admin = new Person(device);
    await admin.post("auth/users/", fred);
    expect((await admin.send("PUT", "auth/users/name=fred/name/", { json: "admin" })).json).toEqual([null]);
    expect(device.tree.auth.users[1]?.name).toBe("fred");
    expect((await admin.send("PUT", "auth/users/name=fred/name/", { json: "john" })).status).toBe(207);
    expect((await admin.send("PUT", "auth/users/name=fred/name/", { json: "john" })).status).toBe(404);
  });

  test("the whole list of users can be replaced, with exactly one administrator", async () => {
    const device = await startDevice();
    const admin = new Person(device);
    const [owner] = structuredClone(device.tree.auth.users);
    expect(await admin.put("auth/users/", [fred])).toBe(409);
    expect(await admin.put("auth/users/", [owner, fred, fred])).toBe(409);
    expect(device.tree.auth.users).toHaveLength(1);
    expect(await admin.put("auth/users/", [owner, fred])).toBe(204);
    expect(device.tree.auth.users.map((user) => user.name)).toEqual(["admin", "fred"]);
  });

  test.each([
    ["kept", 204, [true, "secret99"]],
    ["fresh", 409, [true, "secret99"]],
    ["refused", 409, [true, "secret99"]],
  ] as const)(
    "a PUT of a user without all members is handled as missingMember=%s says",
    async (missingMember, status, kept) => {
      const device = await startDevice({ dialects: { missingMember } });
      device.changeByHand("auth/users/1", { ...fred, outlet_access: Array(8).fill(true) });
      expect(await new Person(device).put("auth/users/1/", { name: "fred" })).toBe(status);
      const user = device.tree.auth.users[1];
      expect([user?.outlet_access[0], user?.password]).toEqual(kept);
    },
  );

  test("missingMember=fresh gives missing members the values of a new element", async () => {
    const device = await startDevice({ dialects: { missingMember: "fresh" } });
    device.changeByHand("auth/users/1", { ...fred, is_allowed: false });
    expect(await new Person(device).put("auth/users/1/", { name: "fred", password: "other" })).toBe(204);
    expect(device.tree.auth.users[1]).toMatchObject({ is_allowed: true, outlet_access: Array(8).fill(false) });
  });

  test.each([
    ["absent", 403, undefined],
    ["empty", 200, ""],
    ["null", 200, null],
    ["masked", 200, "********"],
    ["plain", 200, "secret99"],
  ] as const)("a password reads as passwordRead=%s says", async (passwordRead, status, shown) => {
    const device = await startDevice({ dialects: { passwordRead } });
    device.changeByHand("auth/users/1", fred);
    const admin = new Person(device);
    expect((await admin.send("GET", "auth/users/1/password/")).status).toBe(status);
    expect(((await admin.get("auth/users/1/")) as Record<string, unknown>)["password"]).toBe(shown);
  });

  test("passwordRead=hashed shows neither the password nor nothing", async () => {
    const device = await startDevice({ dialects: { passwordRead: "hashed" } });
    expect(await new Person(device).get("auth/users/0/password/")).toMatch(/^[0-9a-f]{64}$/);
  });

  test("outlet_access can be written and read as true under outletAccessForm=trueForAll", async () => {
    const device = await startDevice({
      dialects: { outletAccessForm: "trueForAll", outletAccessElements: "present" },
    });
    const admin = new Person(device);
    expect((await admin.post("auth/users/", { ...fred, outlet_access: true })).status).toBe(201);
    expect(device.tree.auth.users[1]?.outlet_access).toEqual(Array(8).fill(true));
    expect(await admin.get("auth/users/1/outlet_access/")).toBe(true);
    expect(await admin.put("auth/users/1/outlet_access/0/", false)).toBe(204);
    expect(await admin.get("auth/users/1/outlet_access/")).toEqual([false, ...Array(7).fill(true)]);
    const plain = await startDevice({ dialects: { outletAccessWrite: "listOnly" } });
    expect((await new Person(plain).post("auth/users/", { ...fred, outlet_access: true })).status).toBe(400);
  });
});

describe("a change of the administrator's password", () => {
  const form = { old_password: "1234", new_password: "correct horse" };

  test("the administrator's password changes with the old one only, and the new one is valid at once", async () => {
    const device = await startDevice();
    const admin = new Person(device);
    const wrong = { ...form, old_password: "4321" };
    expect((await admin.send("PATCH", "auth/users/is_admin=true/", { form: wrong })).json).toEqual([null]);
    expect(device.tree.auth.users[0]?.password).toBe("1234");
    const headers = { Prefer: "return=representation" };
    expect((await admin.send("PATCH", "auth/users/is_admin=true/", { form: wrong, headers })).json).toEqual([null]);
    const answer = await admin.send("PATCH", "auth/users/is_admin=true/", { form, headers });
    expect([answer.status, (answer.json as { name: string }[])[0]?.name]).toEqual([207, "admin"]);
    expect((await admin.send("GET", "cred/")).status).toBe(401);
    expect((await new Person(device, "admin", "correct horse").send("GET", "cred/")).status).toBe(200);
  });

  test("the administrator's password can be changed on the element itself, unless the lock bit for credentials is set", async () => {
    const device = await startDevice();
    device.protection.add("credentials");
    expect((await new Person(device).send("PATCH", "auth/users/0/", { form })).status).toBe(403);
    device.protection.clear();
    expect((await new Person(device).send("PATCH", "auth/users/0/", { form })).status).toBe(204);
    expect(device.tree.auth.users[0]?.password).toBe("correct horse");
  });

  test.each([
    ["refused", 403, "secret99"],
    ["allowed", 204, "correct horse"],
  ] as const)(
    "a change of one's own password is handled as ownPasswordChange=%s says",
    async (ownPasswordChange, status, after) => {
      const device = await startDevice({ dialects: { ownPasswordChange } });
      device.tree.config.allow_rest_nonadmin = true;
      device.changeByHand("auth/users/1", fred);
      device.changeByHand("auth/users/2", { ...fred, name: "tom" });
      const user = new Person(device, "fred", "secret99");
      const own = { form: { ...form, old_password: "secret99" } };
      expect((await user.send("PATCH", "auth/users/2/", own)).status).toBe(403);
      expect((await user.send("PATCH", "auth/users/1/", own)).status).toBe(status);
      expect(device.tree.auth.users.map(({ password }) => password)).toEqual(["1234", after, "secret99"]);
    },
  );
});
