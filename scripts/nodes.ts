/** The versions of Node that the package supports, installed into the cache from the npm package `node`. */
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { runCommand } from "./command";
import { cached } from "./engine/cache";
import { step } from "./terminal";

/** The oldest Node that package.json allows, and a late release of each other line with long-term support. */
export const NODE_VERSIONS = ["20.19.0", "22.23.3", "24.21.0"];

const INSTALL_MS = 10 * 60_000;

/** The folder with this version's `node`, which is downloaded only once. */
export async function nodeFolder(version: string): Promise<string> {
  const nodes = cached("node");
  const home = path.join(nodes, `${version}-${process.platform}-${process.arch}`);
  const bin = path.join("node_modules", "node", "bin");
  if (!existsSync(home)) {
    const work = mkdtempSync(`${home}.part-`);
    try {
      await step(`Node ${version}: installing`, () => install(version, work));
      renameSync(work, home);
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
  }
  return path.join(home, bin);
}

async function install(version: string, folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  // The package's install script fetches the program for this platform, and npm runs it only if allowed.
  writeFileSync(path.join(folder, "package.json"), JSON.stringify({ private: true, allowScripts: { node: true } }));
  const args = ["install", "--no-audit", "--no-fund", "--loglevel=error", `node@${version}`];
  const { exitCode, all } = await runCommand("npm", args, { cwd: folder, timeoutMs: INSTALL_MS });
  if (exitCode !== 0) {
    throw new Error(`node@${version} cannot be installed:\n${all.trim()}`);
  }
}
