/**
 * The example of AdminPassword on the real engine: from the factory password to a configured one and on to the next,
 * with state and configuration of different ages, and killed between the write and its response.
 */
import { writeFileSync } from "node:fs";
import path from "node:path";
import { createWorkspace, type Workspace } from "../../scripts/engine/workspace";
import { type SimulatedDevice, startSimulator } from "../../simulator";
import { startHeldUp } from "./held-up";
import { leaksBelow, leaksIn } from "./leaks";
import { descendants, killAtOnce } from "./processes";

jest.setTimeout(900_000);

const secrets = ["the first password", "the second password", "the third password", "the fourth password"];
const [first, second, third, fourth] = secrets as [string, string, string, string];

let device: SimulatedDevice;
let workspace: Workspace;

beforeAll(async () => {
  device = await startSimulator({ password: "1234" });
  workspace = await createWorkspace({
    program: { folder: "examples/admin-password" },
    config: { "dli:url": device.url },
  });
});

afterAll(async () => {
  workspace?.dispose();
  await device?.close();
});

afterEach(() => {
  expect(device.isLockedOut).toBe(false);
});

const onDevice = () => device.tree.auth.users[0]?.password;

/** Sets the configuration as the operator does for a change of the password. */
const configure = (password: string, previousPassword: string) =>
  workspace.setConfig({ "dli:password": { secret: password }, "dli:previousPassword": { secret: previousPassword } });

/** Runs `up` and returns the number of logins that the device refused. */
async function up(): Promise<number> {
  const before = device.failedLogins;
  await workspace.up({ expectExit: 0 });
  return device.failedLogins - before;
}

/** Starts an `up` and kills it with all of its processes between the write of the password and the response. */
async function killedOnce(): Promise<void> {
  const { engine, release, ended } = await startHeldUp(workspace, device, "PATCH");
  const started = descendants(engine.pid).map(({ pid }) => pid);
  // The engine first, so that it does not notice the end of the others.
  for (const pid of [engine.pid, ...started]) {
    killAtOnce(pid);
  }
  await ended;
  release();
  expect(started).not.toEqual([]);
}

test("the factory password is changed to that of the configuration, and then there is nothing to do", async () => {
  await configure(first, "1234");
  expect(await up()).toBe(1);
  expect(onDevice()).toBe(first);
  expect(device.tree.relay.name).toBe("Rack 7");
  await workspace.preview({ expectExit: 0, expectNoChanges: true, refresh: true });
});

test("the password is changed to the next one", async () => {
  await configure(second, first);
  expect(await up()).toBe(1);
  expect(onDevice()).toBe(second);
});

test("an old state with a new configuration, and a new state with an old one, end with the configured password", async () => {
  const before = path.join(workspace.project, "before.json");
  writeFileSync(before, (await workspace.pulumi(["stack", "export"], { expectExit: 0 })).stdout);
  await configure(third, second);
  await up();
  expect(onDevice()).toBe(third);

  await workspace.pulumi(["stack", "import", "--file", before], { expectExit: 0 });
  const writes = device.journal.writes().length;
  await up();
  expect(onDevice()).toBe(third);
  expect(device.journal.writes()).toHaveLength(writes);

  await configure(second, first);
  expect(await up()).toBe(1);
  expect(onDevice()).toBe(second);
});

test("after a kill between the write and its response, the next run succeeds", async () => {
  await configure(fourth, second);
  await killedOnce();
  expect(onDevice()).toBe(fourth);
  await workspace.pulumi(["cancel", "--yes"], { expectExit: 0 });
  expect(await up()).toBe(0);
  expect(onDevice()).toBe(fourth);
  await workspace.refresh({ expectExit: 0, previewOnly: true, expectNoChanges: true });
});

test("after such a kill the next run succeeds even if the configuration was never updated", async () => {
  // The program takes the password from another key than the provider's login.
  workspace.setProgram(`
import * as pulumi from "@pulumi/pulumi";
import * as dli from "pulumi-dli";
new dli.AdminPassword("admin", { password: new pulumi.Config().requireSecret("wanted") });
`);
  await workspace.setConfig({ wanted: { secret: first }, "dli:previousPassword": "" });
  await killedOnce();
  expect(onDevice()).toBe(first);
  await workspace.pulumi(["cancel", "--yes"], { expectExit: 0 });
  expect(await up()).toBe(1);
  expect(onDevice()).toBe(first);
});

test("no password is in the state, the project or the journal", async () => {
  await workspace.destroy({ expectExit: 0 });
  expect(onDevice()).toBe(first);
  expect(leaksIn("journal", device.journal.dump(), secrets)).toEqual([]);
  expect(leaksBelow(path.dirname(workspace.project), secrets)).toEqual([]);
});
