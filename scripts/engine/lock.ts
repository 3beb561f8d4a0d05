/** A lock file that lets one process at a time build the engine. */
import { rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

const HEARTBEAT_MS = 5_000;
const DEAD_AFTER_MS = 30_000;

/**
 * Does `work` while holding `file`; others wait. The lock only saves work: should two ever hold it, each works in its
 * own folder. A holder keeps the file fresh, so that one that was killed does not block the next.
 */
export async function withLock<T>(file: string, onWait: () => void, work: () => Promise<T>): Promise<T> {
  for (let first = true; !take(file); first = false) {
    if (first) {
      onWait();
    }
    await delay(500);
  }
  const heartbeat = setInterval(() => touch(file), HEARTBEAT_MS);
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    rmSync(file, { force: true });
  }
}

function take(file: string): boolean {
  try {
    writeFileSync(file, `${process.pid}\n`, { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") {
      throw error;
    }
  }
  const written = statSync(file, { throwIfNoEntry: false })?.mtimeMs;
  if (written !== undefined && Date.now() - written > DEAD_AFTER_MS) {
    rmSync(file, { force: true });
  }
  return false;
}

function touch(file: string): void {
  const now = new Date();
  try {
    utimesSync(file, now, now);
  } catch {
    // Removed by a process that thought us dead, after this machine slept; harmless.
  }
}
