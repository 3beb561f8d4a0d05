/** Memory, number and processor time of all processes that this one has started, while some work runs. */
import { existsSync, readdirSync, readFileSync } from "node:fs";

const pollMilliseconds = 100;

export interface Load {
  /** The most that all of them held at one moment, in MB; shared memory counts for each. */
  readonly memory: number;
  /** The most that ran at one moment. */
  readonly processes: number;
  /** The most that any process of a provider has held, in MB. */
  readonly providerMemory: number;
  /** Processor time in milliseconds, which depends less than elapsed time on what else is running. */
  readonly processor: Readonly<Record<Role, number>>;
}

/** What a process does; `program` is the program and everything that is neither of the others. */
type Role = "engine" | "program" | "provider";

/** The unit of times in /proc, the same on every Linux that Node runs on. */
const millisecondsOfTick = 10;

/** Does the work and watches its processes meanwhile; the load is `undefined` if there is no /proc. */
export async function watched<T>(work: () => Promise<T>): Promise<[T, Load | undefined]> {
  if (!existsSync("/proc/self/stat")) {
    return [await work(), undefined];
  }
  let load: Load = { memory: 0, processes: 0, providerMemory: 0, processor: { engine: 0, program: 0, provider: 0 } };
  const used = new Map<string, { readonly role: Role; readonly milliseconds: number }>();
  const timer = setInterval(() => {
    const found = descendants().map(readProcess);
    for (const { pid, role, milliseconds } of found) {
      // A process that has just ended shows nothing, so what was seen before is kept.
      used.set(pid, {
        role: used.get(pid)?.role ?? role,
        milliseconds: Math.max(milliseconds, used.get(pid)?.milliseconds ?? 0),
      });
    }
    const usedAs = (role: Role) => sum([...used.values()].map((one) => (one.role === role ? one.milliseconds : 0)));
    load = {
      processor: { engine: usedAs("engine"), program: usedAs("program"), provider: usedAs("provider") },
      memory: Math.max(load.memory, sum(found.map(({ resident }) => resident))),
      processes: Math.max(load.processes, found.length),
      providerMemory: Math.max(load.providerMemory, ...found.map(({ providerPeak }) => providerPeak)),
    };
  }, pollMilliseconds);
  try {
    return [await work(), load];
  } finally {
    clearInterval(timer);
  }
}

/** Ids of all descendants of this process. */
function descendants(): string[] {
  const children = new Map<string, string[]>();
  for (const entry of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    // The name in brackets may hold any character; after it come the state and the parent.
    const parent = /^.*\) \S (\d+) /s.exec(readProc(entry, "stat"))?.[1];
    if (parent !== undefined) {
      children.set(parent, [...(children.get(parent) ?? []), entry]);
    }
  }
  const below = (pid: string): string[] => (children.get(pid) ?? []).flatMap((child) => [child, ...below(child)]);
  return below(String(process.pid));
}

function readProcess(pid: string) {
  const status = readProc(pid, "status");
  const megabytes = (field: string) =>
    Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, "m").exec(status)?.[1] ?? 0) / 1024;
  const command = readProc(pid, "cmdline");
  const isProvider = /dynamic-provider|pulumi-resource-dli/.test(command);
  const role: Role = isProvider ? "provider" : /^[^\0]*pulumi\0/.test(command) ? "engine" : "program";
  // Eleven fields after the name: the time that the process itself has spent in user mode and in the kernel.
  const [user, system] = readProc(pid, "stat").split(") ").at(-1)?.split(" ").slice(11, 13).map(Number) ?? [];
  return {
    pid,
    role,
    resident: megabytes("VmRSS"),
    providerPeak: isProvider ? megabytes("VmHWM") : 0,
    milliseconds: ((user ?? 0) + (system ?? 0)) * millisecondsOfTick,
  };
}

/** Empty for a process that has ended. */
function readProc(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
