/** Models of resources that are a table of settings: each input is one leaf of the device's tree. */
import fc from "fast-check";
import type { Json } from "../../provider/client";
import type { SimulatedDevice, Tree } from "../../simulator";
import { type HandChange, handChange, type Inputs, type ResourceModel, someOf } from "./resource-model";

/** One input. */
export interface SettingModel {
  /** Path in the simulator's tree. */
  readonly path: string;
  readonly values: readonly Json[];
  /** Whether two values mean the same to the device. */
  readonly same?: (found: Json, declared: Json) => boolean;
}

export function settingsModel(type: string, settings: Readonly<Record<string, SettingModel>>): ResourceModel {
  const values = Object.fromEntries(Object.entries(settings).map(([name, setting]) => [name, setting.values]));
  return {
    type,
    inputs: someOf({ ...values, onDestroy: ["leave", "restore"] }),
    claims: (inputs) => [type, ...declaredBy(settings, inputs).keys()],
    identity: () => type,
    declared: (inputs) => declaredBy(settings, inputs),
    same: (path, found, declared) =>
      Object.values(settings)
        .find((setting) => setting.path === path)
        ?.same?.(found, declared) ?? false,
    byHand: fc.oneof(
      ...Object.values(settings).map(({ path, values: some }) =>
        fc.constantFrom(...some).map((value) => assignment(path, value)),
      ),
    ),
  };
}

function declaredBy(settings: Readonly<Record<string, SettingModel>>, inputs: Inputs): Map<string, Json> {
  const declared = new Map<string, Json>();
  for (const [name, { path }] of Object.entries(settings)) {
    const value = inputs[name];
    if (value !== undefined) {
      declared.set(path, value);
    }
  }
  return declared;
}

/** Puts a value into the tree, whose keys, unlike the names on the wire, are the same under every dialect. */
export function assignment(path: string, value: Json): HandChange {
  return handChange(`${path} becomes ${JSON.stringify(value)}`, (device: SimulatedDevice) => {
    const steps = path.split("/");
    const last = steps.pop() as string;
    const container = steps.reduce<Tree | Record<string, unknown>>(
      (at, step) => (at as Record<string, unknown>)[step] as Record<string, unknown>,
      device.tree,
    );
    (container as Record<string, unknown>)[last] = structuredClone(value);
  });
}
