/** Which declared inputs differ from a state. */
import type { Json } from "../../provider/client";
import { changesToWrite, type Difference, differences, isAsDeclared } from "../../provider/lifecycle/diff/diff";
import { definitionOf } from "../../provider/registry";
import { Properties } from "../../provider/schema/properties";
import { unknownValue } from "../../provider/schema/unknown";
import type { Values } from "../../provider/schema/values";

const propertiesOf = (type: string, values: Values) => Properties.of(definitionOf(type)!, values);

const differencesOf = (type: string, state: Values, inputs: Values): Difference[] =>
  differences(propertiesOf(type, state), propertiesOf(type, inputs));

const outlet = { device: "default", number: 3 };
const held = { ...outlet, name: "web", state: true, managed: ["name", "state"] };

test.each<[what: string, state: Values, inputs: Values, differing: Partial<Difference>[]]>([
  ["nothing", held, { ...outlet, name: "web", state: true }, []],
  ["another value", held, { ...outlet, name: "nas", state: true }, [{ property: "name", kind: "update" }]],
  ["an input that is left out", held, { ...outlet, name: "web" }, [{ property: "state", kind: "delete" }]],
  ["a new input", { ...held, managed: ["name"] }, { ...outlet, name: "web", state: true }, [{ kind: "add" }]],
  ["an input that the state lacks", { ...held, state: undefined }, { ...held, state: true }, [{ kind: "add" }]],
  ["another outlet", held, { ...held, number: 4 }, [{ property: "number", kind: "update", replaces: true }]],
  ["an outlet not known yet", held, { ...held, number: unknownValue }, [{ property: "number", replaces: false }]],
  ["a value not known yet", held, { ...held, name: unknownValue }, [{ property: "name", replaces: false }]],
  ["what is only observed", { ...held, state: false, managed: ["name"] }, { ...outlet, name: "web" }, []],
])("a difference: %s", (_what, state, inputs, differing) => {
  const found = differencesOf("Outlet", state, inputs);
  expect(found).toEqual(differing.map((one) => expect.objectContaining(one)));
});

const present = { hostname: "rack7", ports: { http: 80, https: 443 }, hosts: ["10.0.0.1"] };

test.each<[what: string, declared: Json, differs: boolean]>([
  ["everything", present, false],
  ["one member", { hostname: "rack7" }, false],
  ["a member of a member", { ports: { https: 443 } }, false],
  ["no member", {}, false],
  ["a list", { hosts: ["10.0.0.1"] }, false],
  ["a member with another value", { hostname: "rack8", ports: present.ports }, true],
  ["one of two members with another value", { ports: { http: 8080, https: 443 } }, true],
  ["a member that it lacks", { hostname: "rack7", contact: "ann" }, true],
  ["a member named like what every object has", JSON.parse('{"__proto__":{}}'), true],
  ["a part of a list", { hosts: [] }, true],
  ["an object in place of a text", { hostname: {} }, true],
  ["a text in place of an object", { ports: "80" }, true],
  ["a text in place of everything", "rack7", true],
])("an imported object agrees with a program that declares a part of it: %s", (_what, value, differs) => {
  const inputs = { device: "default", path: "config", value };
  const state = { device: "default", path: "config", value: present };
  expect(differencesOf("Setting", { ...state, managed: ["*"] }, inputs).length > 0).toBe(differs);
  const isWhole = value === present;
  expect(differencesOf("Setting", { ...state, managed: ["value"] }, inputs)).toHaveLength(isWhole ? 0 : 1);
});

test("a generated token that was lost is a difference, one that is there or was never managed is none", () => {
  const inputs = { device: "default", name: "ci" };
  const state = { ...inputs, managed: [], tokenSha256: "0".repeat(64) };
  expect(differencesOf("ApiClient", { ...state, token: "t" }, inputs)).toEqual([]);
  const { tokenSha256: _lost, ...without } = state;
  expect(differencesOf("ApiClient", { ...without, token: "t" }, inputs)).toEqual([
    { property: "token", kind: "update", replaces: false, before: "" },
  ]);
});

test("what is written: everything if nothing is there, and else what differs or is not known to be there", () => {
  const desired = propertiesOf("User", { device: "default", name: "ann", password: "pw", isAllowed: true });
  const shown = propertiesOf("User", { device: "default", name: "ann", isAllowed: false });
  const assumed = propertiesOf("User", { password: "pw" });
  expect([...changesToWrite(undefined, desired, assumed)].sort()).toEqual(["isAllowed", "password"]);
  expect([...changesToWrite(shown, desired, undefined)].sort()).toEqual(["isAllowed", "password"]);
  expect([...changesToWrite(shown, desired, assumed)]).toEqual(["isAllowed"]);
});

test("a secret that the device does not show is as declared, any other missing value is not", () => {
  const desired = propertiesOf("User", { device: "default", name: "ann", password: "pw", isAllowed: true });
  const about = (values: Values) => isAsDeclared(desired, propertiesOf("User", { name: "ann", ...values }));
  expect(about({ isAllowed: true })).toBe(true);
  expect(about({ isAllowed: true, password: "other" })).toBe(false);
  expect(about({ isAllowed: false })).toBe(false);
  expect(about({})).toBe(false);
});
