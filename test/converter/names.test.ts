/** The names that things get in a program. */
import * as fc from "fast-check";
import { Namer } from "../../provider/converter/names";
import { definitionOf } from "../../provider/registry";
import type { AnyThing } from "../../provider/schema/definition";

const thing = (type: string) => definitionOf(type) as AnyThing;

test.each([
  ["User", { name: "ann b" }, "ann b", "annB"],
  ["User", { name: "delete" }, "delete", "deleteUser"],
  ["User", { name: "dli" }, "dli", "dliUser"],
  ["User", { name: "3d printer" }, "3d printer", "user3dPrinter"],
  ["User", { name: "Ünal" }, "Ünal", "nal"],
  ["User", { name: "日本" }, "日本", "user"],
  ["User", { name: "a::b\u0007" }, "a-b", "aB"],
  ["Outlet", { number: 3, name: "web" }, "web", "web"],
  ["Outlet", { number: 3, name: "" }, "outlet-3", "outlet3"],
  ["AutoPingItem", { addresses: ["192.168.0.5", "nas"] }, "192.168.0.5", "autoPingItem192_168_0_5"],
  ["Setting", { path: "config/hostname" }, "config/hostname", "configHostname"],
  ["Relay", { name: "Rack 7" }, "relay", "relay"],
  ["RestApi", {}, "rest-api", "restApi"],
])("%s %j is %s, in the variable %s", (type, inputs, logical, variable) => {
  expect(new Namer().name(thing(type), inputs)).toEqual({ logical, variable });
});

test("two of the same name are told apart, and the first keeps it", () => {
  const namer = new Namer();
  expect(namer.name(thing("Outlet"), { number: 1, name: "web" })).toEqual({ logical: "web", variable: "web" });
  expect(namer.name(thing("Outlet"), { number: 2, name: "web" })).toEqual({
    logical: "web-outlet",
    variable: "webOutlet",
  });
  expect(namer.name(thing("Outlet"), { number: 3, name: "web" }).variable).toBe("webOutlet2");
  expect(namer.name(thing("User"), { name: "web" })).toEqual({ logical: "web", variable: "webUser" });
});

test("no variable reads like something that a text of the device says", () => {
  const namer = new Namer(JSON.stringify({ source: "print(router.name)" }));
  expect(namer.name(thing("User"), { name: "router" }).variable).toBe("routerUser");
});

test("whatever things are called, their variables are identifiers, and nothing has the name of another", () => {
  const types = fc.constantFrom("User", "ApiClient", "ScriptSnippet", "Outlet");
  const names = fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("a", "A", "a-user", "aUser", "user", "true"));
  fc.assert(
    fc.property(fc.array(fc.tuple(types, names)), (things) => {
      const namer = new Namer();
      const given = things.map(([type, name]) => ({ type, ...namer.name(thing(type), { name }) }));
      for (const { logical, variable } of given) {
        expect(variable).toMatch(/^[A-Za-z]\w*$/);
        expect(logical).toMatch(/\S/);
        expect(logical).not.toMatch(/::|[\p{C}]/u);
      }
      expect(new Set(given.map(({ variable }) => variable.toLowerCase())).size).toBe(things.length);
      expect(new Set(given.map(({ type, logical }) => `${type} ${logical}`)).size).toBe(things.length);
    }),
  );
});
