/** `readOnly` in every place where it can be configured, and keys that protect and are not understood. */
import { DeviceConfiguration } from "../../provider/devices/configuration/device-configuration";

const lookupIn = (values: Record<string, string>) => (key: string) => values[key];
const fleet = JSON.stringify({
  lab: { readOnly: true },
  attic: { readOnly: "false" },
  shed: { readOnly: 1 },
  barn: { readOnly: null },
});

test.each<[where: string, device: string, config: Record<string, string>, env: NodeJS.ProcessEnv, found: boolean]>([
  ["nowhere", "default", {}, {}, false],
  ["in the stack's configuration", "default", { "dli:readOnly": "true" }, {}, true],
  ["in the environment, which wins", "default", { "dli:readOnly": "false" }, { DLI_READ_ONLY: "true" }, true],
  ["in the entry of a device", "lab", { "dli:devices": fleet }, {}, true],
  ["as a text in an entry", "attic", { "dli:devices": fleet, "dli:readOnly": "true" }, {}, false],
])("a device is read-only as said %s", (_where, device, config, env, found) => {
  expect(new DeviceConfiguration(lookupIn(config), env).isReadOnly(device)).toBe(found);
});

test.each(["shed", "barn", "default"])(
  "what is neither true nor false is an error, and never taken for false: %s",
  (device) => {
    expect(() =>
      new DeviceConfiguration(lookupIn({ "dli:devices": fleet, "dli:readOnly": "yes" }), {}).isReadOnly(device),
    ).toThrow(/`readOnly` is neither true nor false/);
  },
);

test.each([null, true, [0], ["1", "x"], { 1: true }, 1.5, "all", "1-4", "1;2"])(
  "protected outlets that are no list of numbers are an error, and never taken for none: %j",
  (protectedOutlets) => {
    const config = { "dli:devices": JSON.stringify({ lab: { url: "http://192.0.2.1", protectedOutlets } }) };
    const read = () => new DeviceConfiguration(lookupIn(config), {}).protectedOutlets("lab");
    expect(read).toThrow(/`protectedOutlets` is not a list of outlet numbers such as 1,4\. Add .* to the entry "lab"/);
  },
);
