/** The versions of Node that the package supports, installed into the cache from the npm package `node`. */
import { writeFileSync } from "node:fs";
import path from "node:path";
import { runOrThrow } from "./command";
import { cached, filledOnce } from "./engine/cache";
import { step } from "./terminal";

/** The oldest Node that package.json allows, and a late release of each other line with long-term support. */
export const NODE_VERSIONS = ["20.19.0", "22.23.3", "24.21.0"];

const INSTALL_MS = 10 * 60_000;

/** The folder with this version's `node`, which is downloaded only once. */
export async function nodeFolder(version: string): Promise<string> {
  const home = path.join(cached("node"), `${version}-${process.platform}-${process.arch}`);
  await filledOnce(home, (folder) => step(`Node ${version}: installing`, () => install(version, folder)));
  return path.join(home, "node_modules", "node", "bin");
}

async function install(version: string, folder: string): Promise<void> {
  // The package's install script fetches the program for this platform, and npm runs it only if allowed.
  writeFileSync(path.join(folder, "package.json"), JSON.stringify({ private: true, allowScripts: { node: true } }));
  const args = ["install", "--no-audit", "--no-fund", "--loglevel=error", `node@${version}`];
  await runOrThrow("npm", args, { cwd: folder, timeoutMs: INSTALL_MS });
}
