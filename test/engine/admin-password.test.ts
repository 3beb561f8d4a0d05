/**
 * The example of AdminPassword on the real engine: from the factory password to one of configuration, on to the next,
 * with state and configuration of different ages, and killed between the write and its answer.
 */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { startCommand } from "../../scripts/command";
import { createWorkspace, type Workspace } from "../../scripts/engine/workspace";
import { type SimulatedDevice, startSimulator } from "../../simulator";
import { leaksBelow, leaksIn } from "./leaks";

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

const onUnit = () => device.tree.auth.users[0]?.password;

/** Configuration as the operator would have it from the moment of the change on. */
const configure = (password: string, previousPassword: string) =>
  workspace.setConfig({ "dli:password": { secret: password }, "dli:previousPassword": { secret: previousPassword } });

/** `up`, and the number of logins that the unit refused meanwhile. */
async function up(): Promise<number> {
  const before = device.failedLogins;
  await workspace.up({ expectExit: 0 });
  return device.failedLogins - before;
}

/** Starts an `up` and kills it, with every process it has started, as soon as the unit has the password. */
async function killedOnce(password: string): Promise<void> {
  // The answer begins, and then does not come.
  device.faults.add({ kind: "slowDrip", milliseconds: 600_000, method: "PATCH", onlyAuthenticated: true });
  const written = new Promise<void>((resolve) => {
    device.behaviours.register({
      name: "watched change",
      path: "auth/users/*/password",
      write: (_context, value, next) => {
        next(value);
        if (value === password) resolve();
      },
    });
  });
  const child = startCommand("pulumi", ["--non-interactive", "up", "--yes", "--skip-preview"], {
    cwd: workspace.project,
    env: workspace.env,
    stdio: "ignore",
  });
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  await Promise.race([written, ended]);
  const tree = descendants(child.pid as number);
  for (const pid of tree) process.kill(pid, "SIGKILL");
  await ended;
  expect(tree.length).toBeGreaterThan(1);
  device.faults.clear();
}

/** A process and everything it has started, the youngest first. */
function descendants(root: number): number[] {
  const lines = execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" }).trim().split("\n");
  const processes = lines.map((line) => line.trim().split(/\s+/).map(Number) as [number, number]);
  const below = (pid: number): number[] =>
    processes.flatMap(([child, parent]) => (parent === pid ? [...below(child), child] : []));
  return [...below(root), root];
}

test("from the factory password to one of configuration, and nothing to do afterwards", async () => {
  await configure(first, "1234");
  expect(await up()).toBe(1);
  expect(onUnit()).toBe(first);
  expect(device.tree.relay.name).toBe("Rack 7");
  await workspace.preview({ expectExit: 0, expectNoChanges: true });
  await workspace.refresh({ expectExit: 0, previewOnly: true, expectNoChanges: true });
});

test("on to the next one", async () => {
  await configure(second, first);
  expect(await up()).toBe(1);
  expect(onUnit()).toBe(second);
  expect(await up()).toBe(0);
});

test("state of before with configuration of after, and the other way round", async () => {
  const before = path.join(workspace.project, "before.json");
  writeFileSync(before, (await workspace.pulumi(["stack", "export"], { expectExit: 0 })).stdout);
  await configure(third, second);
  await up();
  expect(onUnit()).toBe(third);

  await workspace.pulumi(["stack", "import", "--file", before], { expectExit: 0 });
  const writes = device.journal.writes().length;
  await up();
  expect(onUnit()).toBe(third);
  expect(device.journal.writes()).toHaveLength(writes);

  await configure(second, first);
  expect(await up()).toBe(1);
  expect(onUnit()).toBe(second);
});

test("killed between the write and its answer, the next run ends right", async () => {
  await configure(fourth, second);
  await killedOnce(fourth);
  expect(onUnit()).toBe(fourth);
  await workspace.pulumi(["cancel", "--yes"], { expectExit: 0 });
  expect(await up()).toBe(0);
  expect(onUnit()).toBe(fourth);
  await workspace.refresh({ expectExit: 0, previewOnly: true, expectNoChanges: true });
});

test("killed there with configuration that was never brought up to date, the next run ends right", async () => {
  // `password` of the program comes from somewhere else than the login of the provider.
  workspace.setProgram(`
import * as pulumi from "@pulumi/pulumi";
import * as dli from "pulumi-dli";
new dli.AdminPassword("admin", { password: new pulumi.Config().requireSecret("wanted") });
`);
  await workspace.setConfig({ wanted: { secret: first }, "dli:previousPassword": "" });
  await killedOnce(first);
  expect(onUnit()).toBe(first);
  await workspace.pulumi(["cancel", "--yes"], { expectExit: 0 });
  expect(await up()).toBe(1);
  expect(onUnit()).toBe(first);
});

test("no password is in the state, the project or the journal", async () => {
  await workspace.destroy({ expectExit: 0 });
  expect(onUnit()).toBe(first);
  expect(leaksIn("journal", device.journal.dump(), secrets)).toEqual([]);
  expect(leaksBelow(path.dirname(workspace.project), secrets)).toEqual([]);
});
