/** The memory of the process in which Pulumi runs dynamic providers, or of the native plugin. */
import { existsSync, readdirSync, readFileSync, readlinkSync, realpathSync } from "node:fs";

const pollMilliseconds = 20;

/**
 * Runs something, and looks meanwhile at the provider processes whose working folder is `folder`. Answers the
 * largest peak of any, in MB; `undefined` where there is no /proc.
 */
export async function peakMemory<T>(folder: string, work: () => Promise<T>): Promise<[T, number | undefined]> {
  if (!existsSync("/proc/self/status")) {
    return [await work(), undefined];
  }
  const project = realpathSync(folder);
  let peak = 0;
  // The simulated device answers in this process: what was there before is not looked at again, so that it does not wait.
  const before = new Set(readdirSync("/proc"));
  // A process keeps its high-water mark, so that only what happens after the last look goes unseen.
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
