/** Forms of outlet_access: true, false or a list, as a whole or entry by entry. */
import { Person } from "./http";
import { startDevice } from "./start";

const some = [false, true, true, false, true, false, false, false];
const all = Array<boolean>(8).fill(true);
const none = Array<boolean>(8).fill(false);

const forms = [
  ["booleans", all, none],
  ["trueForAll", true, none],
  ["trueOrFalse", true, false],
] as const;

describe("the outlet_access of a user", () => {
  test.each(forms)(
    "outlet_access of a user reads under outletAccessForm=%s as %j for all outlets and as %j for none",
    async (outletAccessForm, asAll, asNone) => {
      const device = await startDevice({ dialects: { outletAccessForm } });
      const admin = new Person(device);
      for (const [written, read] of [
        [all, asAll],
        [some, some],
        [none, asNone],
      ] as const) {
        device.changeByHand("auth/users/1", { name: "fred", password: "x", outlet_access: [...written] });
        expect(await admin.get("auth/users/1/outlet_access/")).toEqual(read);
        expect(await admin.get("auth/users/1/")).toMatchObject({ outlet_access: read });
        device.removeByHand("auth/users/1");
      }
    },
  );

  test("outlet_access of a user may be written as true or false, for all outlets", async () => {
    const device = await startDevice();
    const admin = new Person(device);
    const fred = { name: "fred", password: "secret99" };
    expect((await admin.post("auth/users/", { ...fred, outlet_access: true })).status).toBe(201);
    expect(device.tree.auth.users[1]?.outlet_access).toEqual(all);
    expect(await admin.put("auth/users/1/outlet_access/", false)).toBe(204);
    expect(device.tree.auth.users[1]?.outlet_access).toEqual(none);
    expect(await admin.put("auth/users/1/outlet_access/", "yes")).toBe(400);
  });

  test("outlet_access of a user must be a list under outletAccessWrite=listOnly", async () => {
    const device = await startDevice({ dialects: { outletAccessWrite: "listOnly" } });
    const admin = new Person(device);
    expect((await admin.post("auth/users/", { name: "fred", password: "x", outlet_access: true })).status).toBe(400);
    expect((await admin.post("auth/users/", { name: "fred", password: "x", outlet_access: some })).status).toBe(201);
  });

  test.each([
    ["absent", 404],
    ["present", 200],
  ] as const)(
    "outlet_access of a user has entries whose addresses are %s by dialect",
    async (outletAccessElements, status) => {
      const device = await startDevice({ dialects: { outletAccessElements } });
      device.changeByHand("auth/users/1", { name: "fred", password: "x", outlet_access: some });
      const admin = new Person(device);
      expect((await admin.send("GET", "auth/users/1/outlet_access/1/")).status).toBe(status);
      expect(await admin.put("auth/users/1/outlet_access/0/", true)).toBe(status === 200 ? 204 : 404);
      const access = [status === 200, ...some.slice(1)];
      expect(await admin.get("auth/users/1/outlet_access/")).toEqual(access);
      const depth = await admin.get("auth/users/1/", { Range: "dli-depth=2" });
      const entries = some.map((_entry, index) => ({ $ref: `outlet_access/${index}/` }));
      expect(depth).toMatchObject({ outlet_access: status === 200 ? entries : access });
    },
  );

  test("outlet_access of a user is a reference at depth 1 like any other value", async () => {
    const device = await startDevice({ dialects: { depthArrays: "whole" } });
    const user = await new Person(device).get("auth/users/0/", { Range: "dli-depth=1" });
    expect(user).toMatchObject({ outlet_access: { $ref: "outlet_access/" } });
  });
});

describe("cred/outlet_access", () => {
  test.each(forms)(
    "outlet_access of cred/ reads under credOutletAccessForm=%s as %j for the admin and as %j without access",
    async (form, asAll, asNone) => {
      const device = await startDevice({ dialects: { credOutletAccessForm: form } });
      device.tree.config.allow_rest_nonadmin = true;
      device.changeByHand("auth/users/1", { name: "fred", password: "x", outlet_access: some });
      device.changeByHand("auth/users/2", { name: "tom", password: "y" });
      const access = (name: string, password: string) => new Person(device, name, password).get("cred/outlet_access/");
      expect(await access("admin", "1234")).toEqual(asAll);
      expect(await access("fred", "x")).toEqual(some);
      expect(await access("tom", "y")).toEqual(asNone);
      expect((await new Person(device).send("GET", "cred/outlet_access/0/")).status).toBe(404);
    },
  );
});
