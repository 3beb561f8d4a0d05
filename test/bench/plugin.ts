/**
 * The native plugin compared with dynamic providers and with resources that do nothing: how long each process takes to
 * start and how much memory it holds, and what operations on 32 outlets cost. Run with `npm run bench:plugin`;
 * `-- --rounds N` sets the number of rounds. Nothing fails here, because times depend on the machine.
 */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { endGroup, startCommand } from "../../scripts/command";
import { ensureEngine } from "../../scripts/engine/ensure";
import { ROOT } from "../../scripts/engine/pins";
import { createWorkspace, type Workspace } from "../../scripts/engine/workspace";
import { step } from "../../scripts/terminal";
import { type SimulatedDevice, startSimulator } from "../../simulator";
import { createPluginWorkspace, pluginFolder } from "../engine/plugin-workspace";
import { peakMemory } from "./memory";

const adapters = ["floor", "dynamic", "plugin"] as const;
type Adapter = (typeof adapters)[number];

interface Sample {
  readonly milliseconds: number;
  readonly memory: number | undefined;
  /** Requests that succeeded, by method. */
  readonly requests: Record<string, number>;
}

const operations = {
  create: (workspace: Workspace) => workspace.up({ expectExit: 0 }),
  "no-change up": (workspace: Workspace) => workspace.up({ expectExit: 0, expectNoChanges: true }),
  refresh: (workspace: Workspace) => workspace.refresh({ expectExit: 0 }),
};
type Operation = keyof typeof operations;

const outletCount = 32;
const numbers = Array.from({ length: outletCount }, (_, index) => index + 1);

const programs = {
  floor: `
import * as pulumi from "@pulumi/pulumi";

class Noop extends pulumi.CustomResource {
  constructor(name: string) {
    const __provider = 'exports.handler=()=>require("floor-provider").noop;';
    super("pulumi-nodejs:dynamic/floor:Noop", name, { name, value: "on", __provider });
  }
}
${numbers.map((number) => `new Noop("outlet-${number}");`).join("\n")}
`,
  outlets: [
    'import * as dli from "pulumi-dli";',
    ...numbers.map((number) => `new dli.Outlet("outlet-${number}", { number: ${number}, name: "load ${number}" });`),
  ].join("\n"),
};

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { rounds: { type: "string", default: "5" } } });
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1) {
    throw new Error("--rounds takes a number of 1 or more");
  }
  await ensureEngine();
  reportStarts(await step("starting each process", () => measureStarts(rounds)));
  const results = new Map<string, Sample[]>();
  for (let round = 1; round <= rounds; round++) {
    await step(`round ${round} of ${rounds}`, () => measureRound(results));
  }
  reportOperations(results);
}

/** How long each process takes until it can be called, and its memory at that point. */
async function measureStarts(rounds: number): Promise<Record<"dynamic" | "plugin", Sample[]>> {
  const host = path.join(ROOT, "node_modules", "@pulumi", "pulumi", "cmd", "dynamic-provider", "index.js");
  const starts: Record<"dynamic" | "plugin", Sample[]> = { dynamic: [], plugin: [] };
  for (let round = 0; round < rounds; round++) {
    starts.dynamic.push(await measureStart([host, "127.0.0.1:1"]));
    starts.plugin.push(await measureStart([path.join(pluginFolder, "pulumi-resource-dli"), "127.0.0.1:1"]));
  }
  return starts;
}

async function measureStart(args: string[]): Promise<Sample> {
  const started = performance.now();
  const child = startCommand(process.execPath, args, {
    cwd: ROOT,
    env: { ...process.env, PULUMI_NODEJS_PROJECT: "bench" },
    stdio: ["ignore", "pipe", "ignore"],
  });
  const ended = new Promise((resolve) => child.once("close", resolve));
  await new Promise((resolve) => child.stdout?.once("data", resolve));
  const milliseconds = performance.now() - started;
  const status = `/proc/${child.pid}/status`;
  const peak = existsSync(status) ? /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(status, "utf8"))?.[1] : undefined;
  endGroup(child, "SIGKILL");
  await ended;
  return { milliseconds, memory: peak === undefined ? undefined : Number(peak) / 1024, requests: {} };
}

