/** The folder in which engines are kept: the user's, so that the next clone finds what this one has built. */
import { mkdirSync, readdirSync, rmSync, statSync, utimesSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";

const DAY_MS = 24 * 60 * 60_000;
const ABANDONED_AFTER_MS = DAY_MS;
const UNUSED_AFTER_MS = 90 * DAY_MS;

/** PULUMI_DLI_CACHE, else `pulumi-dli` where this platform keeps a user's caches. */
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
  // The XDG specification: a relative path is to be ignored.
  return XDG_CACHE_HOME && path.isAbsolute(XDG_CACHE_HOME) ? XDG_CACHE_HOME : path.join(homedir(), ".cache");
}

/** A folder in the cache, made where it is missing. */
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

/** Marks an entry as in use today, which keeps it. */
export function markUsed(entry: string): void {
  const now = new Date();
  try {
    utimesSync(entry, now, now);
  } catch {
    // A cache that somebody else prepared, and that we may only read.
  }
}

/** Removes entries that nobody has used for a long time, and what runs that were killed left half made. */
export function removeUnused(folder: string): void {
  for (const name of readdirSync(folder)) {
    const entry = path.join(folder, name);
    const age = Date.now() - (statSync(entry, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age > (name.includes(".part-") ? ABANDONED_AFTER_MS : UNUSED_AFTER_MS)) {
      rmSync(entry, { recursive: true, force: true });
    }
  }
}
