/** A folder with its own backend and the packages that an export needs, in which tests run `dli`. */
import type { ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type CommandResult, runCommand, runOrThrow, startCommand } from "../../scripts/command";
import { ensureCodegen } from "../../scripts/engine/codegen";
import { ensureEngine } from "../../scripts/engine/ensure";
import { executable, ROOT } from "../../scripts/engine/pins";
import { engineEnvironment } from "../../scripts/engine/workspace";

const program = path.join(ROOT, "dist", "cli", "dli");

export interface ExportPlace {
  readonly folder: string;
  /** Contains no variable about a device. */
  readonly env: Readonly<Record<string, string>>;
  /** The engine's own program. */
  readonly pulumi: string;
  /** A path in the folder where `dli` runs. */
  at(...parts: string[]): string;
  /** Runs `dli` to its end; undefined variables are removed. */
  dli(args: string[], more?: NodeJS.ProcessEnv, input?: string): Promise<CommandResult>;
  /** Starts `dli` here or in a project, for tests that send it signals. */
  start(args: string[], more?: NodeJS.ProcessEnv, project?: string): ChildProcess & { readonly pid: number };
  /** Runs Pulumi, which has to exit with 0, and returns its output. */
  engine(args: string[]): Promise<string>;
  /** Files of the backend; none before the first stack and after the last. */
  stateFiles(kind: "stacks" | "locks"): string[];
  dispose(): void;
}

/** Makes the folder. */
export async function exportPlace(): Promise<ExportPlace> {
  const folder = mkdtempSync(path.join(tmpdir(), "pulumi-dli-"));
  const at = (...parts: string[]) => path.join(folder, "work", ...parts);
  for (const name of ["home", "state", "work", "tmp"]) {
    mkdirSync(path.join(folder, name));
  }
  mkdirSync(at("node_modules"));
  for (const name of ["@pulumi", "@types", "typescript", "pulumi-dli"]) {
    symlinkSync(path.join(ROOT, "node_modules", name), at("node_modules", name), "junction");
  }
  const engine = await ensureEngine("yaml");
  const codegen = await ensureCodegen(engine);
  const own = engineEnvironment(engine, folder);
  const converter = path.join(ROOT, "dist", "converter");
  const env = { ...own, PATH: [codegen, converter, own["PATH"]].filter(Boolean).join(path.delimiter) };
  return {
    folder,
    env,
    pulumi: path.join(engine, executable("pulumi")),
    at,
    dli: (args, more = {}, input) =>
      runCommand(process.execPath, [program, ...args], {
        cwd: at(),
        env: { ...env, ...more },
        timeoutMs: 120_000,
        ...(input !== undefined && { input }),
      }),
    start: (args, more = {}, project = "") =>
      startCommand(process.execPath, [program, ...args], {
        cwd: at(project),
        env: { ...env, ...more },
        stdio: ["ignore", "pipe", "pipe"],
      }) as ReturnType<ExportPlace["start"]>,
    engine: async (args) => {
      const options = { cwd: at(), env, timeoutMs: 120_000 };
      return (await runOrThrow(path.join(engine, executable("pulumi")), ["--non-interactive", ...args], options))
        .stdout;
    },
    stateFiles: (kind) => filesBelow(path.join(folder, "state", ".pulumi", kind)),
    dispose: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }),
  };
}

function filesBelow(folder: string): string[] {
  try {
    const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile() && !/\.bak|\.attrs$/.test(entry.name)).map(({ name }) => name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") {
      return [];
    }
    throw error;
  }
}
