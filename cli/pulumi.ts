/** Runs Pulumi's own command line in the folder of a project, without asking anything. */
import { spawn } from "node:child_process";
import { CommandFailure } from "./exit-codes";

/** What Pulumi ends with after a change where `--expect-no-changes` expects none. */
export const unexpectedChanges = 7;

export interface Ended {
  readonly exitCode: number;
  readonly stdout: string;
  /** Everything that it printed. */
  readonly output: string;
}

/** Added to a command's surroundings. */
export interface RunOptions {
  /** Text for standard input: nothing secret is an argument, which everybody on the machine can read. */
  readonly input?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** Pulumi in a project's folder, for one stack. */
export class Pulumi {
  readonly #folder: string;
  readonly #env: NodeJS.ProcessEnv;

  constructor(folder: string, env: NodeJS.ProcessEnv) {
    this.#folder = folder;
    this.#env = env;
  }

  /** The same with more in its environment. */
  with(env: NodeJS.ProcessEnv): Pulumi {
    return new Pulumi(this.#folder, { ...this.#env, ...env });
  }

  /** Runs a command and returns how it ended. */
  async run(args: readonly string[], { input }: RunOptions = {}): Promise<Ended> {
    return runProgram("pulumi", ["--non-interactive", "--color=never", ...args], {
      cwd: this.#folder,
      env: { ...this.#env, PULUMI_SKIP_UPDATE_CHECK: "true" },
      input,
    });
  }

  /** Runs a command that has to end well. */
  async must(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
    const ended = await this.run(args, options);
    if (ended.exitCode !== 0) {
      throw new CommandFailure(`pulumi ${args[0]} ended with ${ended.exitCode}:\n${ended.output.trim()}`, 1);
    }
    return ended;
  }
}

/** Runs any program to its end. */
export function runProgram(
  program: string,
  args: readonly string[],
  options: { cwd: string; env: NodeJS.ProcessEnv; input?: string | undefined },
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    // On Windows npm is a batch file, which only a shell can start; no argument of ours needs quotes there.
    const shell = process.platform === "win32" && program === "npm";
    const child = spawn(program, args, { cwd: options.cwd, env: options.env, shell, windowsHide: true });
    let [stdout, output] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (piece: string) => {
      stdout += piece;
      output += piece;
    });
    child.stderr.setEncoding("utf8").on("data", (piece: string) => {
      output += piece;
    });
    // A program that ends without reading its input breaks the pipe.
    child.stdin.on("error", () => undefined).end(options.input ?? "");
    child.once("error", (error: NodeJS.ErrnoException) => {
      const remedy = program === "pulumi" ? " Install Pulumi: https://www.pulumi.com/docs/install/" : "";
      reject(
        error.code === "ENOENT"
          ? new CommandFailure(`There is no \`${program}\` on PATH.${remedy}`, 2)
          : new CommandFailure(`${program} cannot be started (${error.code}).`, 1),
      );
    });
    child.once("close", (code) => resolve({ exitCode: code ?? 1, stdout, output }));
  });
}
