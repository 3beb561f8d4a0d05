import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

/** The project's root folder. */
export const ROOT = path.resolve(__dirname, "../..");

/** One program of the engine, pinned by the go.mod and go.sum of a folder beside this file. */
export interface EnginePart {
  /** The folder with go.mod and go.sum: each part has its own, since their dependencies conflict. */
  folder: string;
  /** The Go package to build. */
  tool: string;
  /** Name of the program, without the suffix that Windows wants. */
  program: string;
  /** Version of the Pulumi SDK it is built with; the CLI answers this one to `pulumi version`. */
  version: string;
}

/** Flags of every build. osusergo and grpcnotrace: no C compiler needed, and dead code can be left out. */
export const GO_BUILD_FLAGS = ["-trimpath", "-buildvcs=false", "-tags", "osusergo,grpcnotrace"];

/** Everything pinned here, the slowest to build first (which is also the order of their names). */
export function engineParts(): EnginePart[] {
  return readdirSync(__dirname, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => readPart(path.join(__dirname, entry.name)))
    .sort((a, b) => a.program.localeCompare(b.program));
}

function readPart(folder: string): EnginePart {
  const text = readFileSync(path.join(folder, "go.mod"), "utf8");
  const tool = /^tool (\S+)$/m.exec(text)?.[1];
  const version = /github\.com\/pulumi\/pulumi\/sdk\/v3 (v\S+)/.exec(text)?.[1];
  if (!tool || !version) {
    throw new Error(`${path.join(folder, "go.mod")} names no tool or no Pulumi SDK`);
  }
  return { folder, tool, program: path.basename(tool), version };
}

/** The version of the CLI that this project is tested with, such as "3.259.0". */
export function pinnedVersion(): string {
  const cli = engineParts().find((part) => part.program === "pulumi");
  if (!cli) {
    throw new Error("scripts/engine pins no pulumi");
  }
  return cli.version.slice(1);
}

/** The oldest Go that can build the engine, as its go.mod files say. */
export function neededGo(): string {
  return /^go (\S+)$/m.exec(readFileSync(path.join(__dirname, "cli", "go.mod"), "utf8"))?.[1] ?? "";
}

/** The folder of the installed Node SDK; the launcher of dynamic providers is taken from it. */
export function nodeSdkFolder(): string {
  return path.dirname(require.resolve("@pulumi/pulumi/package.json", { paths: [ROOT] }));
}

/** Names a cached engine: the same pins, flags, SDK and platform give the same one. */
export function engineKey(): string {
  const hash = createHash("sha256");
  for (const part of engineParts()) {
    for (const file of ["go.mod", "go.sum"]) {
      hash.update(readFileSync(path.join(part.folder, file)));
    }
  }
  hash.update(GO_BUILD_FLAGS.join(" "));
  hash.update(readFileSync(path.join(nodeSdkFolder(), launcherName())));
  return `${pinnedVersion()}-${process.platform}-${process.arch}-${hash.digest("hex").slice(0, 12)}`;
}

/** The script with which the CLI starts dynamic providers; it is a part of the Node SDK. */
export function launcherName(): string {
  return `pulumi-resource-pulumi-nodejs${process.platform === "win32" ? ".cmd" : ""}`;
}

/** The file name of a program on this platform. */
export function executable(program: string): string {
  return process.platform === "win32" ? `${program}.exe` : program;
}

/** What a folder must hold to be a whole engine. */
export function engineFiles(): string[] {
  return [...engineParts().map((part) => executable(part.program)), launcherName()];
}
