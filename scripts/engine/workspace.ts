/** Throw-away Pulumi projects for tests, demo and benchmarks. */
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { type CommandResult, runCommand } from "../command";
import { ensureEngine } from "./ensure";
import { executable, ROOT } from "./pins";
import { ProgramTypes } from "./program-types";
import {
  type ConfigValue,
  KEY_SERVICE_VARIABLE,
  PASSPHRASE,
  readState,
  STACK,
  type StackFolders,
  writeEmptyStack,
  writeStackSettings,
} from "./stack-files";

/** The CLI's exit code for a change when none was expected. */
export const UNEXPECTED_CHANGES = 7;

/** Makes Pulumi's Node host run a program without checking its types. */
export const TRANSPILE_ONLY = { PULUMI_NODEJS_TRANSPILE_ONLY: "true" };

/** The packages that a user's project has besides ours; importing any other fails here as it would there. */
const USERS_PACKAGES = ["@pulumi", "@types", "typescript"];

export interface WorkspaceOptions {
  /**
   * The text of index.ts, a folder to copy as the project, or files and folders to copy to the same places in it. Paths
   * are relative to the root of this repository.
   */
  program: string | { folder: string } | { files: string[] };
  /** Stack configuration, such as `{ "dli:password": { secret: "1234" } }`. */
  config?: Record<string, ConfigValue>;
  /** Added to the environment of every command. */
  env?: Record<string, string>;
  /** Further packages for node_modules: name -> folder, relative to the root of this repository. */
  packages?: Record<string, string>;
  /** Whether the passphrase protects the stack's secrets, which is slow, even if most tests use a key service. */
  usesPassphrase?: boolean;
  /** Whether Pulumi checks a program's types at every run, as it does for users, and nothing else does. */
  checksTypesAlways?: boolean;
}

/** Options for any command. */
export interface RunOptions {
  /** Throw, with everything that the command printed, unless it exits with this code. */
  expectExit?: number;
  /** Default: 120 s. */
  timeoutMs?: number;
  /** Text for standard input. */
  input?: string;
  /** Added to the environment of this command. */
  env?: Record<string, string>;
}

/** Options for the commands that compare program, state and device. */
export interface OperationOptions extends RunOptions {
  /** Exit with 7 if there is any change. */
  expectNoChanges?: boolean;
  /** Print every changed field. */
  diff?: boolean;
  /** Read the device first (up, preview, destroy). */
  refresh?: boolean;
  /** Run the program while refreshing or destroying, so that the current provider configuration is used. */
  runProgram?: boolean;
  /** Only these URNs. */
  target?: string[];
  /** Any other flags. */
  args?: string[];
}

/** A separate Pulumi project with one stack, `test`, in a file backend: nothing outside its folder is touched. */
export interface Workspace {
  /** The project's folder. */
  readonly project: string;
  /** The program's file; write to it to change what is declared. */
  readonly programFile: string;
  /** The complete environment of the commands. */
  readonly env: Readonly<Record<string, string>>;
  /** Runs `pulumi` with any arguments. Never throws for an exit code, unless `expectExit` is given. */
  pulumi(args: string[], options?: RunOptions): Promise<CommandResult>;
  up(options?: OperationOptions): Promise<CommandResult>;
  preview(options?: OperationOptions): Promise<CommandResult>;
  /** Without `previewOnly`, updates the state to what is on the device. */
  refresh(options?: OperationOptions & { previewOnly?: boolean }): Promise<CommandResult>;
  destroy(options?: OperationOptions): Promise<CommandResult>;
  /** Sets configuration. */
  setConfig(config: Record<string, ConfigValue>): Promise<void>;
  /** Replaces the program. */
  setProgram(source: string): void;
  /** The stack's state, as `pulumi stack export` prints it; secrets stay encrypted unless `showSecrets` is set. */
  exportState(options?: { showSecrets?: boolean }): Promise<StackState>;
  /** The stack's outputs, with secrets in plain text. */
  outputs(): Promise<Record<string, unknown>>;
  /** Removes the folder with everything in it. Resources are not destroyed. */
  dispose(): void;
}

/** The parts of `pulumi stack export` that are read. */
export interface StackState {
  version: number;
  deployment: { resources?: StateResource[]; [key: string]: unknown };
}

/** One resource in the state. */
export interface StateResource {
  urn: string;
  type: string;
  id?: string;
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
  [key: string]: unknown;
}

