/** The cache for engines: one per user, so that the next clone finds what this one has built. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync, utimesSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";

const DAY_MS = 24 * 60 * 60_000;
const ABANDONED_AFTER_MS = DAY_MS;
const UNUSED_AFTER_MS = 90 * DAY_MS;

/** PULUMI_DLI_CACHE, or else `pulumi-dli` in the platform's folder for a user's caches. */
export function cacheFolder(): string {
  const own = process.env["PULUMI_DLI_CACHE"];
  return own ? path.resolve(own) : path.join(userCaches(), "pulumi-dli");
}

function userCaches(): string {
  const { LOCALAPPDATA, XDG_CACHE_HOME } = process.env;
  if (process.platform === "win32") {
    return LOCALAPPDATA || path.join(homedir(), "AppData", "Local");
  }
  if (process.platform === "darwin") {
    return path.join(homedir(), "Library", "Caches");
  }
  // The XDG specification says to ignore a relative path.
  return XDG_CACHE_HOME && path.isAbsolute(XDG_CACHE_HOME) ? XDG_CACHE_HOME : path.join(homedir(), ".cache");
}

/** A folder in the cache, created if missing. */
export function cached(name: string): string {
  const folder = path.join(cacheFolder(), name);
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw new Error(
      `${folder} cannot be made (${(error as NodeJS.ErrnoException).code}). ` +
        "Set PULUMI_DLI_CACHE to a folder that can be written.",
    );
  }
  return folder;
}

/** An entry, made by `fill` if it is missing; it appears complete or not at all. */
export async function filledOnce(entry: string, fill: (folder: string) => Promise<void>): Promise<string> {
  if (!existsSync(entry)) {
    const work = mkdtempSync(`${entry}.part-`);
    try {
      await fill(work);
      renameSync(work, entry);
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
  }
  return entry;
}

/** Marks an entry as used today, so that it is kept. */
export function markUsed(entry: string): void {
  const now = new Date();
  try {
    utimesSync(entry, now, now);
  } catch {
    // A cache prepared by somebody else may be read-only.
  }
}

/** Removes entries unused for 90 days, and unfinished ones that killed runs left more than a day ago. */
export function removeUnused(folder: string): void {
  for (const name of readdirSync(folder)) {
    const entry = path.join(folder, name);
    const age = Date.now() - (statSync(entry, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age > (name.includes(".part-") ? ABANDONED_AFTER_MS : UNUSED_AFTER_MS)) {
      rmSync(entry, { recursive: true, force: true });
    }
  }
}
