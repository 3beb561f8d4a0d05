/**
 * Pulumi's programs for other languages, for use without Pulumi's own release: generators of SDKs and programs
 * (../engine/codegen), language hosts from the last Go module that contained them, and the converter for YAML.
 */
import { createHash } from "node:crypto";
import { chmodSync, copyFileSync, mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { runOrThrow } from "../command";
import { buildFromGo } from "../engine/build";
import { cached, filledOnce, markUsed, removeUnused } from "../engine/cache";
import { codegenProgram } from "../engine/codegen";
import {
  codegenKey,
  codegenPart,
  type EnginePart,
  executable,
  GO_ENVIRONMENT,
  keyOf,
  ROOT,
  sdkVersion,
} from "../engine/pins";

const SDK = "github.com/pulumi/pulumi/sdk/v3";
/** The script with which the host starts Python programs. */
const PYTHON_SHIM = "pulumi-language-python-exec";
const LIST_MS = 120_000;

const run = path.join(__dirname, "run");
const yaml = path.join(ROOT, "scripts", "engine", "language-yaml");

/** Folders for PATH. */
export interface Hosts {
  /** The converter for YAML, and generators of SDKs and programs, which must come before `run`. */
  readonly generate: string;
  readonly run: string;
}

/** Builds the programs once, and keeps them in the cache. */
export async function ensureHosts(): Promise<Hosts> {
  const home = await filledOnce(path.join(cached("languages"), hostsKey()), async (folder) => {
    removeUnused(path.dirname(folder));
    await buildGenerators(path.join(folder, "generate"));
    await buildRunners(path.join(folder, "run"));
  });
  markUsed(home);
  return { generate: path.join(home, "generate"), run: path.join(home, "run") };
}

async function buildGenerators(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  await buildFromGo(
    [partOf(yaml, "github.com/pulumi/pulumi-yaml/cmd/pulumi-converter-yaml", "pulumi-converter-yaml")],
    folder,
  );
  const program = await codegenProgram();
  for (const language of ["nodejs", "python", "go"]) {
    copyFileSync(program, path.join(folder, executable(`pulumi-language-${language}`)));
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
  const { stdout } = await runOrThrow("go", ["list", "-m", "-f", "{{.Dir}}", SDK], {
    cwd: run,
    env,
    timeoutMs: LIST_MS,
  });
  const shim = path.join(folder, PYTHON_SHIM);
  copyFileSync(path.join(stdout.trim(), "python", "cmd", PYTHON_SHIM), shim);
  chmodSync(shim, 0o755);
}

function partOf(folder: string, tool: string, program: string): EnginePart {
  return { folder, tool, program, version: sdkVersion(folder) };
}

function hostsKey(): string {
  const hash = createHash("sha256").update(codegenKey());
  for (const folder of [run, yaml]) {
    for (const file of ["go.mod", "go.sum"]) {
      hash.update(readFileSync(path.join(folder, file)));
    }
  }
  return keyOf([codegenPart().version, sdkVersion(run)].join("-"), hash);
}
