/**
 * The part of the engine that generates programs in TypeScript, for `pulumi import` and `pulumi convert`. The Node host
 * that can be built from Go modules is too old for that, so a program of ours runs in front of it; Pulumi's own release
 * needs none.
 */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { credentials, type ServiceError, status } from "@grpc/grpc-js";
import { LanguageRuntimeClient } from "@pulumi/pulumi/proto/language_grpc_pb";
import { GenerateProgramRequest } from "@pulumi/pulumi/proto/language_pb";
import { say } from "../terminal";
import { buildFromGo } from "./build";
import { cached, cacheFolder, markUsed, removeUnused } from "./cache";
import { withLock } from "./lock";
import { codegenKey, codegenPart, executable } from "./pins";

const CODEGEN = "codegen";

let found: Promise<string | undefined> | undefined;

/**
 * The folder to put before the engine's on PATH; `undefined` if the engine's own host generates programs. Looked up
 * once per process.
 */
export function ensureCodegen(engine: string): Promise<string | undefined> {
  found ??= find(engine);
  return found;
}

async function find(engine: string): Promise<string | undefined> {
  const name = executable(codegenPart().program);
  const host = path.join(engine, name);
  // An engine found on PATH may be spread over several folders.
  return (await writesPrograms(existsSync(host) ? host : name)) ? undefined : path.dirname(await codegenProgram());
}

/** The program, from the cache or built, that generates programs and SDKs in the language that it is named after. */
export async function codegenProgram(): Promise<string> {
  const home = path.join(cacheFolder(), CODEGEN, codegenKey());
  const program = path.join(home, executable(codegenPart().program));
  const isThere = () => existsSync(program);
  if (!isThere()) {
    cached(CODEGEN);
    await withLock(
      `${home}.lock`,
      () => say("engine: another run is building it, waiting"),
      async () => {
        if (!isThere()) {
          await build(home);
        }
      },
    );
  }
  markUsed(home);
  return program;
}

/** Builds the program, which appears in the cache complete or not at all. */
async function build(home: string): Promise<void> {
  removeUnused(path.dirname(home));
  const work = mkdtempSync(`${home}.part-`);
  const part = codegenPart();
  try {
    await buildFromGo([part], work);
    mkdirSync(home, { recursive: true });
    renameSync(path.join(work, executable(part.program)), path.join(home, executable(part.program)));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Whether a language host implements the call that generates a program. */
async function writesPrograms(program: string): Promise<boolean> {
  const host = spawn(program, ["127.0.0.1:1"], { stdio: ["ignore", "pipe", "ignore"] });
  try {
    const port = await new Promise<string>((resolve, reject) => {
      createInterface({ input: host.stdout }).once("line", resolve);
      host.once("error", reject);
      host.once("exit", () => reject(new Error(`${program} printed no port`)));
    });
    const client = new LanguageRuntimeClient(`127.0.0.1:${port}`, credentials.createInsecure());
    try {
      return await new Promise<boolean>((resolve) =>
        client.generateProgram(new GenerateProgramRequest(), (error: ServiceError | null) =>
          resolve(error?.code !== status.UNIMPLEMENTED),
        ),
      );
    } finally {
      client.close();
    }
  } finally {
    host.kill();
  }
}
