/** When the engine is killed, the processes that run our code end too, including those for dynamic resources. */
import { createWorkspace, type Workspace } from "../../scripts/engine/workspace";
import { type SimulatedDevice, startSimulator } from "../../simulator";
import { until } from "../until";
import { startHeldUp } from "./held-up";
import { descendants, isRunning, killAtOnce } from "./processes";
import { loginTo, programOf } from "./programs";

jest.setTimeout(300_000);

let device: SimulatedDevice;
let workspace: Workspace;

beforeEach(async () => {
  device = await startSimulator({ speed: 50 });
  const program = programOf(
    { type: "Outlet", inputs: { number: 2, name: "web", state: true } },
    { type: "User", inputs: { name: "fred", password: "passw0rd" }, dependsOn: ["Outlet"] },
  );
  const env = { ...loginTo(device), DLI_REQUEST_TIMEOUT_SECONDS: "3" };
  workspace = await createWorkspace({ program, env });
});

afterEach(async () => {
  workspace?.dispose();
  await device?.close();
});

test("after kill -9 of the engine no process that runs our code is left, and nothing more is written", async () => {
  const { engine, release, ended } = await startHeldUp(workspace, device, "PUT");
  const processes = descendants(engine.pid);
  const ours = processes.filter(({ command }) => /dynamic-provider|pulumi-resource-pulumi-nodejs/.test(command));
  expect(ours.length).toBeGreaterThan(1);
  killAtOnce(engine.pid);
  try {
    await until(() => ours.every(({ pid }) => !isRunning(pid)), 200);
  } finally {
    // Pulumi's language host stays, and holds the engine's output open.
    for (const { pid } of processes) {
      killAtOnce(pid);
    }
  }
  await ended;
  release();
  expect(device.journal.writes().map(({ method }) => method)).toEqual(["PUT"]);
  expect(device.tree.auth.users.map(({ name }) => name)).toEqual(["admin"]);
});
