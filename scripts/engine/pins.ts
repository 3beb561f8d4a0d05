/** The parts of the engine: pinned versions, build flags, and names in the cache. */
import { createHash, type Hash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";

/** The project's root folder. */
export const ROOT = path.resolve(__dirname, "../..");

/** One program of the engine, pinned by the go.mod and go.sum of a folder beside this file. */
export interface EnginePart {
  /** The folder with go.mod and go.sum; each part has its own because their dependencies conflict. */
  folder: string;
  /** The Go package to build. */
  tool: string;
  /** Name of the program, without the suffix on Windows. */
  program: string;
  /** Version of the Pulumi SDK it is built with, which is what `pulumi version` prints. */
  version: string;
}

/** Where the engine spends its time. The rest, most of the code, seldom runs and compiles faster unoptimised. */
const OPTIMISED = [
  "std",
  "github.com/pulumi/...",
  // Every command hashes the passphrase a million times, in generic code that is compiled where it is used.
  "golang.org/x/crypto/...",
  "github.com/go-jose/...",
  "google.golang.org/grpc/...",
  "google.golang.org/protobuf/...",
  "github.com/golang/...",
];

/** Flags of every build. Nobody debugs these programs, and `grpcnotrace` lets the linker remove dead code. */
export function goBuildFlags(version: string): string[] {
  return [
    "-trimpath",
    "-buildvcs=false",
    "-tags=grpcnotrace",
    // Without this stamp, the Automation API cannot parse what `pulumi version` prints.
    `-ldflags=-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=${version}`,
    "-gcflags=all=-dwarf=false -N -l",
    ...OPTIMISED.map((packages) => `-gcflags=${packages}=-dwarf=false`),
  ];
}

/** Needs no C compiler, and ignores a go.work file above the project, which would replace the pinned modules. */
export const GO_ENVIRONMENT = { CGO_ENABLED: "0", GOWORK: "off" };

/** The parts needed for programs of a runtime, the slowest to build first. */
export function engineParts(runtime: string): EnginePart[] {
  // Dynamic providers run in the Node host, whatever the program's language.
  const hosts = [...new Set(["nodejs", runtime])].map((name) => `language-${name}`);
  return ["cli", ...hosts].map((name) => readPart(path.join(__dirname, name)));
}

function readPart(folder: string): EnginePart {
  const file = path.join(folder, "go.mod");
  const tool = /^tool (\S+)$/m.exec(existsSync(file) ? readFileSync(file, "utf8") : "")?.[1];
  if (!tool) {
    throw new Error(`${file} is missing, or names no tool`);
  }
  return { folder, tool, program: path.basename(tool), version: sdkVersion(folder) };
}

/** The version of Pulumi's SDK in a folder's go.mod, such as "v3.259.0". */
export function sdkVersion(folder: string): string {
  const file = path.join(folder, "go.mod");
  const version = /github\.com\/pulumi\/pulumi\/sdk\/v3 (v\S+)/.exec(readFileSync(file, "utf8"))?.[1];
  if (!version) {
    throw new Error(`${file} names no Pulumi SDK`);
  }
  return version;
}

const codegen = path.join(__dirname, "codegen");

/** The program that runs in front of an older language host and generates programs. */
export function codegenPart(): EnginePart {
  return { folder: codegen, tool: ".", program: "pulumi-language-nodejs", version: sdkVersion(codegen) };
}

/** Its name in the cache. */
export function codegenKey(): string {
  const hash = createHash("sha256").update(JSON.stringify([goBuildFlags(""), GO_ENVIRONMENT]));
  for (const file of readdirSync(codegen).sort()) {
    hash.update(readFileSync(path.join(codegen, file)));
  }
  return keyOf(pinnedVersion(), hash);
}

/** The name of something in the cache that depends on the platform and on what is hashed. */
export function keyOf(version: string, hash: Hash): string {
  return `${version}-${process.platform}-${process.arch}-${hash.digest("hex").slice(0, 12)}`;
}

/** The CLI version that this project is tested with, such as "3.259.0". */
export function pinnedVersion(): string {
  return readPart(path.join(__dirname, "cli")).version.slice(1);
}

/** The oldest Go that can build the engine, according to the CLI's go.mod. */
export function neededGo(): string {
  return /^go (\S+)$/m.exec(readFileSync(path.join(__dirname, "cli", "go.mod"), "utf8"))?.[1] ?? "";
}

/** The folder of the installed Node SDK, which has the launcher of dynamic providers. */
export function nodeSdkFolder(): string {
  return path.dirname(require.resolve("@pulumi/pulumi/package.json", { paths: [ROOT] }));
}

/**
 * The name of a cached engine, derived from pins, flags, SDK and platform, but not from the version of Go: a newer
 * compiler makes the same program, and nobody should have to wait for it again.
 */
export function engineKey(): string {
  const hash = createHash("sha256");
  const folders = readdirSync(__dirname).map((name) => path.join(__dirname, name));
  for (const folder of folders.filter((one) => one !== codegen && existsSync(path.join(one, "go.mod")))) {
    for (const file of ["go.mod", "go.sum"]) {
      hash.update(readFileSync(path.join(folder, file)));
    }
  }
  hash.update(JSON.stringify([goBuildFlags(""), GO_ENVIRONMENT]));
  hash.update(readFileSync(path.join(nodeSdkFolder(), launcherName())));
  return keyOf(pinnedVersion(), hash);
}

/** The Node SDK's script with which the CLI starts dynamic providers. */
export function launcherName(): string {
  return `pulumi-resource-pulumi-nodejs${process.platform === "win32" ? ".cmd" : ""}`;
}

/** A program's file name on this platform. */
export function executable(program: string): string {
  return process.platform === "win32" ? `${program}.exe` : program;
}

/** The files that make up a complete engine of these parts. */
export function engineFiles(parts: EnginePart[]): string[] {
  return [...parts.map((part) => executable(part.program)), launcherName()];
}