/** The adapters take turns at each operation, so that other load on the machine affects all of them. */
async function measureRound(results: Map<string, Sample[]>): Promise<void> {
  const stacks = await Promise.all(adapters.map((adapter) => makeStack(adapter)));
  try {
    for (const operation of Object.keys(operations) as Operation[]) {
      for (const { adapter, workspace, device } of stacks) {
        device.journal.clear();
        const [{ milliseconds }, memory] = await peakMemory(workspace.project, () => operations[operation](workspace));
        const requests: Record<string, number> = {};
        for (const { method, status } of device.journal.entries) {
          if (status < 400) {
            requests[method] = (requests[method] ?? 0) + 1;
          }
        }
        const key = keyOf(adapter, operation);
        results.set(key, [...(results.get(key) ?? []), { milliseconds, memory, requests }]);
      }
    }
  } finally {
    for (const { workspace, device } of stacks) {
      workspace.dispose();
      await device.close();
    }
  }
}

async function makeStack(
  adapter: Adapter,
): Promise<{ adapter: Adapter; workspace: Workspace; device: SimulatedDevice }> {
  const device = await startSimulator({ model: "ISO32" });
  const env = { DLI_URL: device.url, DLI_USERNAME: device.username, DLI_PASSWORD: device.password };
  const make = adapter === "plugin" ? createPluginWorkspace : createWorkspace;
  const workspace = await make({
    checksTypesAlways: true,
    program: adapter === "floor" ? programs.floor : programs.outlets,
    packages: { "floor-provider": "test/bench/floor-provider" },
    env,
  });
  return { adapter, workspace, device };
}

function reportStarts(starts: Record<"dynamic" | "plugin", Sample[]>): void {
  const times = medians(starts, ({ milliseconds }) => milliseconds);
  print(
    `\nStart: dynamic ${times.dynamic.toFixed(0)} ms, plugin ${times.plugin.toFixed(0)} ms, ratio ${verdict(times.plugin / times.dynamic, 0.5)}`,
  );
  if (starts.plugin.some(({ memory }) => memory === undefined)) {
    print("Memory at start: not measured, this system has no /proc");
    return;
  }
  const memory = medians(starts, (sample) => sample.memory ?? 0);
  print(
    `Memory at start: dynamic ${memory.dynamic.toFixed(0)} MB, plugin ${memory.plugin.toFixed(0)} MB, ratio ${verdict(memory.plugin / memory.dynamic, 0.5)}`,
  );
}

function reportOperations(results: Map<string, Sample[]>): void {
  print(`\n${outletCount} outlets, median (floor = as many dynamic resources that do nothing)`);
  for (const operation of Object.keys(operations) as Operation[]) {
    const parts = adapters.map((adapter) => {
      const samples = results.get(keyOf(adapter, operation)) ?? [];
      const seconds = median(samples.map(({ milliseconds }) => milliseconds)) / 1000;
      const memory = median(samples.map((sample) => sample.memory ?? Number.NaN));
      const requests = Object.entries(samples.at(-1)?.requests ?? {}).map(([method, count]) => `${count} ${method}`);
      return `${adapter} ${seconds.toFixed(2)} s, ${memory.toFixed(0)} MB${adapter === "floor" ? "" : `, ${requests.join(" + ") || "no request"}`}`;
    });
    print(`${operation.padEnd(13)} ${parts.join("; ")}`);
  }
}

function keyOf(adapter: Adapter, operation: Operation): string {
  return `${adapter} ${operation}`;
}

function medians<K extends string>(samples: Record<K, Sample[]>, value: (sample: Sample) => number): Record<K, number> {
  const entries = (Object.entries(samples) as [K, Sample[]][]).map(([key, all]) => [key, median(all.map(value))]);
  return Object.fromEntries(entries);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

function verdict(value: number, limit: number): string {
  return `${value.toFixed(2)} (target <= ${limit}: ${value <= limit ? "pass" : "MISS"})`;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

void main();
