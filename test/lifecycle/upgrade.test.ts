/** States that released versions have written: each can be read, compared, updated and deleted like this version's. */
import { get } from "../../provider/dynamic/provider";
import { fromEngine } from "../../provider/lifecycle/state/engine-form";
import type { Inputs } from "../../provider/lifecycle/state/state";
import { definitionOf, resources } from "../../provider/registry";
import type { SimulatedDevice } from "../../simulator";
import { type RecordedResource, recorded, recordedVersions, typeOf } from "../fixtures/recorded";
import { onDevice } from "../support/on-device";
import type { Held } from "./mini-engine";
import { cases } from "./resource-cases";

/** A new copy of the resource as the engine holds it, for a device at this address. */
function held(resource: RecordedResource, { url }: SimulatedDevice): Held {
  const type = typeOf(resource);
  const definition = definitionOf(type)!;
  const { __provider: _one, __resource: _told, ...inputs } = structuredClone(resource.inputs) as Inputs;
  const { __provider: _two, ...state } = structuredClone(resource.outputs) as Inputs;
  Object.assign(state, state["deviceUrl"] !== undefined && { deviceUrl: url });
  return { type, id: resource.id, inputs: fromEngine(definition, inputs), state: fromEngine(definition, state) };
}

test("this version has recorded every resource", () => {
  const version = (require("../../package.json") as { version: string }).version;
  const types = recorded(version).map(typeOf).sort();
  // `npm run record-states` adds missing types.
  expect(types).toEqual(resources.map(({ type }) => type).sort());
});

describe.each(recordedVersions())("a state of %s", (version) => {
  const all = recorded(version);
  const isAction = (resource: RecordedResource) =>
    resources.find(({ type }) => type === typeOf(resource))?.family === "action";

  test.each(all.map((resource) => [typeOf(resource), resource] as const))(
    `a state of %s written by ${version} names code that exists`,
    (type, resource) => {
      const text = resource.outputs["__provider"];
      expect(text).toBe(resource.inputs["__provider"]);
      if (text === undefined) {
        return;
      }
      const exports: { handler?: () => unknown } = {};
      const load = (name: string) => (name === "pulumi-dli/dynamic/v1" ? { get } : undefined);
      new Function("exports", "require", String(text))(exports, load);
      expect(Object.keys(exports.handler?.() as object)).toEqual(Object.keys(get(type)));
    },
  );

  test.each(all.filter((resource) => !isAction(resource)).map((resource) => [typeOf(resource), resource] as const))(
    `a state of %s written by ${version} shows no difference, and is updated and deleted`,
    (type, resource) => {
      const life = cases.find((candidate) => candidate.type === type)!;
      return onDevice(
        {},
        async ({ device, engine }) => {
          life.prepare?.(device);
          const { inputs } = held(resource, device);
          await engine.create(type, inputs);
          device.journal.clear();

          expect(await engine.up(held(resource, device), inputs)).toEqual([]);
          expect(device.journal.entries).toEqual([]);
          const refreshed = held(resource, device);
          expect(await engine.refresh(refreshed)).toEqual([]);
          expect(refreshed.inputs).toEqual(inputs);
          expect(device.journal.writes()).toEqual([]);

          let updated = held(resource, device);
          // Not which inputs differ, because the cases may have changed since, even in what they are about.
          if ((await engine.preview(updated, life.changed)).some(({ replaces }) => replaces)) {
            updated = await engine.replaceInPlace(updated, life.changed);
          } else {
            expect(await engine.up(updated, life.changed)).not.toEqual([]);
          }
          expect(await engine.refresh(updated)).toEqual([]);
          life.drift(device);
          expect(await engine.refresh(updated)).not.toEqual([]);
          await engine.destroy(held(resource, device));
          await engine.destroy(held(resource, device));
        },
        life.config,
      );
    },
  );

  test.each(all.filter(isAction).map((resource) => [typeOf(resource), resource] as const))(
    `an action %s recorded by ${version} is not run again`,
    (_type, resource) =>
      onDevice({}, async ({ device, engine }) => {
        const { inputs } = held(resource, device);
        expect(await engine.up(held(resource, device), inputs)).toEqual([]);
        expect(await engine.refresh(held(resource, device))).toEqual([]);
        await engine.destroy(held(resource, device));
        expect(device.journal.writes()).toEqual([]);
      }),
  );
});
