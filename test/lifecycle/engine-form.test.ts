/** What the engine keeps of a resource: everything that the lifecycle knows, without noise for a reader. */
import fc from "fast-check";
import type { Json } from "../../provider/client";
import { fromEngine, keptName, toEngine, withWords } from "../../provider/lifecycle/state/engine-form";
import { withoutWrappers } from "../../provider/lifecycle/state/secret-values";
import { definitionOf, resources } from "../../provider/registry";
import { inputsOf, outputsOf } from "../../provider/schema/common-inputs";
import { wordOf } from "../../provider/schema/null-word";
import { Properties } from "../../provider/schema/properties";
import { onDevice } from "../support/on-device";
import { cases } from "./resource-cases";

const outletsOf8 = Object.fromEntries(
  Array.from({ length: 8 }, (_, index) => [String(index + 1), { name: `server-${index + 1}`, state: true }]),
);

test.each(cases.map((life) => [life.type, life] as const))(
  "%s: what the engine keeps is the whole state again, and holds no default",
  (type, life) =>
    onDevice({}, async ({ device, engine }) => {
      life.prepare?.(device);
      const configured = life.config ? engine.as(life.config(device)) : engine;
      const definition = definitionOf(type)!;
      const { state, inputs } = await configured.create(type, life.inputs);
      const stored = toEngine(definition, state);
      expect(fromEngine(definition, withoutWrappers(stored))).toEqual(state);
      expect(fromEngine(definition, withoutWrappers(toEngine(definition, inputs)))).toEqual(inputs);
      const { [keptName]: kept, ...shown } = stored;
      expect(Object.keys(kept as object).filter((name) => !["managed", "baseline"].includes(name))).toEqual([]);
      const known = new Set([...Object.keys(inputsOf(definition)), ...Object.keys(outputsOf(definition))]);
      expect(Object.keys(shown).filter((name) => !known.has(name))).toEqual([]);
      for (const [name, spec] of Object.entries(inputsOf(definition))) {
        if (spec.role === "instruction" && spec.default !== undefined) {
          expect([name, shown[name]]).not.toEqual([name, spec.default]);
        }
      }
    }),
);

test("whatever the device had before, and whatever the state says now, what is kept of it is that again", () => {
  const definition = definitionOf("Outlets")!;
  const member = fc.constantFrom<Json | undefined>(undefined, null, "", "web", "nas", 5, 9, true, false);
  const values = fc.dictionary(
    fc.constantFrom("name", "state", "critical", "cycleDelaySeconds"),
    member.filter((value) => value !== undefined),
  );
  const maps = fc.dictionary(fc.constantFrom("1", "3", "12"), values, { noNullPrototype: true });
  const byPath = (outlets: Record<string, Json>) =>
    Object.fromEntries([...Properties.of(definition, { outlets })].map(([path, { value }]) => [path, value]));
  fc.assert(
    fc.property(maps, maps, fc.constantFrom("none", "some", "all", "old", "import"), (now, before, which) => {
      const paths = Object.keys(byPath(now));
      const managed = {
        none: [],
        some: paths.slice(1),
        all: paths,
        old: [...paths, 'outlets["9"].name'],
        import: ["*"],
      };
      const state = { device: "default", outlets: now, managed: managed[which], baseline: byPath(before) };
      const { baseline } = fromEngine(definition, withoutWrappers(toEngine(definition, state)));
      expect(baseline).toEqual(byPath(before));
    }),
    { numRuns: 500 },
  );
});

test("what the state says itself is kept once, and what somebody has written into it is no error", () => {
  const definition = definitionOf("Outlet")!;
  const own = { device: "default", number: 3, name: "web", state: true };
  const stored = toEngine(definition, { ...own, managed: ["name", "state"], baseline: { name: "nas", state: true } });
  const kept = stored[keptName] as { baseline: { value: string } };
  expect(kept.baseline.value).toBe('[{"name":"nas"}]');
  for (const text of ["", "secret", '{"name": "nas"}']) {
    kept.baseline.value = text;
    expect(fromEngine(definition, withoutWrappers(stored))["baseline"]).toEqual({});
  }
});

test("a baseline of an older state, which is an object, is read as it is", () => {
  const stored = {
    device: "default",
    outlets: { 1: { name: "web" } },
    [keptName]: { baseline: { outlets: { 1: { name: "Outlet 1" } } } },
  };
  const { baseline } = fromEngine(definitionOf("Outlets")!, stored);
  expect(baseline).toEqual({ 'outlets["1"].name': "Outlet 1" });
});

test("what is not a default is kept, inside of a map too", () => {
  const definition = definitionOf("Outlets")!;
  const stored: Record<string, Json> = {
    device: "default",
    onDestroy: "restore",
    outlets: { 1: { name: "web", protectFromOff: true }, 2: {} },
  };
  const values = fromEngine(definition, stored);
  expect(values["outlets"]).toEqual({
    1: { name: "web", enforce: "persistent", protectFromOff: true, waitForPhysical: true },
    2: { enforce: "persistent", protectFromOff: false, waitForPhysical: true },
  });
  expect(toEngine(definition, values)).toEqual(stored);
});

/** Every input that may be null, with its definition and a function that puts a value in its place. */
const nullable = resources
  .flatMap((definition) =>
    Object.entries(inputsOf(definition)).flatMap(([name, spec]) => {
      const within = (value: Json) => ({ [name]: { 1: value } });
      const inside = Object.entries(spec.entries ?? {}).map(
        ([member, one]) => [definition, member, one, (value: Json) => within({ [member]: value })] as const,
      );
      return [[definition, name, spec, (value: Json) => ({ [name]: value })] as const, ...inside];
    }),
  )
  .filter(([definition, , { schema }]) => definition.type !== "Setting" && schema.safeParse(null).success);

test("programs have a word for every null of an input, which YAML cannot say", () => {
  expect(nullable.map(([{ type }, name, { schema }]) => `${type}.${name}: ${wordOf(schema)}`).sort()).toEqual([
    "AutoPing.maxConsecutiveReboots: unlimited",
    "AutoPing.maxReboots: unlimited",
    "AutoPingItem.pingsBeforeEnabling: default",
    "Outlet.cycleDelaySeconds: default",
    "Outlets.cycleDelaySeconds: default",
    "Script.bootHandler: nil",
  ]);
  for (const [definition, , { schema }, values] of nullable) {
    const said = values(wordOf(schema) as string);
    expect(fromEngine(definition, said)).toEqual(fromEngine(definition, values(null)));
    expect(withWords(definition, values(null))).toEqual(said);
    expect(withWords(definition, said)).toEqual(said);
  }
});

test("the inputs and the state of an Outlets of 8 take at most 2 KB, encrypted", () =>
  onDevice({}, async ({ engine }) => {
    const definition = definitionOf("Outlets")!;
    const { state, inputs } = await engine.create("Outlets", { outlets: outletsOf8 });
    const stored = toEngine(definition, state);
    const { baseline } = stored[keptName] as { baseline: { value: Json } };
    // A file backend stores a secret in AES-GCM and Base64, with 90 characters around it.
    const encrypted =
      Math.ceil((JSON.stringify(baseline.value).length + 28) / 3) * 4 + 90 - JSON.stringify(baseline).length;
    const delegates = 2 * 90;
    const size =
      JSON.stringify(stored).length + JSON.stringify(toEngine(definition, inputs)).length + encrypted + delegates;
    expect(size).toBeLessThanOrEqual(2048);
  }));
