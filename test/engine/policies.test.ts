/** A mandatory policy stops an update before anything is written, through both adapters: examples/policy on the engine. */
import { writeFileSync } from "node:fs";
import path from "node:path";
import { createWorkspace, type Workspace } from "../../scripts/engine/workspace";
import { type SimulatedDevice, startSimulator } from "../../simulator";
import { configurationOf, projectFile } from "./plugin-workspace";
import { preparePolicyPack } from "./policy-pack";

jest.setTimeout(300_000);

let devices: readonly SimulatedDevice[];
let workspace: Workspace;
let env: Record<string, string>;

beforeAll(async () => {
  devices = await Promise.all([startSimulator({ speed: 50 }), startSimulator({ speed: 50 })]);
  workspace = await createWorkspace({
    program: { files: ["examples/policy"] },
    config: configurationOf(devices[0] as SimulatedDevice),
  });
  writeFileSync(path.join(workspace.project, "Pulumi.yaml"), projectFile());
  env = preparePolicyPack(workspace, "examples/policy");
});

afterAll(async () => {
  workspace?.dispose();
  await Promise.all((devices ?? []).map((device) => device.close()));
});

/** The text of declarations with given resource options and names. */
type Text = (options: string, name: (name: string) => string) => string;

/** The same declarations for both devices: dynamic resources for one, native ones for the other. */
function program(...texts: readonly Text[]): string {
  const [, { url, password }] = devices as [SimulatedDevice, SimulatedDevice];
  return [
    'import * as dli from "pulumi-dli";',
    `const provider = new dli.Provider("lab", { url: ${JSON.stringify(url)}, password: ${JSON.stringify(password)} });`,
    ...texts.map((text) => text("{}", (name) => `"dynamic-${name}"`)),
    ...texts.map((text) => text("{ provider }", (name) => `"native-${name}"`)),
  ].join("\n");
}

const router =
  (state: boolean): Text =>
  (options, name) =>
    `
    new dli.Outlet(${name("router")}, { number: 1, name: "router", state: ${state} }, ${options});
    new dli.User(${name("fred")}, { name: "fred", password: "first password" }, ${options});`;

const powerCuts: Text = (options, name) => `
  new dli.Outlets(${name("all")}, { outlets: { 2: { name: "Router", state: false }, 3: { state: false } } }, ${options});
  new dli.OutletCycle(${name("cycle")}, { outlets: [4] }, ${options});
  new dli.SwitchOutlets(${name("off")}, { states: { 5: false, 6: true } }, ${options});
  new dli.Reboot(${name("reboot")}, {}, ${options});`;

const writes = () => devices.map((device) => device.journal.writes().length);

/** The violations that policies report, with their resources. */
function violations(output: string): string[] {
  const policies = output.slice(output.indexOf("Policies:"));
  const found = [...policies.matchAll(/\[mandatory\]\s+(\S+)\s+\(([^)]+)\)/g)];
  return found.map(([, policy, resource]) => `${policy} ${resource}`).sort();
}

test("what a policy refuses is not written, nor anything else of the program", async () => {
  workspace.setProgram(program(router(false), powerCuts));
  const { all, exitCode } = await workspace.pulumi(["up", "--yes", "--policy-pack", "examples/policy"], { env });
  expect(exitCode).not.toBe(0);
  const expected = (adapter: string, type: (name: string) => string) => [
    `no-power-cuts ${type("OutletCycle")}: ${adapter}-cycle`,
    `no-power-cuts ${type("Reboot")}: ${adapter}-reboot`,
    `no-power-cuts ${type("SwitchOutlets")}: ${adapter}-off`,
    `router-stays-on ${type("Outlet")}: ${adapter}-router`,
    `router-stays-on ${type("Outlets")}: ${adapter}-all`,
  ];
  expect(violations(all)).toEqual(
    [
      ...expected("dynamic", (name) => `pulumi-nodejs:dynamic/dli:${name}`),
      ...expected("native", (name) => `dli:index:${name}`),
    ].sort(),
  );
  expect(writes()).toEqual([0, 0]);
});

test("what they allow is written, and a change that they refuse is not, also without a preview", async () => {
  const args = ["--policy-pack", "examples/policy"];
  workspace.setProgram(program(router(true)));
  await workspace.up({ args, env, expectExit: 0 });
  const before = writes();
  expect(before).toEqual([2, 2]);
  workspace.setProgram(program(router(false)));
  const { all, exitCode } = await workspace.up({ args, env });
  expect(exitCode).not.toBe(0);
  expect(violations(all)).not.toEqual([]);
  expect(writes()).toEqual(before);
  expect(devices.map(({ tree }) => tree.relay.outlets[0]?.state)).toEqual([true, true]);
});
