/**
 * Ids in another spelling than the provider's, as in imports and older states, are the same thing under every name in
 * the program; ids of another type, which come with an alias, are refused.
 */
import fc from "fast-check";
import type { Json } from "../../provider/client";
import { Devices } from "../../provider/devices/devices";
import { lifecycleOf } from "../../provider/lifecycle";
import { ownId } from "../../provider/lifecycle/inputs/id";
import { definitionOf, resources } from "../../provider/registry";
import { inputsOf } from "../../provider/schema/common-inputs";
import type { SimulatedDevice } from "../../simulator";
import { recorded, recordedVersions, typeOf } from "../fixtures/recorded";
import { eachOnDevice, writes } from "../support/on-device";
import { actionCases } from "./action-cases";
import type { Held, MiniEngine } from "./mini-engine";
import { cases } from "./resource-cases";

/** A lifecycle without a device. */
function lifecycleFor(type: string) {
  const definition = definitionOf(type)!;
  const life = lifecycleOf(definition, new Devices({ lookup: () => undefined, env: {} }));
  return { definition, check: (inputs: Record<string, unknown>) => life.check(inputs) };
}

let device: SimulatedDevice;
let engine: MiniEngine;

eachOnDevice({}, (bench) => {
  ({ device, engine } = bench);
});

const addresses = ["192.0.2.2", "192.0.2.1"];
const spellings = [
  ["AutoPingItem", { addresses, outlets: [1] }, "default/autoping/192.0.2.2,192.0.2.1"],
  ["AutoPingItem", { addresses: ["http://h/a,b"], outlets: [1] }, "default/autoping/http%3a%2f%2fh%2fa%2cb"],
  ["User", { name: "Jo Müller", password: "pw pw" }, "default/users/Jo Müller"],
  ["User", { name: "ü", password: "pw pw" }, "default/users/%c3%bc"],
  ["ScriptSnippet", { name: "say hello", source: "x=1" }, "default/script/snippets/say hello"],
  ["Setting", { path: "config/hostname", value: "rack" }, "default/settings/config/hostname/"],
] as const;

test.each(spellings)("%s %j, imported as %s, has the id of its keys", async (type, inputs, id) => {
  const made = await engine.create(type, inputs);
  const held = await engine.import(type, id);
  expect(held?.id).toBe(made.id);
});

test.each(spellings)(
  "%s %j, which a state has as %s, stays when another resource declares it",
  async (type, inputs, id) => {
    const made = await engine.create(type, inputs);
    const old: Held = { ...made, id };
    device.journal.clear();
    expect(await engine.planRemoval(old, [made])).toMatchObject({ lines: [] });
    await engine.replace(old, { type, inputs: { ...inputs, ...(type !== "Setting" && { adopt: true }) } });
    expect(writes(device).filter((request) => request.startsWith("DELETE"))).toEqual([]);
    expect(await engine.refresh(old)).toEqual([]);
    expect(old.id).toBe(made.id);
  },
);

test("what was there before is kept with a state that spells the id otherwise, when a run reads it first", async () => {
  const inputs = { path: "config/hostname", value: "rack", onDestroy: "restore" };
  const before = device.tree.config.hostname;
  const made = await engine.create("Setting", inputs);
  const old: Held = { ...made, id: `${made.id}/` };
  const renamed = await engine.renameAfterRefresh(old, inputs);
  expect(engine.warnings).toEqual([]);
  await engine.destroy(renamed);
  expect(device.tree.config.hostname).toBe(before);
});

test("the id of every resource that released versions have written is its own", () => {
  for (const version of recordedVersions()) {
    for (const resource of recorded(version)) {
      expect(ownId(definitionOf(typeOf(resource))!, resource.id)).toBe(resource.id);
    }
  }
});

const text = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.constantFrom("/", "//", "a/b/", "ü %", "a,b", "!.", "=1,2", "*"),
);
const keys: Readonly<Record<string, fc.Arbitrary<Record<string, unknown>>>> = {
  User: fc.record({ name: text }),
  ApiClient: fc.record({ name: fc.stringMatching(/^[A-Za-z0-9_-]+$/) }),
  ScriptSnippet: fc.record({ name: text }),
  AutoPingItem: fc.record({ addresses: fc.array(text) }),
  Setting: fc.record({ path: text }),
  Outlet: fc.record({ number: fc.integer() }),
};

