/** The model of Script: settings, and texts that mean the same to the device. */
import type { ResourceModel } from "../resource-model";
import { settingsModel } from "../settings-model";

const restart = "function restart()\n  log.notice('restart')\nend\n";
const both = `${restart}function hello()\nend\n`;
/** Means the same as `both` to the device. */
const bothWithBlanks = both.replaceAll("\n", "  \r\n");

const trimmed = (text: unknown) =>
  String(text)
    .split(/\r?\n/)
    .map((line) => line.trimEnd())
    .join("\n")
    .trimEnd();

/** Whether two texts mean the same to the device. */
export const sameText = (left: unknown, right: unknown) => trimmed(left) === trimmed(right);

const base = settingsModel("Script", {
  source: {
    path: "script/source",
    values: [restart, both, bothWithBlanks],
    same: sameText,
  },
  bootHandler: { path: "script/boot_handler", values: [null, "restart"] },
  stepDelaySeconds: { path: "script/step_delay", values: [1, 3] },
  traced: { path: "script/traced", values: [true, false] },
});

export const scriptModel: ResourceModel = {
  ...base,
  // Some devices accept only a handler that their source defines, and all of these sources define `restart`.
  inputs: base.inputs.filter(({ source, bootHandler }) => typeof bootHandler !== "string" || source !== undefined),
};
