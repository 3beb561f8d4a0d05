/**
 * Runs checks and tests, the fast ones first, and prints one summary; see USAGE. The last line is always
 * "N passed, N failed".
 */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism, tmpdir } from "node:os";
import path from "node:path";
import { build, checkNode, installDependencies, linkOwnName, ROOT } from "./workspace.mjs";

const USAGE = `npm test                         all checks and all tests
npm test -- PATH... [FLAG...]    only the tests in files whose path matches; the engine only where one of them needs it
npm test -- test/client -t NAME  of these, only tests whose name matches; every flag goes to Jest (--verbose, --bail ...)
npm run check                    all checks and all tests but those on the engine; stops at the first check that fails`;

const ARCHITECTURE = "test/architecture.test.ts";
const ENGINE_TESTS = "test/engine/";

/** At least 3: Jest leaves one core free, so two cores would run one file at a time, and our tests often wait. */
const WORKERS = Math.max(3, availableParallelism() - 1);

/** The variable that scripts/engine/program-types.ts reads. */
const PROGRAMS_FOLDER = "PULUMI_DLI_PROGRAMS";

/** Halves the start-up time of processes that use Pulumi's SDK. */
const QUICK_START = path.join(ROOT, "test", "engine", "quick-start");

/** More room for short-lived objects saves a tenth of the time. */
const NODE_OPTIONS = `${process.env.NODE_OPTIONS ?? ""} --max-semi-space-size=64`.trim();

/** A hanging part must not block a pipeline for ever. */
const LIMIT_MS = 75 * 60_000;

/** Checks that take less than half a minute and run at the same time: package, program and arguments. */
const CHECKS = {
  "dead code": ["knip", "knip"],
  "generated files": ["tsx", "tsx", "scripts/generate/main.ts", "--check"],
  types: ["typescript", "tsc", "-p", "tsconfig.check.json"],
};

const total = { passed: 0, failed: 0 };
const summary = [];

const args = process.argv.slice(2);
const withEngine = !args.includes("--no-engine");
const jestArguments = args.filter((argument) => argument !== "--no-engine");

if (args.includes("--help")) {
  say(USAGE);
} else {
  if (step("dependencies", setUp)) {
    jestArguments.length === 0 ? await everything() : selected();
  }
  say("");
  for (const line of summary) {
    say(line);
  }
  say(`${total.passed} passed, ${total.failed} failed`);
  process.exitCode = total.failed > 0 ? 1 : 0;
}

/** Runs everything, the fast parts first; without the engine, stops at the first check that fails. */
async function everything() {
  const colours = process.stdout.isTTY ? [] : ["--colors=off"];
  const format = () => tool("@biomejs/biome", "biome", ["ci", "--error-on-warnings", ...colours]);
  if (!step("biome", format) && !withEngine) {
    return;
  }
  // Runs alongside the checks, which leave a core free; the step `build` repeats and reports a build that fails.
  const building = start(path.join(ROOT, "scripts", "setup.mjs"));
  if (!(await checks()) && !withEngine) {
    building.child.kill();
    return;
  }
  await building.ended;
  if (!jest("architecture", [ARCHITECTURE]) && !withEngine) {
    return;
  }
  tests([], [ARCHITECTURE], withEngine);
}

/** Starts the checks together, and reports them one after the other. */
async function checks() {
  const all = Object.entries(CHECKS).map(([name, [packageName, program, ...rest]]) => ({
    name,
    ...start(fileOf(packageName, program), rest),
  }));
  let passed = true;
  for (const { name, ended } of all) {
    say(`--- ${name}`);
    const { output, status, milliseconds } = await ended;
    process.stdout.write(output);
    count(name, status === 0 ? 1 : 0, status === 0 ? 0 : 1, milliseconds);
    passed &&= status === 0;
    if (!passed && !withEngine) {
      break;
    }
  }
  for (const { child } of all) {
    child.kill();
  }
  return passed;
}

function selected() {
  const list = spawnTool("jest", "jest", ["--listTests", ...jestArguments], { stdio: ["ignore", "pipe", 1] });
  const files = (list.stdout ?? "").split("\n").map((file) => path.relative(ROOT, file).split(path.sep).join("/"));
  tests(jestArguments, [], withEngine && files.some((file) => file.startsWith(ENGINE_TESTS)));
}