/** Creates a project and its stack. The first call on a machine also gets the engine, which can take minutes. */
export async function createWorkspace(options: WorkspaceOptions): Promise<Workspace> {
  // The CLI remembers the selected stack by the project's path with links resolved.
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), "pulumi-dli-")));
  try {
    return await openWorkspace(folder, options);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

async function openWorkspace(folder: string, options: WorkspaceOptions): Promise<Workspace> {
  const folders = foldersIn(folder);
  const { project } = folders;
  for (const name of Object.values(folders)) {
    mkdirSync(name);
  }
  writeProject(project, options);
  const keyService = options.usesPassphrase ? undefined : process.env[KEY_SERVICE_VARIABLE];
  const engine = await ensureEngine(runtimeOf(project));
  const types = new ProgramTypes();
  const checksTypesAlways = options.checksTypesAlways === true;
  const env: Record<string, string> = {
    ...engineEnvironment(engine, folder),
    ...keyServiceEnvironment(keyService),
    ...(types.areCheckedTogether && !checksTypesAlways && TRANSPILE_ONLY),
    ...options.env,
  };
  const pulumi = pulumiIn(project, { engine, env, types, checksTypesAlways });
  const isInFiles = env["PULUMI_BACKEND_URL"] === fileBackend(folder);
  if (isInFiles) {
    writeEmptyStack(folders);
  } else {
    await pulumi(["stack", "init", STACK], { expectExit: 0 });
  }
  writeStackSettings(folders, options.config ?? {}, keyService);
  return {
    project,
    programFile: programFile(project),
    env,
    ...commandsOf(pulumi),
    setProgram: (source) => writeFileSync(programFile(project), source),
    exportState: async ({ showSecrets = false } = {}) => {
      if (isInFiles) {
        return readState(folders, { showSecrets }) as StackState;
      }
      const args = ["stack", "export", ...(showSecrets ? ["--show-secrets"] : [])];
      return JSON.parse((await pulumi(args, { expectExit: 0 })).stdout);
    },
    dispose: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }),
  };
}

interface Runner {
  /** The folder of the engine. */
  readonly engine: string;
  readonly env: Readonly<Record<string, string>>;
  readonly types: ProgramTypes;
  readonly checksTypesAlways: boolean;
}

/** Runs `pulumi`; a program's types are checked only once, because that takes as long as everything else. */
function pulumiIn(project: string, { engine, env, types, checksTypesAlways }: Runner): Workspace["pulumi"] {
  /** The current program, or "" for another language, which has no such file. */
  const programText = () => {
    const file = programFile(project);
    return existsSync(file) ? readFileSync(file, "utf8") : "";
  };
  return async (args, run = {}) => {
    const text = runsProgram(args) ? programText() : undefined;
    const isKnown = text !== undefined && !checksTypesAlways && !types.areToCheck(text);
    const result = await runCommand(path.join(engine, executable("pulumi")), ["--non-interactive", ...args], {
      cwd: project,
      env: { ...env, ...(isKnown && TRANSPILE_ONLY), ...run.env },
      timeoutMs: run.timeoutMs ?? 120_000,
      ...(run.input === undefined ? {} : { input: run.input }),
    });
    if (text !== undefined && result.exitCode === 0) {
      types.passed(text);
    }
    if (result.timedOut) {
      throw new Error(`pulumi ${args[0]} did not end in time:\n${result.all}`);
    }
    if (run.expectExit !== undefined && result.exitCode !== run.expectExit) {
      throw new Error(`pulumi ${args.join(" ")}: exit ${result.exitCode}, not ${run.expectExit}:\n${result.all}`);
    }
    return result;
  };
}

type Command = "pulumi" | "up" | "preview" | "refresh" | "destroy" | "setConfig" | "outputs";

function commandsOf(pulumi: Workspace["pulumi"]): Pick<Workspace, Command> {
  return {
    pulumi,
    up: (run = {}) => pulumi(["up", "--yes", "--skip-preview", ...flags(run)], run),
    preview: (run = {}) => pulumi(["preview", ...flags(run)], run),
    refresh: (run = {}) =>
      pulumi(["refresh", ...(run.previewOnly ? ["--preview-only"] : ["--yes", "--skip-preview"]), ...flags(run)], run),
    destroy: (run = {}) => pulumi(["destroy", "--yes", "--skip-preview", ...flags(run)], run),
    setConfig: async (config) => {
      const args = Object.entries(config).flatMap(([key, value]) =>
        typeof value === "string" ? ["--plaintext", `${key}=${value}`] : ["--secret", `${key}=${value.secret}`],
      );
      if (args.length > 0) {
        await pulumi(["config", "set-all", ...args], { expectExit: 0 });
      }
    },
    outputs: async () =>
      JSON.parse((await pulumi(["stack", "output", "--json", "--show-secrets"], { expectExit: 0 })).stdout),
  };
}

