/**
 * `npm run test:mutants -- provider/client/paths`: changes the code in small ways, one at a time, and shows which changes
 * no fast test notices (Stryker). Takes minutes to hours, so it is no part of `npm test`.
 */
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { runCommand } from "./command";
import { cached } from "./engine/cache";
import { ROOT } from "./engine/pins";
import { say, step } from "./terminal";

const VERSION = "9.6.1";

/** What is changed, and the folders of the tests that are to notice it. */
const SUBJECTS: Readonly<Record<string, readonly string[]>> = {
  "provider/client/auth": ["client"],
  "provider/client/paths": ["client/(paths|reference|requests)"],
  "provider/runtime": ["runtime", "resources", "actions"],
  "provider/lifecycle": ["lifecycle", "plugin", "resources"],
};

/** Tests that take long, or run in processes of their own. */
const LEFT_OUT = ["lifecycle/(action-)?faults", "lifecycle/lifecycle", "lifecycle/actions", "client/secrets"];

const INSTALL_MS = 10 * 60_000;
const RUN_MS = 12 * 60 * 60_000;

async function main(asked: string[]): Promise<void> {
  const home = await strykerFolder();
  const places = asked.length > 0 ? asked : Object.keys(SUBJECTS);
  for (const place of places) {
    const subject = Object.keys(SUBJECTS).find((known) => place.startsWith(known));
    if (subject === undefined) {
      throw new Error(`${place} is in none of ${Object.keys(SUBJECTS).join(", ")}`);
    }
    const exitCode = await run(home, place, SUBJECTS[subject] ?? []);
    process.exitCode ||= exitCode;
  }
}

async function run(home: string, place: string, tests: readonly string[]): Promise<number> {
  const work = mkdtempSync(path.join(cached("mutants"), "run-"));
  try {
    const config = path.join(work, "stryker.config.json");
    writeFileSync(config, JSON.stringify(configuration(home, place, tests, work)));
    const program = path.join(home, "node_modules", "@stryker-mutator", "core", "bin", "stryker.js");
    const { exitCode } = await runCommand(process.execPath, [program, "run", config], {
      cwd: ROOT,
      timeoutMs: RUN_MS,
      onOutput: (text) => process.stdout.write(text),
    });
    return exitCode;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function configuration(home: string, place: string, tests: readonly string[], work: string) {
  const { testMatch: _testMatch, rootDir: _rootDir, ...jest } = require(path.join(ROOT, "jest.config.js"));
  return {
    mutate: [place.endsWith(".ts") ? place : `${place}/**/*.ts`],
    testRunner: "jest",
    plugins: [path.join(home, "node_modules", "@stryker-mutator", "jest-runner", "dist", "src", "index.js")],
    coverageAnalysis: "perTest",
    jest: {
      projectType: "custom",
      enableFindRelatedTests: false,
      config: {
        ...jest,
        testRegex: tests.map((name) => `/test/${name}.*\\.test\\.ts$`),
        testPathIgnorePatterns: ["/node_modules/", ...LEFT_OUT.map((file) => `test/${file}\\.test`)],
      },
    },
    ignorePatterns: ["dist", ".cache", "examples", "docs"],
    reporters: ["clear-text", "progress-append-only"],
    clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
    tempDirName: path.join(work, "sandbox"),
    // Nothing is compiled, so no configuration of the compiler needs to be rewritten.
    tsconfigFile: "none",
    concurrency: 2,
    thresholds: { high: 90, low: 85, break: 85 },
  };
}

/** The folder with Stryker, installed once for this user. */
async function strykerFolder(): Promise<string> {
  const home = path.join(cached("stryker"), VERSION);
  if (!existsSync(home)) {
    const part = mkdtempSync(`${home}.part-`);
    try {
      await step(`Stryker ${VERSION}: installing`, () => install(part));
      renameSync(part, home);
    } finally {
      rmSync(part, { recursive: true, force: true });
    }
  }
  return home;
}

async function install(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, "package.json"), JSON.stringify({ private: true }));
  const packages = ["core", "jest-runner"].map((name) => `@stryker-mutator/${name}@${VERSION}`);
  const args = ["install", "--no-audit", "--no-fund", "--loglevel=error", "--legacy-peer-deps", ...packages];
  const { exitCode, all } = await runCommand("npm", args, { cwd: folder, timeoutMs: INSTALL_MS });
  if (exitCode !== 0) {
    throw new Error(`Stryker ${VERSION} cannot be installed:\n${all.trim()}`);
  }
}

main(process.argv.slice(2)).catch((error: Error) => {
  say(error.message);
  process.exitCode = 1;
});