/** Builds, gets the engine if needed, and runs the tests. */
function tests(selection, leftOut, needEngine) {
  const built = step("build", build);
  // The engine runs the build, so a failed build leaves nothing to test on it.
  const engine = needEngine && step("engine", () => tool("tsx", "tsx", ["scripts/engine/main.ts", "yaml"])) && built;
  const ignored = [...leftOut, ...(engine ? [] : [ENGINE_TESTS])].map((place) => `<rootDir>/${place}`);
  const remark = needEngine && !engine ? "  without the tests on the engine" : "";
  const files = [...selection, "--testPathIgnorePatterns", "/node_modules/", ...ignored];
  if (engine) {
    withFolder("programs", (programs) => {
      withFolder("quick-start", (code) => {
        jest("tests", files, remark, { [PROGRAMS_FOLDER]: programs, ...quickStart(code) });
      });
      step("program types", () => checkPrograms(programs));
    });
  } else {
    jest("tests", files, remark);
  }
}

/** Provides a temporary folder in which the tests on the engine leave files for each other or for later steps. */
function withFolder(name, work) {
  const folder = mkdtempSync(path.join(tmpdir(), `pulumi-dli-${name}-`));
  try {
    work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Checks the types of all programs at once, as Pulumi would for each of them. */
function checkPrograms(folder) {
  const programs = readdirSync(folder);
  const compilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    target: "es2022",
    module: "node16",
    moduleDetection: "force",
    types: ["node"],
  };
  symlinkSync(path.join(ROOT, "node_modules"), path.join(folder, "node_modules"), "junction");
  writeFileSync(path.join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: programs }));
  if (programs.length > 0) {
    tool("typescript", "tsc", ["-p", folder]);
  }
  say(`${programs.length} programs`);
}

/** Prints to standard output only, so that the last line is last even if the two streams are kept apart. */
function say(line) {
  process.stdout.write(`${line}\n`);
}

/** Runs one part, which fails by throwing, and counts it as one check. */
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
function tool(packageName, program, programArguments) {
  const { status, error } = spawnTool(packageName, program, programArguments);
  if (error) {
    throw error;
  }
  if (status !== 0) {
    throw new Error(`${program} ended with ${status}`);
  }
}

/** Starts a program; its output is held back until it ends. */
function start(file, programArguments = []) {
  const started = performance.now();
  const child = spawn(process.execPath, [file, ...programArguments], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "pipe"],
    timeout: LIMIT_MS,
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => {
      output += text;
    });
  }
  const ended = once(child, "close").then(([status]) => ({
    output,
    status,
    milliseconds: performance.now() - started,
  }));
  return { child, ended };
}

/** The file of an installed package's program. */
function fileOf(packageName, program) {
  const require = createRequire(path.join(ROOT, "package.json"));
  const folder = path.join(ROOT, "node_modules", packageName);
  const { bin } = require(path.join(folder, "package.json"));
  return path.join(folder, typeof bin === "string" ? bin : bin[program]);
}

function spawnTool(packageName, program, programArguments, options = {}) {
  return spawnSync(process.execPath, [fileOf(packageName, program), ...programArguments], {
    cwd: ROOT,
    stdio: ["ignore", 1, 1],
    encoding: "utf8",
    timeout: LIMIT_MS,
    ...options,
  });
}

/** Environment for Jest and everything that its tests start; compiled code is kept in the folder. */
function quickStart(folder) {
  return {
    QUICK_START_FOLDER: folder,
    QUICK_START_NODE: process.execPath,
    PATH: [QUICK_START, process.env.PATH].join(path.delimiter),
    NODE_OPTIONS: `${NODE_OPTIONS} --require ${JSON.stringify(path.join(QUICK_START, "preload.js"))}`,
  };
}

/**
 * Runs Jest and counts its tests one by one; a file that cannot be run is one failure. Returns whether all passed.
 */
function jest(name, selection, remark = "", environment = {}) {
  say(`--- ${name}`);
  const started = performance.now();
  const folder = mkdtempSync(path.join(tmpdir(), "pulumi-dli-jest-"));
  const report = path.join(folder, "report.json");
  const flags = ["--ci", "--json", `--outputFile=${report}`, `--maxWorkers=${WORKERS}`];
  const env = { ...process.env, GOGC: "400", NODE_OPTIONS, ...environment };
  const { status } = spawnTool("jest", "jest", [...flags, ...selection], { env });
  let passed = 0;
  let failed = 0;
  let skipped = "";
  if (existsSync(report)) {
    const numbers = JSON.parse(readFileSync(report, "utf8"));
    passed = numbers.numPassedTests;
    failed = numbers.numFailedTests + numbers.numRuntimeErrorTestSuites;
    if (numbers.numPendingTests > 0) {
      skipped = `  ${numbers.numPendingTests} skipped`;
    }
  }
  // If no test matches a name, that must not look like success.
  if (failed === 0 && (status !== 0 || passed === 0)) {
    failed = 1;
  }
  rmSync(folder, { recursive: true, force: true });
  count(name, passed, failed, performance.now() - started, `  ${passed} passed, ${failed} failed${skipped}${remark}`);
  return failed === 0;
}
