/** What all processes that this one has started hold and how many they are, as long as something runs. */
import { existsSync, readdirSync, readFileSync } from "node:fs";

const pollMilliseconds = 100;

export interface Load {
  /** The most that all held at one moment, in MB; what processes share counts for each. */
  readonly memory: number;
  /** The most that ran at one moment. */
  readonly processes: number;
  /** The most that any process of a provider has held, in MB. */
  readonly providerMemory: number;
  /** What they took of the processors, in milliseconds: it depends less than time does on what else is running. */
  readonly processor: Readonly<Record<Role, number>>;
}

/** What a process is there for: the rest is the program and what starts it. */
type Role = "engine" | "program" | "provider";

/** The unit of times in /proc, the same on every Linux that Node runs on. */
const millisecondsOfTick = 10;

/** Runs something and looks at its processes meanwhile; no load where there is no /proc. */
export async function watched<T>(work: () => Promise<T>): Promise<[T, Load | undefined]> {
  if (!existsSync("/proc/self/stat")) {
    return [await work(), undefined];
  }
  let load: Load = { memory: 0, processes: 0, providerMemory: 0, processor: { engine: 0, program: 0, provider: 0 } };
  const used = new Map<string, { readonly role: Role; readonly milliseconds: number }>();
  const timer = setInterval(() => {
    const found = descendants().map(readProcess);
    for (const { pid, role, milliseconds } of found) {
      // One that ends just now shows nothing any more.
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

/** Numbers of the processes below this one. */
function descendants(): string[] {
  const children = new Map<string, string[]>();
  for (const entry of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    // The name in brackets may hold anything; behind it come the state and the parent.
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
  // Behind the name and ten more fields: what it has used itself, in user mode and in the kernel.
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
