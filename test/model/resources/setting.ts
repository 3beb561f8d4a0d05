/** The model of Setting: a value, or some members of an object. */
import fc from "fast-check";
import type { Json } from "../../../provider/client";
import { type HandChange, type Inputs, type ResourceModel, someOf, valueByHand } from "../resource-model";

interface Choice {
  readonly path: string;
  /** The same place in the leaves, which count outlets from 1. */
  readonly place: string;
  readonly values: readonly Json[];
}

const choices: readonly Choice[] = [
  { path: "config/hostname", place: "config/hostname", values: ["rack-1", "rack-2"] },
  { path: "config/ntp_peers", place: "config/ntp_peers", values: [[], ["a.example"], ["a.example", "b.example"]] },
  { path: "relay/outlets/7/name", place: "relay/outlets/8/name", values: ["eight", "acht"] },
  // Relay manages this too.
  { path: "relay/name", place: "relay/name", values: ["Rack 1", "Rack 3"] },
  { path: "upnp", place: "upnp", values: [{ enabled: true }, { enabled: false, expose_name: true }] },
];

const isObject = (value: Json | undefined): value is Record<string, Json> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const placeOf = (inputs: Inputs) =>
  choices.find(({ path }) => path === inputs["path"])?.place ?? String(inputs["path"]);

export const settingModel: ResourceModel = {
  type: "Setting",
  inputs: fc
    .tuple(
      fc
        .constantFrom(...choices)
        .chain(({ path, values }) => fc.record({ path: fc.constant(path), value: fc.constantFrom(...values) })),
      someOf({ secret: [false, true], optional: [false, true], onDestroy: ["leave", "restore"] }),
    )
    .map(([needed, chosen]): Inputs => ({ ...needed, ...chosen })),
  claims: (inputs) => [placeOf(inputs)],
  declared(inputs) {
    const place = placeOf(inputs);
    const value = inputs["value"] as Json;
    if (!isObject(value)) {
      return new Map([[place, value]]);
    }
    return new Map(Object.entries(value).map(([member, part]) => [`${place}/${member}`, part]));
  },
  // If a secret differs when it is first read, the device may not show it.
  restores: (inputs) => inputs["secret"] !== true,
  byHand: fc
    .constantFrom(...choices)
    .chain(({ path, values }) => fc.constantFrom(...values.flatMap((value) => handChanges(path, value)))),
};

function handChanges(path: string, value: Json): HandChange[] {
  if (!isObject(value)) {
    return [valueByHand(path, value)];
  }
  return Object.entries(value).map(([member, part]) => valueByHand(`${path}/${member}`, part));
}
