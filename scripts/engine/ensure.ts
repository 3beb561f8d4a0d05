import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import { say } from "../terminal";
import { buildFromGo } from "./build";
import { withLock } from "./lock";
import { installOfficial } from "./official";
import { engineKey, launcherName, neededGo, nodeSdkFolder, ROOT } from "./pins";
import { findOnPath, isWholeEngine, versionOf } from "./search";

const ABANDONED_AFTER_MS = 24 * 60 * 60_000;

let found: Promise<string> | undefined;

/**
 * The folder that holds `pulumi` and its companions: from PATH, else from the project's cache, else put there by the
 * official installer, else built from Go modules. Looked for once per process.
 */
export function ensureEngine(): Promise<string> {
  found ??= findOnPath().then((folder) => folder ?? fromCache());
  return found;
}

/** Where engines are kept: PULUMI_DLI_CACHE, or .cache in the project. */
function cacheFolder(): string {
  return path.join(path.resolve(process.env["PULUMI_DLI_CACHE"] || path.join(ROOT, ".cache")), "engine");
}

async function fromCache(): Promise<string> {
  const home = path.join(cacheFolder(), engineKey());
  // The layout of Pulumi's own installer: the folder is also a `root` for the Automation API.
  const bin = path.join(home, "bin");
  if (isWholeEngine(bin)) {
    return bin;
  }
  mkdirSync(cacheFolder(), { recursive: true });
  const waiting = () => say("engine: another run is getting the engine, waiting for it");
  await withLock(`${home}.lock`, waiting, async () => {
    if (!isWholeEngine(bin)) {
      await fill(home);
    }
  });
  return bin;
}

/** Prepares the engine in a folder of its own and moves it into place whole, so that nobody ever sees half of it. */
async function fill(home: string): Promise<void> {
  removeAbandoned();
  const work = mkdtempSync(`${home}.part-`);
  try {
    await installOrBuild(work);
    const launcher = path.join(work, "bin", launcherName());
    copyFileSync(path.join(nodeSdkFolder(), launcherName()), launcher);
    chmodSync(launcher, 0o755);
    if (!(await versionOf(path.join(work, "bin")))) {
      throw new Error("The Pulumi engine was put in place, but does not run.");
    }
    chmodSync(work, 0o755);
    moveIntoPlace(work, home);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function moveIntoPlace(work: string, home: string): void {
  const whole = () => isWholeEngine(path.join(home, "bin"));
  // What is there, if anything, is incomplete: somebody removed files from it.
  if (!whole()) {
    rmSync(home, { recursive: true, force: true });
  }
  try {
    renameSync(work, home);
  } catch (error) {
    // Another run was faster, and its engine is as good as ours.
    if (!whole()) {
      throw error;
    }
  }
}

async function installOrBuild(work: string): Promise<void> {
  const reasons: string[] = [];
  for (const get of [installOfficial, (root: string) => buildFromGo(path.join(root, "bin"))]) {
    try {
      mkdirSync(path.join(work, "bin"), { recursive: true });
      await get(work);
      return;
    } catch (error) {
      const reason = (error as Error).message;
      say(`engine: ${reason}`);
      reasons.push(reason);
      rmSync(path.join(work, "bin"), { recursive: true, force: true });
    }
  }
  throw new Error(
    `The Pulumi engine is missing: there is no usable pulumi on PATH; ${reasons.join("; ")}. ` +
      `Install Pulumi (https://www.pulumi.com/docs/install/) or Go ${neededGo()} or newer (https://go.dev/dl/), and run this again.`,
  );
}

/** A run that was killed leaves its half-made folder behind. */
function removeAbandoned(): void {
  for (const name of readdirSync(cacheFolder())) {
    const folder = path.join(cacheFolder(), name);
    const age = Date.now() - (statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? Number.POSITIVE_INFINITY);
    if (name.includes(".part-") && age > ABANDONED_AFTER_MS) {
      rmSync(folder, { recursive: true, force: true });
    }
  }
}
