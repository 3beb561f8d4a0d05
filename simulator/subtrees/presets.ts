import type { DialectSettings } from "../dialects";
import type { Tree } from "./index";

/**
 * What a device starts from.
 * - test: REST on, everything else as on an untouched device
 * - factory: as shipped (device.md 9), REST as the dialect restFromFactory says
 */
export const presetNames = ["test", "factory"] as const;

/** The name of a preset. */
export type PresetName = (typeof presetNames)[number];

/** Brings a new tree to a preset. */
export function applyPreset(tree: Tree, preset: PresetName, dialects: DialectSettings): void {
  if (preset === "factory") {
    tree.config.allow_rest = dialects.restFromFactory === "on";
  }
}
