/**
 * `npm run test:fleet`: 200 simulated devices in one stack: 5 dead, 20 slow, 5 rebooting, 1 swapped for another. With
 * both adapters, all healthy ones converge in one `up` that leaves out what `dli ping` names, and the audit names
 * exactly the others. `npm run test:fleet -- 40` uses fewer devices.
 */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { type SimulatedDevice, startSimulator } from "../simulator";
import { type CommandResult, runCommand } from "./command";
import { ROOT } from "./engine/pins";
import { createWorkspace, type Workspace } from "./engine/workspace";

const LIMIT_MS = 600_000;
/** Longer than the whole test takes. */
const REBOOT_MS = 3_600_000;
const SLOW_MS = 300;

const program = path.join(ROOT, "dist", "cli", "dli");

interface Rack {
  readonly name: string;
  device: SimulatedDevice;
}

/** Chooses devices for each kind of trouble by their position in the fleet. */
function partsOf(racks: readonly Rack[]) {
  const every = (start: number, step: number, count: number) =>
    racks.filter((_rack, index) => index >= start && (index - start) % step === 0).slice(0, count);
  return {
    dead: every(3, 31, 5),
    slow: every(1, 7, 20),
    rebooting: every(7, 35, 5),
    swapped: every(19, racks.length, 1),
  };
}

const programWith = (names: readonly string[], outlet: string) => `
import * as dli from "pulumi-dli";
for (const device of ${JSON.stringify(names)}) {
  new dli.Outlets(device, { device, outlets: { 1: { name: "${outlet}" }, 2: { name: "${outlet} too", critical: true } } });
}
`;

class Fleet {
  readonly racks: readonly Rack[];
  readonly #workspace: Workspace;

  constructor(racks: readonly Rack[], workspace: Workspace) {
    this.racks = racks;
    this.#workspace = workspace;
  }

  /** Devices that are as the program declares them. */
  converged(outlet: string): string[] {
    const has = ({ device }: Rack) => device.tree.relay.outlets[1]?.name === `${outlet} too`;
    return this.racks.filter(has).map(({ name }) => name);
  }

  declare(outlet: string): void {
    this.#workspace.setProgram(
      programWith(
        this.racks.map(({ name }) => name),
        outlet,
      ),
    );
  }

  dli(...args: string[]): Promise<CommandResult> {
    const { project, env } = this.#workspace;
    return runCommand(process.execPath, [program, ...args], { cwd: project, env: { ...env }, timeoutMs: LIMIT_MS });
  }

  up(...args: string[]): Promise<CommandResult> {
    return this.#workspace.up({ args: ["--continue-on-error", ...args], timeoutMs: LIMIT_MS });
  }
}

async function scenario(adapter: "dynamic" | "native", count: number): Promise<void> {
  const racks: Rack[] = await Promise.all(
    Array.from({ length: count }, async (_one, index) => ({
      name: `rack${index}`,
      device: await startSimulator({ serial: `SERIAL-${index}` }),
    })),
  );
  const names = racks.map(({ name }) => name);
  const workspace = await createWorkspace({
    program: programWith(names, "web"),
    config: configurationOf(racks, adapter),
  });
  if (adapter === "native") {
    const plugin = `plugins:\n  providers:\n    - name: dli\n      path: ${path.join(ROOT, "dist", "plugin")}\n`;
    writeFileSync(path.join(workspace.project, "Pulumi.yaml"), `name: test\nruntime: nodejs\n${plugin}`);
  }
  try {
    await act(adapter, new Fleet(racks, workspace));
  } finally {
    workspace.dispose();
    await Promise.all(racks.map(({ device }) => device.close()));
  }
}

async function act(adapter: string, fleet: Fleet): Promise<void> {
  const { racks } = fleet;
  const timed = async (what: string, work: Promise<CommandResult>, exitCode: number) => {
    const result = await work;
    console.log(`${adapter.padEnd(8)} ${what.padEnd(40)} ${(result.milliseconds / 1000).toFixed(1).padStart(6)} s`);
    assert.equal(result.exitCode, exitCode, result.all.slice(-4000));
    return result;
  };
  await timed("the first up", fleet.up(), 0);
  assert.equal(fleet.converged("web").length, racks.length);

  const parts = partsOf(racks);
  await trouble(parts);
  const others = new Set([...parts.dead, ...parts.rebooting, ...parts.swapped].map(({ name }) => name));
  const healthy = racks.filter(({ name }) => !others.has(name)).map(({ name }) => name);

  fleet.declare("db");
  const ping = await timed("dli ping", fleet.dli("ping", "--as-exclude"), 9);
  await timed("the up of all that answer", fleet.up(...ping.stdout.split(/\s+/).filter(Boolean)), 0);
  assert.deepEqual(fleet.converged("db"), healthy);
  const drift = await timed("dli drift", fleet.dli("drift", "--format", "json"), 1);
  assert.deepEqual(namedIn(drift), [[], [...others].sort()]);

  for (const { device } of parts.rebooting) {
    device.reboot({ deafMilliseconds: 0 });
  }
  parts.slow[0]!.device.tree.relay.outlets[0]!.name = "by hand";
  const again = await fleet.dli("ping", "--as-exclude");
  const after = await timed("dli drift, the reboots are over", fleet.dli("drift", "--format", "json"), 1);
  const gone = [...parts.dead, ...parts.swapped].map(({ name }) => name).sort();
  assert.deepEqual(namedIn(after), [[parts.slow[0]!.name], gone]);
  const refresh = adapter === "dynamic" ? ["--refresh"] : [];
  const last = fleet.up(...refresh, ...again.stdout.split(/\s+/).filter(Boolean));
  await timed("the up of all but the dead and swapped", last, 0);
  assert.deepEqual(
    fleet.converged("db"),
    racks.map(({ name }) => name).filter((name) => !gone.includes(name)),
  );
  assert.equal(parts.slow[0]!.device.tree.relay.outlets[0]!.name, "db");
}

/** Closes, slows down, reboots or swaps the chosen devices. */
async function trouble({ dead, slow, rebooting, swapped }: ReturnType<typeof partsOf>): Promise<void> {
  await Promise.all(dead.map(({ device }) => device.close()));
  for (const { device } of slow) {
    device.faults.add({ kind: "delay", milliseconds: SLOW_MS });
  }
  for (const { device } of rebooting) {
    device.reboot({ deafMilliseconds: REBOOT_MS });
  }
  for (const rack of swapped) {
    await rack.device.close();
    rack.device = await startSimulator({ serial: "ANOTHER-1", port: Number(new URL(rack.device.url).port) });
  }
}

/** Devices that differ, and devices that could not be compared. */
function namedIn({ stdout }: CommandResult): [string[], string[]] {
  const [report] = JSON.parse(stdout) as [{ changes: { device: string }[]; failures: { device: string }[] }];
  const names = (list: { device: string }[]) => [...new Set(list.map(({ device }) => device))].sort();
  return [names(report.changes), names(report.failures)];
}

function configurationOf(racks: readonly Rack[], adapter: string) {
  const entries = racks.map(({ name, device }) => [name, { url: device.url, password: device.password }]);
  return {
    "dli:devices": { secret: JSON.stringify(Object.fromEntries(entries)) },
    ...(adapter === "native" && { "dli:plugin": "true" }),
  };
}

async function main(): Promise<void> {
  const count = Number(process.argv[2] ?? 200);
  let passed = 0;
  for (const adapter of ["dynamic", "native"] as const) {
    await scenario(adapter, count);
    passed += 1;
  }
  console.log(`${passed} passed, 0 failed`);
}

void main();
