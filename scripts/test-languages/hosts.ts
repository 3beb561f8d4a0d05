/**
 * Pulumi's programs for other languages, where Pulumi's own release is not to be had: what makes SDKs and programs, from
 * its generators; what runs programs, from the last Go module that had these hosts in it; and the converter for YAML.
 */
import { createHash } from "node:crypto";
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import { runCommand } from "../command";
import { buildFromGo } from "../engine/build";
import { cached, markUsed, removeUnused } from "../engine/cache";
import { type EnginePart, executable, GO_ENVIRONMENT, goBuildFlags, ROOT } from "../engine/pins";

const SDK = "github.com/pulumi/pulumi/sdk/v3";
/** The script with which the host starts a program in Python. */
const PYTHON_SHIM = "pulumi-language-python-exec";
const LIST_MS = 120_000;

const generate = path.join(__dirname, "generate");
const run = path.join(__dirname, "run");
const yaml = path.join(ROOT, "scripts", "engine", "language-yaml");

/** Folders for PATH. */
export interface Hosts {
  /** What makes SDKs and programs, and the converter for YAML. */
  readonly generate: string;
  /** What runs programs. */
  readonly run: string;
}

/** Built once, and kept in the cache. */
export async function ensureHosts(): Promise<Hosts> {
  const home = path.join(cached("languages"), keyOf());
  const hosts = { generate: path.join(home, "generate"), run: path.join(home, "run") };
  if (!existsSync(home)) {
    removeUnused(path.dirname(home));
    const work = mkdtempSync(`${home}.part-`);
    try {
      await buildGenerators(path.join(work, "generate"));
      await buildRunners(path.join(work, "run"));
      renameSync(work, home);
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
  }
  markUsed(home);
  return hosts;
}

async function buildGenerators(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const [first, ...others] = ["nodejs", "python", "go"].map((language) => `pulumi-language-${language}`) as [string];
  await buildFromGo(
    [
      partOf(yaml, "github.com/pulumi/pulumi-yaml/cmd/pulumi-converter-yaml", "pulumi-converter-yaml"),
      partOf(generate, ".", first),
    ],
    folder,
  );
  // It is told by its name what language it writes.
  for (const other of others) {
    copyFileSync(path.join(folder, executable(first)), path.join(folder, executable(other)));
  }
}

async function buildRunners(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  await buildFromGo(
    ["python/cmd/pulumi-language-python", "go/pulumi-language-go"].map((tool) =>
      partOf(run, `${SDK}/${tool}`, path.basename(tool)),
    ),
    folder,
  );
  const env = { ...process.env, ...GO_ENVIRONMENT };
  const { stdout } = await runCommand("go", ["list", "-m", "-f", "{{.Dir}}", SDK], {
    cwd: run,
    env,
    timeoutMs: LIST_MS,
  });
  const shim = path.join(folder, PYTHON_SHIM);
  copyFileSync(path.join(stdout.trim(), "python", "cmd", PYTHON_SHIM), shim);
  chmodSync(shim, 0o755);
}

function partOf(folder: string, tool: string, program: string): EnginePart {
  return { folder, tool, program, version: versionIn(folder) };
}

/** The version of Pulumi that a folder's go.mod names. */
function versionIn(folder: string): string {
  const version = /github\.com\/pulumi\/pulumi\/sdk\/v3 (v\S+)/.exec(textOf(folder, "go.mod"))?.[1];
  if (version === undefined) {
    throw new Error(`${folder} names no Pulumi SDK in its go.mod`);
  }
  return version;
}

const textOf = (folder: string, name: string) => readFileSync(path.join(folder, name), "utf8");

function keyOf(): string {
  const hash = createHash("sha256").update(JSON.stringify([goBuildFlags(""), GO_ENVIRONMENT]));
  for (const folder of [generate, run, yaml]) {
    hash.update(textOf(folder, "go.mod")).update(textOf(folder, "go.sum"));
  }
  hash.update(textOf(generate, "main.go"));
  const [writes, runs] = [versionIn(generate), versionIn(run)];
  return `${writes}-${runs}-${process.platform}-${process.arch}-${hash.digest("hex").slice(0, 12)}`;
}
