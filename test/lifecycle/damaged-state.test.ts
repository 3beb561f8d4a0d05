/**
 * A state in which an edit by hand has put a value of another kind than the input has: what it stood for is not known,
 * so the next `up` declares it again, and nothing fails that does not need it.
 */
import type { Json } from "../../provider/client";
import { definitionOf } from "../../provider/registry";
import { inputsOf } from "../../provider/schema/common-inputs";
import type { InputSpec } from "../../provider/schema/inputs";
import type { SimulatedDevice } from "../../simulator";
import { eachOnDevice } from "../support/on-device";
import type { Held, MiniEngine } from "./mini-engine";
import { cases } from "./resource-cases";

let device: SimulatedDevice;
let engine: MiniEngine;

eachOnDevice({}, (bench) => {
  ({ device, engine } = bench);
});

const oddValues: readonly Json[] = [null, 7, true, "text", [], [null], {}, { 3: null }, { 3: { name: 7 } }];

const damaged = cases.flatMap(({ type, inputs, prepare, config }) => {
  const specs = inputsOf(definitionOf(type)!);
  const names = Object.keys(specs).filter((name) => specs[name]!.role !== "key");
  return config === undefined ? names.map((name) => ({ type, inputs, prepare, name })) : [];
});

const isFitting = ({ schema }: InputSpec, value: Json) => schema.safeParse(value).success;

test.each(damaged)(
  "the next `up` of a $type repairs a state that has another kind of $name",
  async ({ type, inputs, prepare, name }) => {
    prepare?.(device);
    const spec = inputsOf(definitionOf(type)!)[name]!;
    const made = await engine.create(type, inputs);
    const before = structuredClone(device.tree);
    for (const value of oddValues.filter((one) => !isFitting(spec, one))) {
      const held: Held = { ...made, state: { ...made.state, [name]: value } };
      await engine.refresh({ ...held });
      await engine.up(held, inputs);
      expect(await engine.preview(held, inputs)).toEqual([]);
    }
    expect(device.tree).toEqual(before);
    await engine.destroy(made);
  },
);