function runsProgram([command, ...flags]: string[]): boolean {
  return ["up", "preview"].includes(command!) || flags.includes("--run-program");
}

function foldersIn(folder: string): StackFolders {
  return {
    project: path.join(folder, "project"),
    state: path.join(folder, "state"),
    home: path.join(folder, "home"),
  };
}

/**
 * The environment for a `pulumi` that asks nothing, downloads nothing and keeps all its files in `folder`, without the
 * developer's own Pulumi and device settings.
 */
export function engineEnvironment(engine: string, folder: string): Record<string, string> {
  const inherited = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !/^(PULUMI|DLI)_/.test(entry[0]),
  );
  return {
    ...Object.fromEntries(inherited),
    PATH: `${engine}${path.delimiter}${process.env["PATH"] ?? ""}`,
    PULUMI_HOME: foldersIn(folder).home,
    PULUMI_BACKEND_URL: fileBackend(folder),
    PULUMI_CONFIG_PASSPHRASE: PASSPHRASE,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    NO_COLOR: "1",
  };
}

function fileBackend(folder: string): string {
  return pathToFileURL(foldersIn(folder).state).href;
}

/** The variables that lead Pulumi to the key service. */
function keyServiceEnvironment(address: string | undefined): Record<string, string> {
  return address ? { VAULT_SERVER_URL: address, VAULT_SERVER_TOKEN: "of a test" } : {};
}

function flags(options: OperationOptions): string[] {
  return [
    ...(options.expectNoChanges ? ["--expect-no-changes"] : []),
    ...(options.diff ? ["--diff"] : []),
    ...(options.refresh ? ["--refresh"] : []),
    ...(options.runProgram ? ["--run-program"] : []),
    ...(options.target ?? []).flatMap((urn) => ["--target", urn]),
    ...(options.args ?? []),
  ];
}

function writeProject(project: string, options: WorkspaceOptions): void {
  const { program } = options;
  if (typeof program === "string") {
    writeFileSync(path.join(project, "index.ts"), program);
  } else if ("folder" in program) {
    copy(path.resolve(ROOT, program.folder), project);
  } else {
    for (const file of program.files) {
      copy(path.resolve(ROOT, file), path.join(project, file));
    }
  }
  const defaults = {
    "Pulumi.yaml": "name: test\nruntime: nodejs\n",
    "package.json": JSON.stringify({ name: "test", private: true }),
  };
  for (const [name, text] of Object.entries(defaults)) {
    const file = path.join(project, name);
    if (!existsSync(file)) {
      writeFileSync(file, text);
    }
  }

  const modules = path.join(project, "node_modules");
  mkdirSync(modules);
  for (const name of USERS_PACKAGES) {
    link(path.join(ROOT, "node_modules", name), path.join(modules, name));
  }
  linkOwnPackage(path.join(modules, "pulumi-dli"));
  for (const [name, folder] of Object.entries(options.packages ?? {})) {
    link(path.resolve(ROOT, folder), path.join(modules, name));
  }
}

/** The program's runtime, as named in Pulumi.yaml. */
function runtimeOf(project: string): string | undefined {
  return /^runtime:\s+(?:name: *)?(\S+)/m.exec(readFileSync(path.join(project, "Pulumi.yaml"), "utf8"))?.[1];
}

/** The file that the engine runs: `main` in Pulumi.yaml, or index.ts in that folder. */
function programFile(project: string): string {
  const main = /^main: *(\S+)/m.exec(readFileSync(path.join(project, "Pulumi.yaml"), "utf8"))?.[1] ?? ".";
  return path.resolve(project, main, main.endsWith(".ts") ? "" : "index.ts");
}

function copy(from: string, to: string): void {
  cpSync(from, to, { recursive: true, filter: (file) => path.basename(file) !== "node_modules" });
}

/** Links only what is published: Pulumi searches all folders of a package at every run, and this one has thousands. */
function linkOwnPackage(folder: string): void {
  mkdirSync(folder);
  cpSync(path.join(ROOT, "package.json"), path.join(folder, "package.json"));
  link(path.join(ROOT, "dist"), path.join(folder, "dist"));
}

function link(target: string, file: string): void {
  symlinkSync(target, file, "junction");
}
