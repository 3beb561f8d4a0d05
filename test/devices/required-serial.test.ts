/** `serial` in every place where it can be configured, and how it is set. */
import { ConfigurationError } from "../../provider/client";
import { DeviceConfiguration } from "../../provider/devices/configuration/device-configuration";
import { howToSet } from "../../provider/devices/configuration/how-to-set";
import { environmentOf } from "../../provider/plugin/provider-config";

const lookupIn = (values: Record<string, string>) => (key: string) => values[key];
const stack = { device: "default", provider: undefined, hasEntry: false, env: {} };
const fleet = JSON.stringify({ lab: { url: "http://192.0.2.1", serial: "A1" }, attic: { serial: 1234 }, shed: {} });

test.each<[where: string, device: string, config: Record<string, string>, env: NodeJS.ProcessEnv, found: unknown]>([
  ["nowhere", "default", {}, {}, undefined],
  ["in the stack's configuration", "default", { "dli:serial": " A1 " }, {}, "A1"],
  ["in the environment, which wins", "default", { "dli:serial": "A1" }, { DLI_SERIAL: "B2" }, "B2"],
  ["in the entry of a device", "lab", { "dli:devices": fleet }, {}, "A1"],
  ["in an entry as a number", "attic", { "dli:devices": fleet }, {}, "1234"],
  ["in the environment of a device", "shed", { "dli:devices": fleet }, { DLI_SHED_SERIAL: "C3" }, "C3"],
  ["of another device", "shed", { "dli:devices": fleet, "dli:serial": "A1" }, { DLI_SERIAL: "B2" }, undefined],
  ["empty", "default", { "dli:serial": "" }, {}, undefined],
])("a serial number is demanded %s", (_where, device, config, env, found) => {
  expect(new DeviceConfiguration(lookupIn(config), env).requiredSerial(device)).toBe(found);
});

test.each<[unknown, string]>([
  ["  ", "blank"],
  ["\t", "blank"],
  [true, "not a text"],
  [null, "not a text"],
  [["A1"], "not a text"],
  [{ number: "A1" }, "not a text"],
])("the serial number %j is refused, because it means no device", (serial, what) => {
  const config = { "dli:devices": JSON.stringify({ attic: { url: "http://192.0.2.1", serial } }) };
  const read = () => new DeviceConfiguration(lookupIn(config), {}).requiredSerial("attic");
  expect(read).toThrow(new RegExp(`"attic".* .serial. is ${what}\\. Add .* to the entry "attic" .*DLI_ATTIC_SERIAL`));
});

test.each([["1234567890123456789"], ["1e21"], ["1.5"], ["-9007199254740993"]])(
  "the number %s, of which JSON keeps not every digit, is refused and not compared",
  (number) => {
    const config = { "dli:devices": `{"attic": {"url": "http://192.0.2.1", "serial": ${number}}}` };
    const read = () => new DeviceConfiguration(lookupIn(config), {}).requiredSerial("attic");
    expect(read).toThrow(ConfigurationError);
    expect(read).toThrow(/"attic".*`serial` is a number.*in quotes.*"attic" of `dli:devices`/);
    const fromText = new DeviceConfiguration(lookupIn(config), { DLI_ATTIC_SERIAL: "1234567890123456789" });
    expect(fromText.requiredSerial("attic")).toBe("1234567890123456789");
  },
);

test("the command that sets it can be pasted into a shell", () => {
  expect(howToSet(stack, "serial", "LPC9-1")).toBe(
    "Run `pulumi config set dli:serial LPC9-1`, or set the environment variable DLI_SERIAL=LPC9-1.",
  );
  expect(howToSet(stack, "serial", "it's $HOME")).toContain("`pulumi config set dli:serial 'it'\\''s $HOME'`");
  expect(howToSet({ ...stack, device: "lab" }, "serial", "A1")).toMatch(
    /Add `serial: A1` to the entry "lab".*DLI_LAB_SERIAL=A1/,
  );
  expect(howToSet({ ...stack, device: "lab" }, "serial", "1234567890123456789")).toContain(
    'Add `serial: "1234567890123456789"` to the entry',
  );
});

test("the serial number of the environment's own device is not demanded of an explicit provider's", () => {
  const env = { DLI_SERIAL: "A1", DLI_URL: "http://192.0.2.1" };
  const demanded = (configuration: Record<string, string>, more: NodeJS.ProcessEnv = {}) =>
    environmentOf({ ...env, ...more }, configuration, { explicit: "rack1" })["DLI_SERIAL"];
  expect(demanded({ url: "http://192.0.2.2" })).toBeUndefined();
  expect(demanded({}, { DLI_RACK1_URL: "http://192.0.2.2" })).toBeUndefined();
  expect(demanded({ url: "http://192.0.2.2" }, { DLI_RACK1_SERIAL: "B2" })).toBe("B2");
  expect(demanded({})).toBe("A1");
});
