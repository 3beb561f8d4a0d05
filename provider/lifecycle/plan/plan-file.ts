/**
 * The plan as a file for pipelines, named by the environment variable `DLI_PLAN_FILE`. Several processes of one run may
 * write to it, each what it has found; it is always a complete document about a single run.
 */
import { mkdir, readFile, rename, rmdir, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import * as z from "zod";
import { type Clock, ConfigurationError, systemClock } from "../../client";
import type { DevicePlan } from "./summary";

const documentSchema = z.object({
  version: z.literal(1),
  run: z.string(),
  devices: z.record(z.string(), z.unknown()),
});

const pauseMilliseconds = 20;
/** A process that holds the lock for longer is taken to have been killed. */
const staleMilliseconds = 5_000;

export class PlanFile {
  readonly #file: string;
  readonly #run: string;
  readonly #clock: Clock;
  /** The last write; the next one waits for it. */
  #last: Promise<void> = Promise.resolve();
  #next: Readonly<Record<string, DevicePlan>> | undefined;

  /** @param run Tells the processes of one run apart from those of others. */
  constructor(file: string, run: string, clock: Clock = systemClock) {
    this.#file = path.resolve(file);
    this.#run = run;
    this.#clock = clock;
  }

  /** The file that the environment names, if any. */
  static named(env: NodeJS.ProcessEnv, run: string): PlanFile | undefined {
    const file = env["DLI_PLAN_FILE"];
    return file === undefined || file === "" ? undefined : new PlanFile(file, run);
  }

  /** Adds what this process knows to what others have written in the same run; resolves once it is on disk. */
  write(devices: Readonly<Record<string, DevicePlan>>): Promise<void> {
    this.#next = devices;
    const written = this.#last.then(async () => {
      const latest = this.#next;
      // Otherwise an earlier write has included it already.
      if (latest !== undefined) {
        this.#next = undefined;
        await this.#locked(() => this.#merge(latest));
      }
    });
    this.#last = written.catch(() => undefined);
    return written.catch((error: NodeJS.ErrnoException) => {
      throw new ConfigurationError({
        message: `the plan cannot be written to the file that the environment variable DLI_PLAN_FILE names (${error.code ?? error.name})`,
        remedy: "Name a file in a folder that exists and can be written to.",
      });
    });
  }

  async #merge(devices: Readonly<Record<string, unknown>>): Promise<void> {
    const before = await this.#read();
    const document = { version: 1, run: this.#run, devices: { ...before, ...devices } };
    const part = `${this.#file}.${process.pid}.part`;
    await writeFile(part, `${JSON.stringify(document, undefined, 2)}\n`, { mode: 0o600 });
    await rename(part, this.#file);
  }

  async #read(): Promise<Record<string, unknown>> {
    try {
      const { run, devices } = documentSchema.parse(JSON.parse(await readFile(this.#file, "utf8")));
      return run === this.#run ? devices : {};
    } catch {
      // Missing, or not a plan: nothing of it is kept.
      return {};
    }
  }

  async #locked(work: () => Promise<void>): Promise<void> {
    const lock = `${this.#file}.lock`;
    let seen: { readonly mark: string; readonly since: number } | undefined;
    while (!(await takeLock(lock))) {
      const mark = await markOf(lock);
      const now = this.#clock.now();
      seen = seen?.mark === mark ? seen : { mark, since: now };
      if (now - seen.since > staleMilliseconds && (await markOf(lock)) === mark) {
        await rmdir(lock).catch(() => undefined);
      }
      await this.#clock.sleep(pauseMilliseconds);
    }
    try {
      await work();
    } finally {
      await rmdir(lock).catch(() => undefined);
    }
  }
}

/** Makes the lock; false if another process has it. */
async function takeLock(lock: string): Promise<boolean> {
  try {
    await mkdir(lock);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") {
      throw error;
    }
    return false;
  }
}

/** Tells a lock apart from the next one. Its time is only compared, because the disk's clock may be another one. */
async function markOf(lock: string): Promise<string> {
  const { ino, mtimeMs } = await stat(lock).catch(() => ({ ino: 0, mtimeMs: 0 }));
  return `${ino} ${mtimeMs}`;
}
