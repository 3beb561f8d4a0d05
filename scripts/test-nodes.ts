/**
 * `npm run test:nodes`: the tests on each version of Node that the package supports. Everything but the tests on the
 * engine, and the packed package on the engine. `npm run test:nodes -- 22` takes one version only.
 */
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { runCommand } from "./command";
import { cached } from "./engine/cache";
import { ROOT } from "./engine/pins";
import { duration, say, step } from "./terminal";

/** The oldest Node that package.json allows, and a late release of each other line with long-term support. */
const VERSIONS = ["20.19.0", "22.23.3", "24.21.0"];

/** Arguments of scripts/test.mjs. */
const RUNS = {
  "everything but the engine": ["--no-engine", "test/"],
  "the packed package on the engine": ["test/engine/packed"],
};

const INSTALL_MS = 10 * 60_000;
const TEST_MS = 2 * 60 * 60_000;

async function main(chosen: string[]): Promise<void> {
  const versions = VERSIONS.filter((version) => chosen.length === 0 || chosen.includes(version.split(".")[0]!));
  if (versions.length === 0) {
    throw new Error(`The versions are ${VERSIONS.join(", ")}: npm run test:nodes -- 22`);
  }
  const summary: string[] = [];
  for (const version of versions) {
    const bin = await nodeFolder(version);
    for (const [what, args] of Object.entries(RUNS)) {
      say(`--- Node ${version}: ${what}`);
      const node = path.join(bin, "node");
      const { exitCode, stdout, milliseconds } = await runCommand(node, ["scripts/test.mjs", ...args], {
        cwd: ROOT,
        // The engine and npm start the Node that they find first.
        env: { ...process.env, PATH: `${bin}${path.delimiter}${process.env["PATH"] ?? ""}` },
        timeoutMs: TEST_MS,
        onOutput: (text) => process.stderr.write(text),
      });
      const counts = stdout.trimEnd().split("\n").at(-1);
      const result = exitCode === 0 ? "ok    " : "FAILED";
      summary.push(`${result} Node ${version.padEnd(8)} ${what}: ${counts}, ${duration(milliseconds)}`);
      process.exitCode ||= exitCode;
    }
  }
  say("");
  for (const line of summary) {
    process.stdout.write(`${line}\n`);
  }
}

/** The folder that holds this version of Node, from the npm package `node`; downloaded once. */
async function nodeFolder(version: string): Promise<string> {
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
  // The package fetches the program for this platform by a script, which npm wants to be allowed.
  writeFileSync(path.join(folder, "package.json"), JSON.stringify({ private: true, allowScripts: { node: true } }));
  const args = ["install", "--no-audit", "--no-fund", "--loglevel=error", `node@${version}`];
  const { exitCode, all } = await runCommand("npm", args, { cwd: folder, timeoutMs: INSTALL_MS });
  if (exitCode !== 0) {
    throw new Error(`node@${version} cannot be installed:\n${all.trim()}`);
  }
}

main(process.argv.slice(2)).catch((error: Error) => {
  say(error.message);
  process.exitCode = 1;
});
