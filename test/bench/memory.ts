/** Peak memory of the provider process: Pulumi's process for dynamic providers, or the native plugin. */
import { existsSync, readdirSync, readFileSync, readlinkSync, realpathSync } from "node:fs";

const pollMilliseconds = 20;

/**
 * Does the work and watches the provider processes whose working folder is `folder` meanwhile. Returns the largest
 * peak of any of them in MB; `undefined` if there is no /proc.
 */
export async function peakMemory<T>(folder: string, work: () => Promise<T>): Promise<[T, number | undefined]> {
  if (!existsSync("/proc/self/status")) {
    return [await work(), undefined];
  }
  const project = realpathSync(folder);
  let peak = 0;
  // Processes that were there before are skipped: each look delays the simulated device, which answers in this process.
  const before = new Set(readdirSync("/proc"));
  // The system keeps each process's high-water mark, so only a rise after the last look goes unseen.
  const timer = setInterval(() => {
    for (const entry of readdirSync("/proc")) {
      if (/^\d+$/.test(entry) && !before.has(entry)) {
        peak = Math.max(peak, peakOf(entry, project));
      }
    }
  }, pollMilliseconds);
  try {
    const result = await work();
    return [result, peak / 1024];
  } finally {
    clearInterval(timer);
  }
}

function peakOf(pid: string, project: string): number {
  try {
    const command = readFileSync(`/proc/${pid}/cmdline`, "utf8");
    if (!/dynamic-provider|pulumi-resource-dli/.test(command) || readlinkSync(`/proc/${pid}/cwd`) !== project) {
      return 0;
    }
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0);
  } catch {
    // It has ended, or belongs to somebody else.
    return 0;
  }
}
