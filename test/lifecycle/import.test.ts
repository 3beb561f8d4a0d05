/** The inputs from an import: none that check fills in by itself, and a program with them changes nothing. */
import * as fc from "fast-check";
import { type Json, sameJson } from "../../provider/client";
import { withDefaults, withoutDefaults } from "../../provider/lifecycle/inputs/defaults";
import { hiddenInputs } from "../../provider/lifecycle/inputs/import";
import { definitionOf, resources } from "../../provider/registry";
import { inputsOf } from "../../provider/schema/common-inputs";
import type { InputSpecs } from "../../provider/schema/inputs";
import { onDevice, writes } from "../support/on-device";
import { cases } from "./resource-cases";

/** Inputs, including those of entries, with the value that is filled in anyway. */
function noise(specs: InputSpecs, values: Record<string, Json>): string[] {
  return Object.entries(values).flatMap(([name, value]) => {
    const spec = specs[name];
    if (spec?.entries) {
      const entries = spec.entries;
      return Object.values((value ?? {}) as Record<string, Record<string, Json>>).flatMap((entry) =>
        noise(entries, entry),
      );
    }
    return spec?.default !== undefined && sameJson(spec.default, value) ? [name] : [];
  });
}

test.each(cases)("an import of $type is free of noise, and a program of it changes nothing", (life) =>
  onDevice({}, async ({ device, engine: plain }) => {
    life.prepare?.(device);
    const engine = life.config ? plain.as(life.config(device)) : plain;
    await engine.create(life.type, life.changed);
    const before = writes(device);
    const definition = definitionOf(life.type)!;
    const after = life.config ? plain.as(life.config(device)) : plain;
    const held = (await after.import(life.type, life.id))!;
    const hidden = hiddenInputs(definition, held.inputs);
    expect(hidden.length > 0 ? [] : noise(inputsOf(definition), held.inputs)).toEqual([]);
    if (hidden.length === 0) {
      const program = JSON.parse(JSON.stringify(held.inputs)) as Record<string, unknown>;
      expect(await after.preview(held, program)).toEqual([]);
      expect(await after.refresh(held)).toEqual([]);
      expect(await after.preview(held, program)).toEqual([]);
    }
    expect(writes(device)).toEqual(before);
  }),
);

/** A value for each input, often its default. */
const valuesOf = (specs: InputSpecs): fc.Arbitrary<Record<string, Json>> =>
  fc.record(
    Object.fromEntries(
      Object.entries(specs).map(([name, spec]) => {
        const entries = spec.entries;
        const value = entries
          ? fc.dictionary(fc.constantFrom("1", "2", "8"), valuesOf(entries), { noNullPrototype: true })
          : fc.jsonValue();
        return [name, fc.oneof(value, fc.constant(spec.default ?? null))] as const;
      }),
    ),
    { requiredKeys: [], noNullPrototype: true },
  ) as fc.Arbitrary<Record<string, Json>>;

test.each(resources.map((definition) => ({ definition, type: definition.type })))(
  "whatever the inputs of $type are, what is taken out is filled in again",
  ({ definition }) => {
    const specs = inputsOf(definition);
    fc.assert(
      fc.property(valuesOf(specs), valuesOf(specs), (values, kept) => {
        const full = withDefaults(specs, values);
        const thin = withoutDefaults(specs, full, kept);
        // To a device, an empty object is an empty list.
        expect(sameJson(withDefaults(specs, thin), full)).toBe(true);
        expect(noise(specs, withoutDefaults(specs, full))).toEqual([]);
        const stays = Object.keys(kept).filter((name) => Object.hasOwn(full, name));
        expect(Object.keys(thin)).toEqual(expect.arrayContaining(stays));
      }),
    );
  },
);

test("what a program only reads, with `.get()`, is not taken over by a new resource without `adopt`", () =>
  onDevice({}, async ({ device, engine }) => {
    const fred = { name: "fred", password: "set by hand", outletAccess: [2] };
    await engine.create("User", fred);
    const read = (await engine.import("User", "default/users/fred"))!;
    const before = structuredClone(device.tree);
    const declared = { name: "fred", password: "as declared" };
    await expect(engine.renameAfterRefresh(read, declared)).rejects.toThrow(
      /already exists on the device.*adopt: true/,
    );
    expect(device.tree).toEqual(before);
  }));
