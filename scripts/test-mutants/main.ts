/**
 * `npm run test:mutants -- [--sample LINES] provider/client/paths`: changes the code in small ways, one at a time, and
 * shows which changes no fast test notices (Stryker). A folder takes up to an hour, so this is not part of `npm test`; a
 * sample of that many lines, spread over the folder, estimates the score in minutes.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { runCommand, runOrThrow } from "../command";
import { cached, filledOnce } from "../engine/cache";
import { ROOT } from "../engine/pins";
import { say, step } from "../terminal";

const VERSION = "9.6.1";

/** The code to change, and the tests that should notice: the nearest first, since they are run in this order. */
const SUBJECTS: Readonly<Record<string, readonly string[]>> = {
  "provider/client/auth": ["client/*"],
  "provider/client/paths": ["client/{paths,reference,requests}*", "runtime/gate*"],
  "provider/runtime": ["runtime/*", "devices/*", "actions/*", "resources/*", "lifecycle/*"],
  "provider/lifecycle": ["lifecycle/*", "resources/*", "plugin/*"],
};

/** Tests that take long, or run in processes of their own. */
const LEFT_OUT = ["lifecycle/(action-)?faults", "lifecycle/lifecycle", "lifecycle/actions", "client/secrets"];

/** Code that runs only in processes of their own, which tests see from outside. */
const UNSEEN = ["provider/lifecycle/engine/engine-program.ts"];

/** Longer than any test here takes, so that a change that makes one wait for ever does not cost minutes. */
const TEST_MS = 15_000;

const INSTALL_MS = 10 * 60_000;
const RUN_MS = 12 * 60 * 60_000;

/** Consecutive lines in each part of a sample: enough for whole statements. */
const CHUNK_LINES = 10;

async function main(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    options: { sample: { type: "string" } },
    allowPositionals: true,
  });
  const sample = values.sample === undefined ? undefined : Number(values.sample);
  const home = await strykerFolder();
  const places = positionals.length > 0 ? positionals : Object.keys(SUBJECTS);
  for (const place of places) {
    const subject = Object.keys(SUBJECTS).find((known) => place.startsWith(known));
    if (subject === undefined) {
      throw new Error(`${place} is in none of ${Object.keys(SUBJECTS).join(", ")}`);
    }
    const mutate = sample === undefined ? wholly(place) : sampleOf(place, sample);
    const exitCode = await run(home, mutate, SUBJECTS[subject] ?? []);
    process.exitCode ||= exitCode;
  }
}

const wholly = (place: string): string[] =>
  place.endsWith(".ts") ? [place] : [`${place}/**/*.ts`, ...UNSEEN.map((file) => `!${file}`)];

/** Parts of files, evenly spread over all lines of a folder; the same ones in every run. */
function sampleOf(place: string, lines: number): string[] {
  const files = place.endsWith(".ts")
    ? [place]
    : readdirSync(path.join(ROOT, place), { recursive: true, encoding: "utf8" })
        .filter((name) => name.endsWith(".ts"))
        .sort()
        .map((name) => `${place}/${name}`)
        .filter((file) => !UNSEEN.includes(file));
  const chunks = files.flatMap((file) => {
    const count = readFileSync(path.join(ROOT, file), "utf8").split("\n").length;
    return Array.from({ length: Math.floor(count / CHUNK_LINES) }, (_, index) => {
      const first = index * CHUNK_LINES + 1;
      return `${file}:${first}-${first + CHUNK_LINES - 1}`;
    });
  });
  const every = Math.max(1, chunks.length / Math.ceil(lines / CHUNK_LINES));
  return chunks.filter((_, index) => Math.floor((index + 1) / every) > Math.floor(index / every));
}

async function run(home: string, mutate: readonly string[], tests: readonly string[]): Promise<number> {
  const work = mkdtempSync(path.join(cached("mutants"), "run-"));
  try {
    const config = path.join(work, "stryker.config.json");
    writeFileSync(config, JSON.stringify(configuration(home, mutate, tests, work)));
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

function configuration(home: string, mutate: readonly string[], tests: readonly string[], work: string) {
  const { testMatch: _testMatch, rootDir: _rootDir, ...jest } = require(path.join(ROOT, "jest.config.js"));
  const records = path.join(work, "records");
  mkdirSync(records);
  return {
    mutate,
    // Whatever the tests reach while they run, what a file does when it is loaded concerns all of them.
    ignoreStatic: false,
    testRunner: "jest",
    plugins: [path.join(home, "node_modules", "@stryker-mutator", "jest-runner", "dist", "src", "index.js")],
    coverageAnalysis: "perTest",
    jest: {
      projectType: "custom",
      enableFindRelatedTests: false,
      config: {
        ...jest,
        testEnvironment: "./scripts/test-mutants/fail-fast-environment.js",
        testEnvironmentOptions: { ...jest.testEnvironmentOptions, records, folders: tests.map(path.dirname) },
        testRunner: "<rootDir>/scripts/test-mutants/jest-circus-fast.js",
        testSequencer: "<rootDir>/scripts/test-mutants/nearest-first.js",
        testTimeout: TEST_MS,
        testMatch: tests.map((name) => `<rootDir>/test/${name}.test.ts`),
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
    // A busy machine must not look like an infinite loop.
    timeoutMS: 30_000,
    thresholds: { high: 90, low: 85, break: 85 },
  };
}

/** The folder with Stryker, installed once for this user. */
function strykerFolder(): Promise<string> {
  return filledOnce(path.join(cached("stryker"), VERSION), (folder) =>
    step(`Stryker ${VERSION}: installing`, () => install(folder)),
  );
}

async function install(folder: string): Promise<void> {
  writeFileSync(path.join(folder, "package.json"), JSON.stringify({ private: true }));
  const packages = ["core", "jest-runner"].map((name) => `@stryker-mutator/${name}@${VERSION}`);
  const args = ["install", "--no-audit", "--no-fund", "--loglevel=error", "--legacy-peer-deps", ...packages];
  await runOrThrow("npm", args, { cwd: folder, timeoutMs: INSTALL_MS });
}

main(process.argv.slice(2)).catch((error: Error) => {
  say(error.message);
  process.exitCode = 1;
});
