/** Signals to `dli export` and `dli drift`: what was started ends, what was created is removed, as a message says. */
import type { ChildProcess } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { follow } from "../../scripts/command";
import { type SimulatedDevice, startSimulator } from "../../simulator";
import { until } from "../until";
import { type ExportPlace, exportPlace } from "./export-place";
import { descendants, isRunning, killAtOnce, type Process } from "./processes";

jest.setTimeout(300_000);

let here: ExportPlace;
let device: SimulatedDevice;
let login: NodeJS.ProcessEnv;

beforeAll(async () => {
  here = await exportPlace();
});
afterAll(() => here?.dispose());

beforeEach(async () => {
  device = await startSimulator();
  login = { DLI_URL: device.url, DLI_PASSWORD: device.password, TMPDIR: path.join(here.folder, "tmp") };
});
afterEach(() => device.close());

interface Held {
  readonly child: ChildProcess & { readonly pid: number };
  readonly output: () => string;
  readonly below: readonly Process[];
  /** Answers the request and returns the exit code once everything has ended. */
  end(): Promise<number | null>;
}

/** Starts `dli` and waits until the device holds its `nth` read, with which a step of the plugin begins. */
async function heldAt(args: string[], nth: number, project?: string): Promise<Held> {
  device.faults.add({ kind: "hold", method: "GET", onlyAuthenticated: true, nth });
  const child = here.start(args, login, project);
  const { output, ended } = follow(child);
  await until(() => device.faults.struck > 0 || child.exitCode !== null);
  const below = descendants(child.pid);
  if (below.length === 0) {
    throw new Error(`nothing runs below dli, which has said:\n${output()}`);
  }
  const end = async () => {
    device.faults.clear();
    await ended;
    await until(() => below.every(({ pid }) => !isRunning(pid)));
    return child.exitCode;
  };
  return { child, output, below, end };
}

/** How many requests the command sends itself before it starts Pulumi. */
async function ownReads(): Promise<number> {
  device.journal.clear();
  await here.dli(["export", "--import-file", here.at("list.json"), "--force", "--only", "relay"], login);
  return device.journal.entries.filter(({ status }) => status !== 401).length;
}

function expectNothingIsLeft(project: string): void {
  expect(existsSync(here.at(project))).toBe(false);
  expect([here.stateFiles("stacks"), here.stateFiles("locks")]).toEqual([[], []]);
  expect(readdirSync(path.join(here.folder, "tmp")).filter((name) => name.startsWith("dli-"))).toEqual([]);
}

test.each([
  ["Ctrl-C to dli alone", ["SIGINT"], [], 130],
  ["SIGTERM", ["SIGTERM"], [], 143],
  ["Ctrl-C twice, with dynamic resources", ["SIGINT", "SIGINT"], ["--dynamic"], 130],
] as const)("%s ends an export, and nothing is left of it", async (_what, signals, args, exitCode) => {
  const nth = (await ownReads()) + 1;
  const { child, output, end } = await heldAt(["export", "cut", "--only", "relay", ...args], nth);
  for (const signal of signals) {
    process.kill(child.pid, signal);
    await until(() => output().includes("Interrupted: "));
  }
  expect(await end()).toBe(exitCode);
  expect(output()).toMatch(/Interrupted; nothing was left behind\.\n$/);
  expectNothingIsLeft("cut");
  expect(device.journal.writes()).toEqual([]);
});

test("Ctrl-C at a terminal, right after the stack was made, ends it as well", async () => {
  const child = here.start(["export", "early", "--only", "relay"], login);
  const { output, ended } = follow(child);
  await until(() => output().includes("  stack ") || child.exitCode !== null);
  // To the process group of dli, as from a terminal.
  process.kill(-child.pid, "SIGINT");
  await ended;
  expect(child.exitCode).toBe(130);
  expectNothingIsLeft("early");
});

test("the lock of a step that was killed is taken away with the stack", async () => {
  const nth = (await ownReads()) + 1;
  const { child, output, below, end } = await heldAt(["export", "locked", "--only", "relay"], nth);
  const engine = below.find(({ parent }) => parent === child.pid);
  process.kill(engine?.pid ?? 0, "SIGKILL");
  // Pulumi's language host outlives an engine that is killed.
  for (const { pid } of below.filter((one) => !one.command.includes("pulumi-resource-dli"))) {
    killAtOnce(pid);
  }
  expect(await end()).toBe(1);
  expect(output()).toMatch(/pulumi import ended with/);
  expect(output()).not.toContain("left behind");
  expectNothingIsLeft("locked");
});

test("a drift audit that is ended ends what it has started", async () => {
  const made = await here.dli(["export", "audited", "--only", "relay"], login);
  expect(made).toMatchObject({ exitCode: 0 });
  const { child, output, end } = await heldAt(["drift"], 1, "audited");
  process.kill(child.pid, "SIGTERM");
  expect([await end(), output()]).toEqual([143, expect.stringContaining("Interrupted.")]);
});
