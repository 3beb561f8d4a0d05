/** One owner for each thing: what two resources of a program may not both declare, in any form. */
import fc from "fast-check";
import { Devices } from "../../provider/devices/devices";
import { lifecycleOf } from "../../provider/lifecycle";
import { resources } from "../../provider/registry";
import { type Owned, Owners } from "../../provider/runtime/run/owners";
import { unknownValue } from "../../provider/schema/unknown";
import { cases } from "../lifecycle/resource-cases";
import { onDevice, writes } from "../support/on-device";

interface Declared {
  type: string;
  inputs: Record<string, unknown>;
  name?: string;
  /** The inputs in the state. */
  before?: Record<string, unknown>;
}

/** The reasons for refusing the last of these resources of one program. */
function refusals(...program: Declared[]): string[] {
  const fleet = {
    left: { url: "http://a.example" },
    same: { url: "http://a.example/" },
    right: { url: "http://b.example", serial: "B-1" },
    rightToo: { url: "https://192.0.2.1", serial: "B-1" },
  };
  const devices = new Devices({
    lookup: (key) => ({ "dli:devices": JSON.stringify(fleet) })[key],
    env: {},
  });
  const reasons = program.map(({ type, inputs, name, before }) => {
    const life = lifecycleOf(resources.find((candidate) => candidate.type === type)!, devices);
    return life
      .declare(life.check(inputs), { name, ...(before && { before: before as never }) })
      .failures.map(({ reason }) => reason);
  });
  return reasons.at(-1) ?? [];
}

const outlet = (number: number, inputs: object = { state: true }) => ({
  type: "Outlet",
  inputs: { number, ...inputs },
});
const outlets = (...numbers: number[]) => ({
  type: "Outlets",
  inputs: { outlets: Object.fromEntries(numbers.map((number) => [number, { name: "x" }])) },
});
const setting = (path: string, value: unknown = "x") => ({ type: "Setting", inputs: { path, value } });
const user = (name: string) => ({ type: "User", inputs: { name, password: "passw0rd" } });
const snippet = (name: string) => ({ type: "ScriptSnippet", inputs: { name, source: "x = 1" } });
const relay = (inputs: object) => ({ type: "Relay", inputs: { ...inputs } });

test.each<[what: string, one: Declared, other: Declared]>([
  ["one outlet twice", outlet(3), outlet(3, { name: "web" })],
  ["an outlet and all of them", outlet(3), outlets(2, 3)],
  ["two resources for all outlets", outlets(1), outlets(2)],
  ["a relay and a setting of it", relay({ name: "a" }), setting("relay/name")],
  ["a setting and one of its members", setting("config", { hostname: "a" }), setting("/restapi/config/hostname/")],
  ["two settings with a common member", setting("snmp", { a: 1, b: 2 }), setting("snmp", { b: 3 })],
  ["an outlet and a setting of it", outlet(4, { name: "a" }), setting("relay/outlets/3/name")],
  ["an outlet and its index written otherwise", outlet(4, { name: "a" }), setting("relay/outlets/03/name")],
  ["a setting and the whole of what it is in", setting("relay/name"), setting("relay", { name: "b" })],
  ["two group resources of one type", relay({ name: "a" }), relay({ sequenceDelaySeconds: 2 })],
  ["two accounts that a device may not tell apart", user("fred"), user(" Fred")],
  ["two snippets that a device may not tell apart", snippet("caf\u00e9"), snippet("CAFE\u0301")],
  ["the realm by two types", { type: "Access", inputs: { realm: "a", allowLockout: true } }, setting("auth/realm")],
  ["the script by two types", { type: "Script", inputs: { source: "x = 1" } }, setting("script/source")],
])("%s is refused, in either order, with both names", (_what, one, other) => {
  for (const [first, second] of [
    [one, other],
    [other, one],
  ] as const) {
    expect(refusals({ ...first, name: "first" }, { ...second, name: "second" })).toEqual([
      expect.stringMatching(
        new RegExp(`is declared by ${first.type} "first" and by ${second.type} "second" of the same program`),
      ),
    ]);
  }
});

test.each<[what: string, one: Declared, other: Declared]>([
  ["another outlet", outlet(3), outlet(4)],
  ["other outlets", outlet(3), outlets(1, 2)],
  ["another account", user("fred"), user("freda")],
  ["other settings of the same container", setting("config", { hostname: "a" }), setting("config/location")],
  ["what the relay does not declare", relay({ sequenceDelaySeconds: 2 }), setting("relay/name")],
  ["a name that begins with the other one", setting("relay/name"), setting("relay/name_server")],
  ["what is not known yet", setting("config", unknownValue), setting("config/hostname")],
  ["an outlet that is not known yet", { type: "Outlet", inputs: { number: unknownValue, name: "a" } }, outlet(3)],
])("%s is not refused", (_what, one, other) => {
  expect(refusals({ ...one, name: "first" }, { ...other, name: "second" })).toEqual([]);
  expect(refusals({ ...other, name: "first" }, { ...one, name: "second" })).toEqual([]);
});

test("of two spellings of one thing, both are named", () => {
  expect(refusals({ ...user("fred"), name: "one" }, { ...user("Fred"), name: "two" })).toEqual([
    'default/users/Fred is declared by User "one" and by User "two" of the same program: a device may take default/users/fred for the same; keep one of them',
  ]);
});

