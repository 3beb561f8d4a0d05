/** Actions and AdminPassword through the native plugin: once at create, once per trigger, and at no other time. */
import type { Workspace } from "../../scripts/engine/workspace";
import { type SimulatedDevice, startSimulator } from "../../simulator";
import { configurationOf, createPluginWorkspace } from "./plugin-workspace";

jest.setTimeout(300_000);

let device: SimulatedDevice;
let workspace: Workspace;

const program = (trigger: string) => `
  import * as dli from "pulumi-dli";
  new dli.OutletCycle("cycle", { outlets: [5], triggers: ["${trigger}"] });
  new dli.SwitchOutlets("pair", { states: { 1: false, 2: true }, triggers: ["${trigger}"] });
  const script = new dli.Script("script", { source: "function hello(name)\\nend\\n" });
  new dli.ScriptRun("run", { function: "hello", arguments: ["you"], triggers: ["${trigger}"] }, { dependsOn: script });`;

/** How often each call reached the device. */
const calls = () => {
  const done = device.journal.writes().filter(({ method, status }) => method === "POST" && status < 300);
  return done.map(({ path }) => path.replace("/restapi/", "")).sort();
};
const once = ["relay/outlets/4/cycle/", "relay/set_outlet_transient_states/", "script/start/"];

beforeAll(async () => {
  device = await startSimulator({ speed: 100 });
  device.tree.relay.sequence_delay = 0;
  workspace = await createPluginWorkspace({ program: program("first"), config: configurationOf(device) });
});

afterAll(async () => {
  workspace?.dispose();
  await device?.close();
});

test("actions happen once, and a preview is empty afterwards", async () => {
  await workspace.preview({ expectExit: 0 });
  expect(calls()).toEqual([]);
  await workspace.up({ expectExit: 0 });
  expect(calls()).toEqual(once);
  await workspace.preview({ expectExit: 0, expectNoChanges: true });
  await workspace.refresh({ expectExit: 0 });
  expect(calls()).toEqual(once);
});

test("a changed trigger makes actions happen once more, and destroying does nothing", async () => {
  device.journal.clear();
  workspace.setProgram(program("second"));
  await workspace.up({ expectExit: 0 });
  // Both outlets are already as declared, so there is nothing to switch.
  expect(calls()).toEqual(["relay/outlets/4/cycle/", "script/start/"]);
  device.journal.clear();
  await workspace.destroy({ expectExit: 0 });
  expect(calls()).toEqual([]);
});

test("AdminPassword changes the password, and the next run logs in with the new one", async () => {
  const next = "another password";
  workspace.setProgram(`
    import * as pulumi from "@pulumi/pulumi";
    import * as dli from "pulumi-dli";
    new dli.AdminPassword("admin", { password: new pulumi.Config().requireSecret("next") });`);
  await workspace.setConfig({
    next: { secret: next },
    "dli:password": { secret: next },
    "dli:previousPassword": { secret: device.password },
  });
  await workspace.up({ expectExit: 0 });
  expect(device.tree.auth.users[0]?.password).toBe(next);
  await workspace.refresh({ previewOnly: true, expectExit: 0, expectNoChanges: true });
  expect(JSON.stringify(await workspace.exportState())).not.toContain(next);
});
