/** Variables that nothing reads: misspelt ones are refused, those that may be another program's are warned of. */
import { LoginLedger } from "../../provider/client";
import { DeviceConfiguration } from "../../provider/devices/configuration/device-configuration";
import { keyNames } from "../../provider/devices/configuration/keys";
import { variableOf } from "../../provider/devices/configuration/variables";
import { Devices } from "../../provider/devices/devices";

const login = { url: "http://192.0.2.1", password: "labs pa55" };
const config: Readonly<Record<string, string>> = {
  "dli:url": login.url,
  "dli:password": login.password,
  "dli:devices": JSON.stringify({ live: login, "rack-a": login, rack1: login }),
};

const optionsIn = (env: NodeJS.ProcessEnv, provider?: string) => () =>
  new DeviceConfiguration((key) => config[key], env, { provider }).options("live");

/** The warnings of a run in this environment. */
async function said(env: NodeJS.ProcessEnv): Promise<string[]> {
  const warnings: string[] = [];
  const devices = new Devices({
    lookup: (key) => config[key],
    env,
    logins: new LoginLedger(),
    warn: (message) => warnings.push(message),
  });
  for (const name of ["live", "default", "live"]) {
    await devices.context(name, "Outlet");
  }
  await devices.close();
  return warnings;
}

test.each([
  ["DLI_PROTECTED_OUTLET", "DLI_PROTECTED_OUTLETS"],
  ["DLI_PROTECTEDOUTLETS", "DLI_PROTECTED_OUTLETS"],
  ["DLI_PROTECT", "DLI_PROTECTED_OUTLETS, or DLI_NAME_PROTECTED_OUTLETS"],
  ["DLI_SHED_PROTECTED_OUTLET", "DLI_PROTECTED_OUTLETS, or DLI_NAME_PROTECTED_OUTLETS"],
  ["DLI_READONLY", "DLI_READ_ONLY"],
  ["DLI_LIVE_IS_READ_ONLY_NOW", "DLI_READ_ONLY"],
  ["DLI_PASSWORT", "DLI_PASSWORD"],
  ["DLI_ULR", "DLI_URL"],
  ["dli_url", "DLI_URL"],
  ["DLI_LIVE_PASSWRD", "DLI_LIVE_PASSWORD"],
  ["DLI_LIVE_SERAIL", "DLI_LIVE_SERIAL"],
  ["DLI_DEFAULT_SERIAL", "DLI_SERIAL"],
  ["DLI_PLANFILE", "DLI_PLAN_FILE"],
])("%s is refused: did you mean %s?", (variable, meant) => {
  expect(optionsIn({ [variable]: "labs pa55" })).toThrow(
    `nothing reads the environment variable ${variable} (did you mean ${meant}`,
  );
  expect(optionsIn({ [variable]: "labs pa55" })).not.toThrow(/pa55/);
  expect(optionsIn({ [variable]: "" })).not.toThrow();
});

test("every variable with a letter less is refused, or warned of where it could be another device's", async () => {
  for (const device of ["default", "live", "rack-a"]) {
    for (const variable of keyNames.map((key) => variableOf(device, key))) {
      const misspelt = variable.slice(0, -1);
      expect(optionsIn({ [misspelt]: "1" })).toThrow(`${misspelt} (did you mean ${variable}?)`);
      expect(optionsIn({ [variable]: "1" })).not.toThrow(/nothing reads/);
    }
  }
  expect(await said({ DLI_PREVIOS_PASSWORD: "x" })).toEqual([
    expect.stringMatching(/^DLI_PREVIOS_PASSWORD is about no device .*DLI_PREVIOUS_PASSWORD\?\)/),
  ]);
});

test("the variables of a program's own provider are known in its process, and their misspellings there alone", async () => {
  expect(optionsIn({ DLI_SHED_PASSWRD: "x" }, "shed")).toThrow(/did you mean DLI_SHED_PASSWORD\?/);
  expect(optionsIn({ DLI_SHED_PASSWRD: "x" })).not.toThrow();
  expect(await said({ DLI_SHED_PASSWORD: "x" })).toEqual([]);
});

test("what may be another program's is named once in a run, without its value", async () => {
  expect(await said({ DLI_HOST: "labs pa55", DLI_LIVE_COLOUR: "x", DLI_SHED_PASSWRD: "x" })).toEqual([
    "nothing reads DLI_HOST, DLI_LIVE_COLOUR, DLI_SHED_PASSWRD in the environment. Ignore this where another program does.",
  ]);
});

test("a device that is nearly called as one of ours is warned of", async () => {
  expect(await said({ DLI_LVIE_PROTECTED_OUTLETS: "4" })).toEqual([
    "DLI_LVIE_PROTECTED_OUTLETS is about no device that is configured (did you mean DLI_LIVE_PROTECTED_OUTLETS?). Ignore this where another program does.",
  ]);
});

test("what is read, or belongs to a device or provider of another stack, is no matter", async () => {
  const names = ["LOG", "PLAN_FILE", "URL", "LIVE_SERIAL", "RACK_B_URL", "RACK2_PASSWORD", "ATTIC_UNREACHABLE"];
  const env = Object.fromEntries(names.map((name) => [`DLI_${name}`, "fail"]));
  expect(await said({ ...env, DLI_URL: login.url, PULUMI_DLI_CACHE: "x", DLIX: "x" })).toEqual([]);
});

test.each(["DLI_PROTECTED_OUTLETS", "DLI_READ_ONLY", "DLI_SERIAL"])(
  "%s without a default device is refused",
  (name) => {
    const onlyLive = (key: string) => (key === "dli:devices" ? JSON.stringify({ live: login }) : undefined);
    const options = (provider?: string) =>
      new DeviceConfiguration(onlyLive, { [name]: "1" }, { provider }).options("live");
    expect(() => options()).toThrow(new RegExp(`${name} is about the device of .*it would protect nothing.*DLI_LIVE_`));
    expect(() => options("rack1")).not.toThrow();
  },
);
