/** Gets the engine from PATH or the cache; otherwise installs or builds it into the cache. */
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import { say } from "../terminal";
import { buildFromGo } from "./build";
import { cached, cacheFolder, markUsed, removeUnused } from "./cache";
import { withLock } from "./lock";
import { installOfficial } from "./official";
import {
  type EnginePart,
  engineFiles,
  engineKey,
  engineParts,
  executable,
  launcherName,
  neededGo,
  nodeSdkFolder,
} from "./pins";
import { findOnPath, versionOf } from "./search";

const ENGINES = "engine";

const found = new Map<string, Promise<string>>();

/**
 * The folder with `pulumi` and what it needs for dynamic providers and for programs of this runtime: from PATH, else
 * from the cache, else put there by the official installer, else built from Go modules. Looked up once per process.
 */
export function ensureEngine(runtime = "nodejs"): Promise<string> {
  const earlier = found.get(runtime);
  if (earlier) {
    return earlier;
  }
  const parts = engineParts(runtime);
  const looking = findOnPath(parts).then((folder) => folder ?? fromCache(parts));
  found.set(runtime, looking);
  return looking;
}

async function fromCache(parts: EnginePart[]): Promise<string> {
  const home = path.join(cacheFolder(), ENGINES, engineKey());
  // The layout of Pulumi's own installer, so that `home` is also a `root` for the Automation API.
  const bin = path.join(home, "bin");
  const isWhole = () => engineFiles(parts).every((file) => existsSync(path.join(bin, file)));
  if (!isWhole()) {
    cached(ENGINES);
    const waiting = () => say("engine: another run is getting the engine, waiting for it");
    await withLock(`${home}.lock`, waiting, async () => {
      if (!isWhole()) {
        await fill(home, parts);
      }
    });
  }
  markUsed(home);
  return bin;
}

/** Prepares what is missing in a separate folder, and moves it into place once it is known to run. */
async function fill(home: string, parts: EnginePart[]): Promise<void> {
  removeUnused(path.dirname(home));
  const bin = path.join(home, "bin");
  const work = mkdtempSync(`${home}.part-`);
  try {
    await installOrBuild(
      work,
      parts.filter(({ program }) => !existsSync(path.join(bin, executable(program)))),
    );
    const made = path.join(work, "bin");
    const launcher = path.join(made, launcherName());
    copyFileSync(path.join(nodeSdkFolder(), launcherName()), launcher);
    chmodSync(launcher, 0o755);
    if (existsSync(path.join(made, executable("pulumi"))) && !(await versionOf(made))) {
      throw new Error("The Pulumi engine was put in place, but does not run.");
    }
    moveIntoPlace(made, bin);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Moves each file atomically; an engine is used only once all its files are there. */
function moveIntoPlace(made: string, bin: string): void {
  mkdirSync(bin, { recursive: true });
  for (const file of readdirSync(made)) {
    const place = path.join(bin, file);
    // An existing file is as good as ours, and may be running.
    if (!existsSync(place)) {
      renameSync(path.join(made, file), place);
    }
  }
}

async function installOrBuild(work: string, parts: EnginePart[]): Promise<void> {
  const reasons: string[] = [];
  for (const get of [installOfficial, (root: string) => buildFromGo(parts, path.join(root, "bin"))]) {
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
