/** What the stack protects is safe from the program's own providers, in an update and a removal on the real engine. */
import { writeFileSync } from "node:fs";
import path from "node:path";
import type { Workspace } from "../../scripts/engine/workspace";
import { type SimulatedDevice, startSimulator } from "../../simulator";
import { configurationOf, createPluginWorkspace, projectFile } from "./plugin-workspace";
import { programOf } from "./programs";

jest.setTimeout(300_000);

let device: SimulatedDevice;
let workspace: Workspace;

const program = (resources: string) => `
import * as dli from "pulumi-dli";
const rack = new dli.Provider("rack", { url: ${JSON.stringify(device.url)}, username: "admin", password: "1234" });
const provider = { provider: rack };
${resources}
`;
const kept = 'new dli.Outlet("web", { number: 3, state: true, onDestroy: "restore" }, provider);';

beforeAll(async () => {
  device = await startSimulator({ speed: 50 });
  device.tree.relay.outlets[0]!.state = true;
  Object.assign(device.tree.relay.outlets[2]!, { state: false, transient_state: false, physical_state: false });
  workspace = await createPluginWorkspace({ program: program(kept) });
  await workspace.up({ expectExit: 0 });
});

afterAll(async () => {
  workspace?.dispose();
  await device?.close();
});

test("in whichever form the stack has it, a provider of the program takes the power from nothing that it protects", async () => {
  const before = device.journal.writes().length;
  await workspace.pulumi([
    "config",
    "set",
    "--path",
    "dli:devices.lab.url",
    device.url.replace("127.0.0.1", "localhost"),
  ]);
  await workspace.pulumi(["config", "set", "--path", "--secret", "dli:devices.lab.password", "1234"]);
  await workspace.pulumi(["config", "set", "--path", "dli:devices.lab.protectedOutlets[0]", "1"]);
  await workspace.pulumi(["config", "set", "--path", "dli:devices.lab.protectedOutlets[1]", "3"]);
  workspace.setProgram(program(`${kept}new dli.SwitchOutlets("off", { states: { 1: false } }, provider);`));
  const result = await workspace.up();
  expect(result.exitCode).not.toBe(0);
  expect(result.all).toMatch(/outlet 1 is protected on "lab" in the stack's configuration, which is the same device/);
  // A removal does not run the program, and would restore the outlet to off.
  const removed = await workspace.destroy();
  expect(removed.exitCode).not.toBe(0);
  expect(removed.all).toMatch(/outlet 3 is protected on "lab" in the stack's configuration/);
  expect(device.journal.writes()).toHaveLength(before);
  expect(device.tree.relay.outlets.map(({ state }) => state)).not.toContain(false);
});

test("so it is in a program of another language", async () => {
  const before = device.journal.writes().length;
  const login = `{ url: ${JSON.stringify(device.url)}, username: admin, password: "1234" }`;
  const resources = `resources:
  rack: { type: "pulumi:providers:dli", properties: ${login} }
  off:
    type: dli:SwitchOutlets
    properties: { states: { "1": false } }
    options: { provider: "\${rack}" }
`;
  writeFileSync(path.join(workspace.project, "Pulumi.yaml"), `${projectFile("yaml")}${resources}`);
  const result = await workspace.up({ args: ["--target-dependents", "--target", "**SwitchOutlets::off"] });
  expect(result.exitCode).not.toBe(0);
  expect(result.all).toMatch(/outlet 1 is protected on "lab" in the stack's configuration/);
  expect(device.journal.writes()).toHaveLength(before);
});

test("what the stack protects since the last update is safe from a removal, which does not run the program", async () => {
  const own = await startSimulator({ speed: 50 });
  own.switchOutlet(3, false);
  const outlet = { type: "Outlet", name: "web", inputs: { number: 3, state: true, onDestroy: "restore" } };
  const alone = await createPluginWorkspace({ program: programOf(outlet), config: configurationOf(own) });
  try {
    await alone.up({ expectExit: 0 });
    const before = own.journal.writes().length;
    await alone.pulumi(["config", "set", "dli:protectedOutlets", "3"]);
    const removed = await alone.destroy();
    expect(removed.exitCode).not.toBe(0);
    expect(removed.all).toMatch(/outlet 3 is protected on "default" in the stack's configuration/);
    alone.setProgram(programOf());
    const updated = await alone.up();
    expect(updated.exitCode).not.toBe(0);
    expect(updated.all).toMatch(/outlet 3 is protected/);
    expect(own.journal.writes()).toHaveLength(before);
  } finally {
    alone.dispose();
    await own.close();
  }
});
