/** What to do about an unreachable device: which setting takes precedence, and which commands of Pulumi are audits. */
import { DeviceConfiguration } from "../../provider/devices/configuration/device-configuration";
import { wantedOf } from "../../provider/devices/configuration/unreachable";
import { commandIn, type EngineCommand } from "../../provider/devices/engine-command";
import { environmentOf } from "../../provider/plugin/provider-config";

const lookupIn = (values: Record<string, string>) => (key: string) => values[key];
const fleet = (lab: object) => ({
  "dli:devices": JSON.stringify({ lab: { url: "http://192.0.2.1", ...lab }, attic: {} }),
});

test.each<[string, Record<string, string>, NodeJS.ProcessEnv, EngineCommand, string]>([
  ["nothing is set", fleet({}), {}, "deployment", "fail"],
  ["it is set for all devices", { ...fleet({}), "dli:unreachable": "keep" }, {}, "deployment", "keep"],
  [
    "it is set in its entry",
    { ...fleet({ unreachable: "forget" }), "dli:unreachable": "keep" },
    {},
    "deployment",
    "forget",
  ],
  [
    "its entry is stricter than the environment of all",
    fleet({ unreachable: "fail" }),
    { DLI_UNREACHABLE: "keep" },
    "deployment",
    "fail",
  ],
  ["the environment has it for all", fleet({}), { DLI_UNREACHABLE: "keep" }, "deployment", "keep"],
  [
    "its own environment wins over its entry",
    fleet({ unreachable: "fail" }),
    { DLI_LAB_UNREACHABLE: "keep" },
    "deployment",
    "keep",
  ],
  ["another one's environment", fleet({}), { DLI_ATTIC_UNREACHABLE: "keep" }, "deployment", "fail"],
  ["an empty variable", { ...fleet({}), "dli:unreachable": "keep" }, { DLI_UNREACHABLE: "" }, "deployment", "keep"],
  [
    "an audit has its own setting",
    fleet({ unreachable: "keep" }),
    { DLI_UNREACHABLE: "fail", DLI_LAB_UNREACHABLE: "keep" },
    "unknown",
    "fail",
  ],
  ["an audit is known as one", fleet({ unreachable: "keep" }), { DLI_LAB_UNREACHABLE: "keep" }, "audit", "fail"],
  ["its value is none of the choices", fleet({ unreachable: "Keep" }), {}, "deployment", "fail"],
  ["a variable's value is none of the choices", fleet({}), { DLI_LAB_UNREACHABLE: "Forget" }, "unknown", "fail"],
  ["only configuration has it, and the command is not known", fleet({ unreachable: "keep" }), {}, "unknown", "fail"],
  [
    "the environment has it, and the command is not known",
    fleet({}),
    { DLI_LAB_UNREACHABLE: "keep" },
    "unknown",
    "keep",
  ],
])("%s", (_what, config, env, command, wanted) => {
  expect(wantedOf(new DeviceConfiguration(lookupIn(config), env).unreachableSources("lab"), command)).toBe(wanted);
});

test.each([
  ["Keep", {}],
  ["true", { DLI_UNREACHABLE: "keep" }],
])("%s is none of the choices", (unreachable, env) => {
  const config = fleet({ unreachable, password: "labs pa55" });
  expect(() => new DeviceConfiguration(lookupIn(config), env).options("lab")).toThrow(
    /`unreachable` is none of fail, keep and forget.*`unreachable: fail` to the entry "lab"/,
  );
});

test("the environment of an audit wins over the argument and the environment of a provider of its own", () => {
  const env = { DLI_UNREACHABLE: "fail", DLI_RACK1_UNREACHABLE: "keep" };
  const provider = { url: "http://192.0.2.1", unreachable: "keep" };
  const own = environmentOf(env, provider, { explicit: "rack1" });
  expect(
    wantedOf(
      new DeviceConfiguration((key) => provider[key.slice(4) as "url"], own).unreachableSources("default"),
      "deployment",
    ),
  ).toBe("fail");
  const deployed = environmentOf({ DLI_RACK1_UNREACHABLE: "keep" }, {}, { explicit: "rack1" });
  expect(wantedOf(new DeviceConfiguration(() => undefined, deployed).unreachableSources("default"), "unknown")).toBe(
    "keep",
  );
});

test.each<[EngineCommand, string, NodeJS.ProcessEnv?]>([
  ["deployment", "up"],
  ["deployment", "--non-interactive up --yes --skip-preview --refresh"],
  ["deployment", "update -r"],
  ["deployment", "-C site1 preview --diff"],
  ["deployment", "destroy --refresh"],
  ["deployment", "preview", { PULUMI_OPTION_REFRESH: "false" }],
  ["deployment", "preview --refresh=false"],
  ["deployment", "up --expect-no-changes=false"],
  ["audit", "preview --refresh=false --refresh"],
  ["audit", "refresh"],
  ["audit", "refresh --yes"],
  ["audit", "-s up refresh --preview-only"],
  ["audit", "up refresh"],
  ["audit", "preview --refresh"],
  ["audit", "preview --refresh=true"],
  ["audit", "preview -yr"],
  ["audit", "pre -r"],
  ["audit", "up --preview-only --refresh"],
  ["audit", "preview", { PULUMI_OPTION_REFRESH: "true" }],
  ["audit", "preview --expect-no-changes"],
  ["audit", "up --expect-no-changes"],
  ["unknown", "import dli:index:Outlet web default/outlets/3"],
  ["unknown", ""],
])("%s: pulumi %s", (command, args, env = {}) => {
  expect(commandIn(args.split(" "), env)).toBe(command);
});