test.each(Object.entries(keys))("whatever the keys of %s, its id is its own", (type, arbitrary) => {
  const { definition, ...life } = lifecycleFor(type);
  const others = cases.find((one) => one.type === type)?.inputs;
  const isKey = ({ property }: { property: string }) => inputsOf(definition)[property.split("[")[0]!]?.role === "key";
  fc.assert(
    fc.property(arbitrary, (given) => {
      fc.pre(!life.check({ ...others, ...given }).failures.some(isKey));
      const id = `default/${definition.id(given as never)}`;
      expect(ownId(definition, id)).toBe(id);
    }),
    { numRuns: 300, examples: type === "Setting" ? [[{ path: "/" }]] : [] },
  );
});

const all = [...cases, ...actionCases];
const idOfCase = ({ type, inputs }: { type: string; inputs: Record<string, unknown> }) =>
  `default/${definitionOf(type)!.id(inputs as never)}`;

test.each(all.map((life) => [life.type, life] as const))("no other type takes an id of %s", (type, life) => {
  const taking = resources.filter((definition) => ownId(definition, idOfCase(life)) !== undefined);
  expect(taking.map((definition) => definition.type)).toEqual([type]);
});

test.each([
  ["OutletCycle", { outlets: [1] }, "SwitchOutlets", { states: { 1: true } }],
  ["User", { name: "fred", password: "pw of fred" }, "Relay", { name: "Rack 1" }],
  ["Outlet", { number: 1, name: "one", onDestroy: "restore" }, "Outlets", { outlets: { 1: { name: "one" } } }],
  ["Relay", { name: "Rack 1" }, "OutletCycle", { outlets: [1] }],
])(
  "a state of %s %j, which an alias brings to %s, is refused before anything is written",
  async (type, inputs, next, other) => {
    const made = await engine.create(type, inputs);
    const aliased: Held = { ...made, type: next };
    device.journal.clear();
    const refusal = `\`${made.id}\` is no id of ${next}: the state is about a resource of another type`;
    await expect(engine.up(aliased, other)).rejects.toThrow(refusal);
    await expect(engine.up(aliased, other)).rejects.toThrow("pulumi state delete");
    await expect(engine.refresh(aliased)).rejects.toThrow(refusal);
    await expect(engine.destroy(aliased)).rejects.toThrow(refusal);
    expect(device.journal.entries).toEqual([]);
  },
);

test.each([
  ["Outlet", { number: 3, name: "web" }, { number: 5, name: "nas" }],
  ["User", { name: "fred", password: "pw of fred" }, { name: "ann", password: "pw of ann" }],
  ["AutoPingItem", { addresses, outlets: [1] }, { addresses: ["192.0.2.9"], outlets: [2] }],
  ["ScriptSnippet", { name: "one", source: "x = 1" }, { name: "two", source: "x = 2" }],
  ["Setting", { path: "config/hostname", value: "rack" }, { path: "relay/name", value: "rack" }],
])(
  "an update of %s %j that is given the keys of another one is refused before anything is written",
  async (type, inputs, other) => {
    const made = await engine.create(type, inputs);
    await engine.create(type, other);
    device.journal.clear();
    await expect(engine.up(made, other, { isForced: true })).rejects.toThrow(`that is not ${made.id}`);
    expect(device.journal.entries).toEqual([]);
  },
);

const keyed = cases.flatMap(({ type, inputs, prepare, config }) => {
  const specs = inputsOf(definitionOf(type)!);
  const names = Object.keys(inputs).filter((name) => specs[name]?.role === "key");
  return config === undefined ? names.map((name) => ({ type, inputs, prepare, name })) : [];
});
const damages: Readonly<Record<string, readonly Json[]>> = {
  text: ["mallory", null, 7, ["fred"], {}],
  number: [8, null, "x", {}],
  list: [["192.0.2.99"], null, true, { 3: null }, [7]],
};

test.each(keyed)(
  "a state of $type that lacks $name, or has another one, is refused: the thing is neither gone nor another",
  async ({ type, inputs, prepare, name }) => {
    prepare?.(device);
    const made = await engine.create(type, inputs);
    const kind = Array.isArray(inputs[name]) ? "list" : typeof inputs[name] === "number" ? "number" : "text";
    const { [name]: _key, ...without } = made.state;
    device.journal.clear();
    for (const state of [without, ...damages[kind]!.map((value) => ({ ...made.state, [name]: value }))]) {
      const damaged: Held = { ...made, state };
      const refusal = `the state of \`${made.id}\` names another thing, or none`;
      await expect(engine.refresh(damaged)).rejects.toThrow(refusal);
      await expect(engine.up(damaged, inputs)).rejects.toThrow(refusal);
      await expect(engine.destroy(damaged)).rejects.toThrow("pulumi stack import");
    }
    expect(device.journal.entries).toEqual([]);
    expect(await engine.refresh(made)).toEqual([]);
  },
);
