/** Prepares a clone to work in. Plain Node without dependencies, because it runs before node_modules exists. */
import { spawnSync } from "node:child_process";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");

const MODULES = path.join(ROOT, "node_modules");
const COMPILER = path.join(MODULES, "typescript", "bin", "tsc");
const BUILT_FROM = ["provider", "sdk", "simulator", "cli", "tsconfig.json", "package.json"];
const MOST_LINES = 40;
const BUILT = path.join(ROOT, "dist", ".built");

/** Prints one line for the person at the terminal. */
export function say(line) {
  process.stderr.write(`${line}\n`);
}

/**
 * Says what is being done and how long it took, on standard error: standard output belongs to the command that follows
 * the set-up.
 */
function timed(what, work) {
  const started = performance.now();
  process.stderr.write(`${what} ... `);
  try {
    work();
    say(`${((performance.now() - started) / 1000).toFixed(1)} s`);
  } catch (error) {
    say("failed");
    throw error;
  }
}

/** Runs a program; throws what it printed if it fails. */
function run(file, args) {
  // On Windows npm is a batch file, which only a shell can start.
  const shell = process.platform === "win32" && file === "npm";
  const result = spawnSync(file, args, { cwd: ROOT, encoding: "utf8", shell, maxBuffer: 2 ** 28 });
  if (result.error) {
    throw result.error;
  }
  if (result.status !== 0) {
    throw new Error(beginning(`${result.stdout}${result.stderr}`.trim()));
  }
}

/** The first lines; later errors tend to follow from the first ones. */
function beginning(text) {
  const lines = text.split("\n");
  return lines.length <= MOST_LINES ? text : [...lines.slice(0, MOST_LINES), `(${lines.length} lines)`].join("\n");
}

/** Throws unless this Node can run the project. */
export function checkNode() {
  const wanted = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8")).engines.node.replace(">=", "");
  const [major, minor] = wanted.split(".").map(Number);
  const [ownMajor, ownMinor] = process.versions.node.split(".").map(Number);
  if (ownMajor > major || (ownMajor === major && ownMinor >= minor)) {
    return;
  }
  throw new Error(`Node ${wanted} or newer is needed, this is ${process.versions.node}: https://nodejs.org/`);
}

/** Installs exactly what package-lock.json says, unless it is installed already. */
export function installDependencies() {
  if (dependenciesAreCurrent()) {
    return;
  }
  // The log level is explicit because `npm run --silent` would silence this npm too, errors included.
  timed("installing dependencies (npm ci)", () => run("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"]));
}

function dependenciesAreCurrent() {
  const wanted = path.join(ROOT, "package-lock.json");
  const installed = path.join(MODULES, ".package-lock.json");
  if (!existsSync(installed)) {
    return false;
  }
  if (statSync(installed).mtimeMs >= statSync(wanted).mtimeMs) {
    return true;
  }
  // A newer file may still say the same, for example after switching branches.
  const packages = (file) => JSON.parse(readFileSync(file, "utf8")).packages;
  const there = packages(installed);
  return Object.entries(packages(wanted)).every(
    ([name, entry]) => name === "" || there[name]?.version === entry.version || (entry.optional && !there[name]),
  );
}

/**
 * Links `pulumi-dli` in the project's own node_modules, so that examples and the process in which Pulumi runs dynamic
 * providers find it by the name that users install.
 */
export function linkOwnName() {
  if (!existsSync(MODULES)) {
    return;
  }
  const link = path.join(MODULES, "pulumi-dli");
  const target = process.platform === "win32" ? ROOT : "..";
  const there = lstatSync(link, { throwIfNoEntry: false });
  if (there?.isSymbolicLink() && path.resolve(MODULES, readlinkSync(link)) === ROOT) {
    return;
  }
  rmSync(link, { recursive: true, force: true });
  symlinkSync(target, link, "junction");
}

/** Compiles if a source is newer than the last build and the compiler is installed. */
export function build() {
  if (!existsSync(COMPILER) || isBuilt()) {
    return;
  }
  timed("building", () => {
    const started = new Date();
    run(process.execPath, [COMPILER, "-p", "tsconfig.json"]);
    mkdirSync(path.dirname(BUILT), { recursive: true });
    removeOrphans();
    run(process.execPath, [path.join(ROOT, "scripts", "bundle.mjs")]);
    // The start time, since files saved during a build may not be in it.
    writeFileSync(BUILT, started.toISOString());
  });
}

function isBuilt() {
  if (!existsSync(BUILT)) {
    return false;
  }
  const built = Date.parse(readFileSync(BUILT, "utf8"));
  return BUILT_FROM.every((name) => newest(path.join(ROOT, name)) <= built);
}

/** The latest change at or below a path, including folders, which change when a file is added or removed. */
function newest(file) {
  const stat = statSync(file, { throwIfNoEntry: false });
  if (!stat) {
    return 0;
  }
  if (!stat.isDirectory()) {
    return stat.mtimeMs;
  }
  const inside = readdirSync(file).map((name) => newest(path.join(file, name)));
  return Math.max(stat.mtimeMs, ...inside);
}

/** Removes the output of removed sources, which the compiler leaves; it would be published and could hide a mistake. */
function removeOrphans() {
  const dist = path.join(ROOT, "dist");
  for (const entry of readdirSync(dist, { recursive: true, withFileTypes: true })) {
    const output = path.join(entry.parentPath, entry.name);
    const source = path.join(ROOT, path.relative(dist, output)).replace(/(\.d\.ts|\.js)$/, ".ts");
    if (/\.(d\.ts|js|map)$/.test(entry.name) && !existsSync(source)) {
      rmSync(output);
    }
  }
}
