/**
 * `npm run test:git-install`: installs the package from a git address (the last commit of this clone, in a bare
 * repository) into a separate project. It takes minutes, because npm installs everything that a build needs in a clone.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { runOrThrow } from "./command";
import { ROOT } from "./engine/pins";
import { say } from "./terminal";

const longestMilliseconds = 15 * 60_000;

const use = `
const dli = require("pulumi-dli");
const { DliClient } = require("pulumi-dli/client");
require("pulumi-dli/dynamic/v1");
console.log(typeof dli.Outlet, typeof DliClient);
`;

async function installed(folder: string): Promise<void> {
  const bare = path.join(folder, "pulumi-dli.git");
  const project = path.join(folder, "project");
  mkdirSync(project);
  writeFileSync(path.join(project, "package.json"), JSON.stringify({ name: "lab", private: true }));
  await done("git", ["clone", "--quiet", "--bare", ROOT, bare], folder);
  const install = await done("npm", ["install", `git+${pathToFileURL(bare).href}`, "@pulumi/pulumi@3.248.0"], project);
  say(install.all.trim());
  const warnings = install.all.split("\n").filter((line) => /^npm warn/i.test(line) && /pulumi-dli/.test(line));
  if (warnings.length > 0) {
    throw new Error(`npm warns of our package:\n${warnings.join("\n")}`);
  }
  const used = await done(process.execPath, ["-e", use], project);
  const plugin = path.join(project, "node_modules", ".bin", "pulumi-resource-dli");
  const { version } = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8"));
  const told = await done(plugin, ["--version"], project);
  if (used.stdout !== "function function\n" || told.stdout.trim() !== version) {
    throw new Error(`the installed package does not work: ${used.all}${told.all}`);
  }
}

const done = (command: string, args: string[], cwd: string) =>
  runOrThrow(command, args, { cwd, timeoutMs: longestMilliseconds });

const folder = mkdtempSync(path.join(tmpdir(), "pulumi-dli-git-"));
const started = performance.now();
installed(folder)
  .then(() => say(`installed from a git address in ${Math.round((performance.now() - started) / 1000)} s`))
  .catch((error: Error) => {
    say(error.message);
    process.exitCode = 1;
  })
  .finally(() => rmSync(folder, { recursive: true, force: true }));
