/** The files of this repository, for tests that read them. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { ROOT } from "../scripts/engine/pins";

/** Folders that are not part of the sources. */
const leftOut = new Set(["node_modules", "dist", ".git", ".cache"]);

/** All files below a folder, as paths from the root; `.` for the whole repository. */
export function filesBelow(folder: string): string[] {
  return readdirSync(path.join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const file = path.posix.join(folder, entry.name);
    if (leftOut.has(entry.name)) {
      return [];
    }
    if (entry.isDirectory()) {
      return filesBelow(file);
    }
    return entry.isFile() ? [file] : [];
  });
}

/** The text of a file; empty if there is none. */
export function read(file: string): string {
  const full = path.join(ROOT, file);
  return existsSync(full) ? readFileSync(full, "utf8") : "";
}
