/** A password that changes, with the provider of the stack's configuration. */
import type { Workspace } from "../../scripts/engine/workspace";
import { type SimulatedDevice, startSimulator } from "../../simulator";
import { configurationOf, createPluginWorkspace } from "./plugin-workspace";
import { programOf } from "./programs";

jest.setTimeout(300_000);

let device: SimulatedDevice;
let workspace: Workspace;

beforeAll(async () => {
  device = await startSimulator({ speed: 50 });
  const program = programOf({ type: "Outlet", inputs: { number: 1, name: "web" } });
  workspace = await createPluginWorkspace({ program, config: configurationOf(device) });
  await workspace.up({ expectExit: 0 });
});

afterAll(async () => {
  workspace?.dispose();
  await device?.close();
});

/** Sets another password on the device and in the configuration. */
async function rotate(password: string): Promise<void> {
  device.tree.auth.users[0]!.password = password;
  await workspace.setConfig({ "dli:password": { secret: password } });
}

test("a new password is refused with a remedy, because the engine passes the old one from its state", async () => {
  await rotate("second");
  const refused = await workspace.preview();
  expect(refused.exitCode).not.toBe(0);
  expect(refused.all).toContain("run `pulumi refresh --run-program` once");
  expect(refused.all).toContain("or set DLI_PASSWORD");
  expect(refused.all).not.toContain("second");
});

test("a new password is accepted after one `pulumi refresh --run-program`", async () => {
  await workspace.refresh({ runProgram: true, expectExit: 0 });
  await workspace.refresh({ previewOnly: true, expectNoChanges: true, expectExit: 0 });
});

test("a new password in the environment is accepted at once, also by destroy", async () => {
  device.tree.auth.users[0]!.password = "third";
  const env = { DLI_PASSWORD: "third" };
  await workspace.refresh({ previewOnly: true, expectNoChanges: true, expectExit: 0, env });
  await workspace.destroy({ expectExit: 0, env });
  expect((await workspace.exportState()).deployment.resources ?? []).toEqual([]);
});
