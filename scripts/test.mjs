// Everything that has to hold, in order, and one summary. The last line is always "N passed, N failed".
//   node scripts/test.mjs               everything; what `npm test` runs
//   node scripts/test.mjs --no-engine   without the tests on the real engine; what `npm run check` runs
//   node scripts/test.mjs PATTERN...    only the Jest tests whose path matches
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism, tmpdir } from "node:os";
import path from "node:path";
import { build, checkNode, installDependencies, linkOwnName, ROOT } from "./workspace.mjs";

const ENGINE_TESTS = "<rootDir>/test/engine/";
const KNIP_FILES = ["knip.json", "knip.jsonc", "knip.ts", "knip.js"];

/** Jest leaves one core free, which on two cores means one test file at a time; ours wait for other processes a lot. */
const WORKERS = Math.max(2, availableParallelism() - 1);

/** A part that hangs must not keep a pipeline for ever. */
const LIMIT_MS = 75 * 60_000;

const withEngine = !process.argv.includes("--no-engine");
const patterns = process.argv.slice(2).filter((argument) => argument !== "--no-engine");
const everything = patterns.length === 0;

const total = { passed: 0, failed: 0 };
const summary = [];

if (step("dependencies", setUp)) {
  const built = step("build", build);
  const { knip, scripts } = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8"));
  if (everything) {
    step("biome", () =>
      tool("@biomejs/biome", "biome", ["ci", "--error-on-warnings", ...(process.stdout.isTTY ? [] : ["--colors=off"])]),
    );
    step("types", () => tool("typescript", "tsc", ["-p", "tsconfig.check.json"]));
    if (knip || KNIP_FILES.some((file) => existsSync(path.join(ROOT, file)))) {
      step("knip", () => tool("knip", "knip", []));
    }
    if (scripts.generate) {
      step("generated files", generatedFilesAreCurrent);
    }
  }
  // The engine runs what was built, so a failed build leaves nothing for it to test.
  const engine = withEngine && step("engine", () => tool("tsx", "tsx", ["scripts/engine/main.ts"])) && built;
  jest(engine);
}

say("");
for (const line of summary) {
  say(line);
}
say(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed > 0 ? 1 : 0;

/** Everything goes to standard output: the last line is the last one even where the two streams are kept apart. */
function say(line) {
  process.stdout.write(`${line}\n`);
}

/** Runs one part and counts it as one. A part fails by throwing. */
function step(name, work) {
  say(`--- ${name}`);
  const started = performance.now();
  let failed = false;
  try {
    work();
  } catch (error) {
    say(error.message);
    failed = true;
  }
  count(name, failed ? 0 : 1, failed ? 1 : 0, performance.now() - started);
  return !failed;
}

function count(name, passed, failed, milliseconds, remark = "") {
  total.passed += passed;
  total.failed += failed;
  const seconds = `${(milliseconds / 1000).toFixed(1)} s`;
  summary.push(`${failed > 0 ? "FAILED" : "ok    "} ${name.padEnd(16)} ${seconds.padStart(8)}${remark}`);
}

function setUp() {
  checkNode();
  installDependencies();
  linkOwnName();
}

/** Runs a program of an installed package. */
function tool(packageName, program, args) {
  const { status, error } = run(packageName, program, args);
  if (error) {
    throw error;
  }
  if (status !== 0) {
    throw new Error(`${program} ended with ${status}`);
  }
}

function run(packageName, program, args) {
  const require = createRequire(path.join(ROOT, "package.json"));
  const folder = path.join(ROOT, "node_modules", packageName);
  const { bin } = require(path.join(folder, "package.json"));
  const file = path.join(folder, typeof bin === "string" ? bin : bin[program]);
  return spawnSync(process.execPath, [file, ...args], { cwd: ROOT, stdio: ["ignore", 1, 1], timeout: LIMIT_MS });
}

/** Generated files have to be what the generator writes today. */
function generatedFilesAreCurrent() {
  const { status } = spawnSync("npm", ["run", "--silent", "generate", "--", "--check"], {
    cwd: ROOT,
    stdio: ["ignore", 1, 1],
    shell: process.platform === "win32",
  });
  if (status !== 0) {
    throw new Error("generated files are not up to date");
  }
}

/** Runs Jest and counts its tests one by one; a file that cannot be run counts as one that failed. */
function jest(engine) {
  say("--- jest");
  const started = performance.now();
  const folder = mkdtempSync(path.join(tmpdir(), "pulumi-dli-jest-"));
  const report = path.join(folder, "report.json");
  const ignored = engine ? [] : ["--testPathIgnorePatterns", ENGINE_TESTS, "/node_modules/"];
  const { status } = run("jest", "jest", [
    "--ci",
    "--json",
    `--outputFile=${report}`,
    `--maxWorkers=${WORKERS}`,
    ...patterns,
    ...ignored,
  ]);
  let passed = 0;
  let failed = 0;
  let remark = "";
  if (existsSync(report)) {
    const numbers = JSON.parse(readFileSync(report, "utf8"));
    passed = numbers.numPassedTests;
    failed = numbers.numFailedTests + numbers.numRuntimeErrorTestSuites;
    if (numbers.numPendingTests > 0) {
      remark = `  ${numbers.numPendingTests} skipped`;
    }
  }
  if (status !== 0 && failed === 0) {
    failed = 1;
  }
  rmSync(folder, { recursive: true, force: true });
  if (withEngine && !engine) {
    remark += "  without the tests on the engine";
  }
  count("jest", passed, failed, performance.now() - started, `  ${passed} passed, ${failed} failed${remark}`);
}