test("nothing is said of spellings if there is only one, or none that counts", () => {
  expect(refusals({ ...user("fred"), name: "one" }, { ...user("fred"), name: "two" })).toEqual([
    'default/users/fred is declared by User "one" and by User "two" of the same program; keep one of them',
  ]);
  expect(refusals({ ...outlet(3), name: "one" }, { ...outlet(3), name: "two" })).toEqual([
    'default/outlets/3 is declared by Outlet "one" and by Outlet "two" of the same program; keep one of them',
  ]);
});

test("two spellings that the state has both, or that an import has read, are two things", () => {
  const both = (...had: boolean[]) => [
    { ...user("fred"), name: "one", ...(had[0] && { before: user("fred").inputs }) },
    { ...user("Fred"), name: "two", ...(had[1] && { before: user("Fred").inputs }) },
  ];
  expect(refusals(...both(true, true))).toEqual([]);
  expect(refusals(...both(true, false))).toHaveLength(1);
  expect(refusals(...both(false, true))).toHaveLength(1);
  return onDevice({}, async ({ device, engine }) => {
    await engine.create("User", user("fred").inputs);
    device.tree.auth.users.push({ ...structuredClone(device.tree.auth.users[1]!), name: "Fred" });
    await engine.run(async () => {
      for (const name of ["fred", "Fred"]) {
        await engine.read("User", `default/users/${name}`);
        engine.check("User", user(name).inputs, name);
      }
      expect(() => engine.check("User", user("FRED").inputs, "three")).toThrow("is declared by");
    });
  });
});

test("two names of one address or one serial number are one device, and two addresses are two", () => {
  const on = (device: string) => ({ ...outlet(3, { state: true, device }), name: device });
  expect(refusals(on("left"), on("same"))).toEqual([expect.stringContaining("same/outlets/3 is declared by")]);
  expect(refusals(on("right"), on("rightToo"))).toEqual([expect.stringContaining("is declared by")]);
  expect(refusals(on("left"), on("right"))).toEqual([]);
});

test("a resource that is checked twice, or says nothing of itself, is no other one", () => {
  expect(refusals({ ...outlet(3), name: "web" }, { ...outlet(3), name: "web" })).toEqual([]);
  expect(refusals(outlet(3), outlet(3))).toEqual([]);
  expect(refusals(outlet(3), outlets(3))).toEqual([expect.stringContaining("is declared by a resource Outlet")]);
});

test.each(cases.map(({ type, inputs }) => [type, inputs] as const))(
  "two resources %s for the same thing are refused",
  (type, inputs) => {
    const [reason] = refusals({ type, inputs, name: "web" }, { type, inputs, name: "nas" });
    expect(reason).toMatch(new RegExp(`is declared by ${type} "web" and by ${type} "nas" of the same program`));
  },
);

const names = ["allow_rest", "allow_restapi", "allow_rest_api"] as const;

test.each(
  cases.flatMap((life) =>
    (life.type === "RestApi" ? names : names.slice(1, 2)).map((name) => [life.type, name, life] as const),
  ),
)(
  "whatever %s writes, no Setting of the same program may declare, where the switch is called %s",
  (_type, restKeyName, life) =>
    onDevice({ dialects: { restKeyName, jsonPatch: "refused" } }, async ({ device, engine: plain }) => {
      life.prepare?.(device);
      device.journal.clear();
      const engine = plain.as(life.config?.(device) ?? {});
      await engine.up(await engine.create(life.type, life.inputs), life.changed);
      const owner = { type: life.type, inputs: life.changed, name: "own" };
      const written = new Set(writes(device).map((line) => line.replace(/^\w+ /, "")));
      expect(written.size).toBeGreaterThan(0);
      for (const path of [...written].filter((one) => !/[=;]/.test(one))) {
        const other = { ...setting(path), inputs: { path, value: "x", allowLockout: true }, name: "other" };
        const said = [refusals(owner, other), refusals(other, owner)].flat().join();
        expect([path, said]).toEqual([path, expect.stringMatching(/is declared by|belongs to/)]);
      }
    }),
);

test("of any places, those that are the same or inside of one another conflict, and no others", () => {
  const place = fc.array(fc.constantFrom("a", "b"), { minLength: 1, maxLength: 4 });
  const owned = (steps: readonly string[]): Owned => ({
    name: steps.join("/"),
    device: "lab",
    place: steps,
    property: "path",
  });
  fc.assert(
    fc.property(fc.array(place, { minLength: 1, maxLength: 4 }), place, (held, wanted) => {
      const owners = new Owners();
      owners.declare({ key: "one", type: "Setting", label: "one" }, held.map(owned));
      const found = owners.declare({ key: "two", type: "Setting", label: "two" }, [owned(wanted)]);
      const text = `${wanted.join("/")}/`;
      const isShared = held.some((steps) => {
        const other = `${steps.join("/")}/`;
        return other.startsWith(text) || text.startsWith(other);
      });
      expect(found.length > 0).toBe(isShared);
    }),
    { numRuns: 2_000 },
  );
});

test("what a resource owns is compared with what is on its own device, however many others there are", () => {
  let looks = 0;
  const owned = (device: string, outlet: number): Owned => ({
    name: `${device}/outlets/${outlet}`,
    property: "number",
    get device() {
      looks += 1;
      return device;
    },
    get place() {
      looks += 1;
      return ["relay", "outlets", String(outlet)];
    },
  });
  const cost = (devices: number) => {
    const owners = new Owners();
    for (let index = 0; index < devices; index += 1) {
      owners.declare({ key: `k${index}`, label: `l${index}`, type: "Outlet" }, [owned(`d${index}`, 1)]);
    }
    looks = 0;
    owners.declare({ key: "new", label: "new", type: "Outlet" }, [owned("d0", 2)]);
    return looks;
  };
  expect(cost(200)).toBe(cost(2));
});
