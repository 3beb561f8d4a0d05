/** The model of Outlets: the same as several single outlets. */
import fc from "fast-check";
import type { Json } from "../../../provider/client";
import { type Inputs, noHandChange, type ResourceModel, someOf } from "../resource-model";
import { outletModel } from "./outlet";

const numbers = ["1", "2", "3"];

const entry = someOf({
  name: ["web", "db", "nas"],
  state: [true, false],
  critical: [true, false],
  cycleDelaySeconds: [null, 0.5, 7],
  enforce: ["persistent", "physical"],
  waitForPhysical: [true, false],
});

/** The inputs of the equivalent single outlets. */
const alone = (inputs: Inputs): Inputs[] =>
  Object.entries(inputs["outlets"] as Record<string, Inputs>).map(([number, settings]) => ({
    ...settings,
    number: Number(number),
  }));

export const outletsModel: ResourceModel = {
  type: "Outlets",
  inputs: fc
    .tuple(
      fc
        .subarray(numbers, { minLength: 1 })
        .chain((chosen) => fc.record(Object.fromEntries(chosen.map((number) => [number, entry])))),
      someOf({ onDestroy: ["leave", "restore"] }),
    )
    .map(([outlets, chosen]) => ({ outlets, ...chosen }) as Inputs),
  identity: () => "outlets",
  claims: (inputs) => alone(inputs).flatMap(outletModel.claims).concat("outlets"),
  declared: (inputs) => new Map<string, Json>(alone(inputs).flatMap((outlet) => [...outletModel.declared(outlet)])),
  follows: (inputs) => alone(inputs).flatMap((outlet) => outletModel.follows?.(outlet) ?? []),
  byHand: noHandChange,
};
