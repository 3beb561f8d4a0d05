/** `readOnly` in every place where it can be configured. */
import { DeviceConfiguration } from "../../provider/devices/device-configuration";

const lookupIn = (values: Record<string, string>) => (key: string) => values[key];
const fleet = JSON.stringify({ lab: { readOnly: true }, attic: { readOnly: "false" }, shed: { readOnly: 1 } });

test.each<[where: string, device: string, config: Record<string, string>, env: NodeJS.ProcessEnv, found: boolean]>([
  ["nowhere", "default", {}, {}, false],
  ["in the stack's configuration", "default", { "dli:readOnly": "true" }, {}, true],
  ["in the environment, which wins", "default", { "dli:readOnly": "false" }, { DLI_READ_ONLY: "true" }, true],
  ["in the entry of a device", "lab", { "dli:devices": fleet }, {}, true],
  ["as a text in an entry", "attic", { "dli:devices": fleet, "dli:readOnly": "true" }, {}, false],
])("a device is read-only as said %s", (_where, device, config, env, found) => {
  expect(new DeviceConfiguration(lookupIn(config), env).isReadOnly(device)).toBe(found);
});

test.each(["shed", "default"])(
  "what is neither true nor false is an error, and never taken for false: %s",
  (device) => {
    expect(() =>
      new DeviceConfiguration(lookupIn({ "dli:devices": fleet, "dli:readOnly": "yes" }), {}).isReadOnly(device),
    ).toThrow(/`readOnly` is neither true nor false/);
  },
);
