/** The initial states of a device. */
import type { DialectSettings } from "../dialects";
import type { Tree } from "./index";

/**
 * What a device starts from.
 * - test: REST on, everything else as on an untouched device
 * - factory: as shipped (device.md section 9) with links and a snippet, REST as the dialect restFromFactory says
 */
export const presetNames = ["test", "factory"] as const;

/** The name of a preset. */
export type PresetName = (typeof presetNames)[number];

/** The text is made up, but snippets with such names are known to be shipped (device.md section 3.6). */
const shippedSnippet = `function cycle_twice(number)
  outlet[number].cycle()
  delay(60)
  outlet[number].cycle()
end
`;

/** Brings a new tree to a preset. */
export function applyPreset(tree: Tree, preset: PresetName, dialects: DialectSettings): void {
  if (preset === "factory") {
    tree.config.allow_rest = dialects.restFromFactory === "on";
    tree.config.links = [
      { href: tree.config.brand_manual_url, description: "Manual" },
      { href: tree.config.brand_faq_url, description: "FAQs" },
    ];
    tree.script.snippets["default.cycle_twice"] = { source: shippedSnippet };
  }
}
