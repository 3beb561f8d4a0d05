/** Runs the Pulumi CLI in a project's folder, without prompts. */
import { type ChildProcess, spawn } from "node:child_process";
import { hostname } from "node:os";
import { CommandFailure, UsageError } from "./exit-codes";
import { heedingSignals, interruption } from "./interruption";

/** Pulumi's exit code when `--expect-no-changes` meets a change. */
export const unexpectedChanges = 7;

export interface Ended {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Standard output and standard error, in the order they came. */
  readonly output: string;
}

export interface RunOptions {
  /** Text for standard input, for secrets: everybody on the machine can read arguments. */
  readonly input?: string;
  /** Never interrupted: it is short and all or nothing, or it undoes what was interrupted. */
  readonly isWhole?: boolean;
}

interface ProgramOptions extends RunOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Called with the process id once it runs. */
  readonly onStart?: (pid: number) => void;
}

/** Pulumi in a project's folder, for one stack. */
export class Pulumi {
  readonly #folder: string;
  readonly #env: NodeJS.ProcessEnv;
  readonly #started: Set<number>;

  constructor(folder: string, env: NodeJS.ProcessEnv, started = new Set<number>()) {
    this.#folder = folder;
    this.#env = env;
    this.#started = started;
  }

  /** The same, with these variables added to its environment. */
  with(env: NodeJS.ProcessEnv): Pulumi {
    return new Pulumi(this.#folder, { ...this.#env, ...env }, this.#started);
  }

  /** Runs a command and returns how it ended. */
  async run(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
    return runProgram("pulumi", ["--non-interactive", "--color=never", ...args], {
      ...options,
      cwd: this.#folder,
      // With the second variable, a preview would be one event of the engine per line.
      env: { ...this.#env, PULUMI_SKIP_UPDATE_CHECK: "true", PULUMI_ENABLE_STREAMING_JSON_PREVIEW: "false" },
      onStart: (pid) => this.#started.add(pid),
    });
  }

  /** Runs a command that has to succeed. */
  async must(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
    const ended = await this.run(args, options);
    if (ended.exitCode !== 0) {
      throw failureOf(`pulumi ${args[0]}`, ended);
    }
    return ended;
  }

  /** Whether Pulumi's message about a lock names only processes that were started here. */
  isOwnLock(output: string): boolean {
    const holders = [...output.matchAll(/@(\S+) \(pid (\d+)\)/g)];
    return (
      holders.length > 0 && holders.every(([, host, pid]) => host === hostname() && this.#started.has(Number(pid)))
    );
  }
}

/** The JSON that a command printed, or nothing if it is not JSON. */
export function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The failure to report for a Pulumi command that failed. */
export function failureOf(command: string, { exitCode, output }: Ended): CommandFailure {
  const message = backendProblem(output) ?? `${command} ended with ${exitCode}:\n${output.trim()}`;
  return new CommandFailure(message, isMistake(output) ? 2 : 1);
}

const noBackend = /PULUMI_ACCESS_TOKEN|pulumi login/;

/** Whether Pulumi blames the command or its environment: no backend, no such stack, no passphrase. */
export function isMistake(output: string): boolean {
  return noBackend.test(output) || /no stack named|no stack selected|passphrase/i.test(output);
}

/** Our own message for a Pulumi that is not logged in to a backend. */
export function backendProblem(output: string): string | undefined {
  return noBackend.test(output)
    ? "Pulumi does not know where the state is. Run `pulumi login`, or `pulumi login --local` to keep it on this machine."
    : undefined;
}

/**
 * Runs any program to its end, in its own process group, so that a signal reaches it only once, through this process.
 * @throws InterruptedError after an interruption: once the program has ended, or instead of starting it.
 */
export function runProgram(program: string, args: readonly string[], options: ProgramOptions): Promise<Ended> {
  return heedingSignals(async () => {
    if (options.isWhole) {
      return started(program, args, options);
    }
    interruption.throwIfAborted();
    const ended = await started(program, args, options);
    interruption.throwIfAborted();
    return ended;
  });
}

function started(program: string, args: readonly string[], options: ProgramOptions): Promise<Ended> {
  const { cwd, env, input = "", isWhole, onStart } = options;
  return new Promise((resolve, reject) => {
    // On Windows npm is a batch file, which only a shell can start; no argument of ours needs quotes there.
    const shell = isWindows && program === "npm";
    const child = spawn(program, args, { cwd, env, shell, windowsHide: true, detached: !isWindows });
    // Like Ctrl-C: Pulumi finishes what is under way and unlocks the stack.
    const interrupt = () => signalGroup(child, "SIGINT");
    if (child.pid !== undefined) {
      onStart?.(child.pid);
    }
    if (!isWhole) {
      interruption.addEventListener("abort", interrupt, { once: true });
    }
    let [stdout, stderr, output] = ["", "", ""];
    child.stdout.setEncoding("utf8").on("data", (piece: string) => {
      stdout += piece;
      output += piece;
    });
    child.stderr.setEncoding("utf8").on("data", (piece: string) => {
      stderr += piece;
      output += piece;
    });
    // A program that ends without reading its input breaks the pipe.
    child.stdin.on("error", () => undefined).end(input);
    child.once("error", (error: NodeJS.ErrnoException) => {
      const remedy = program === "pulumi" ? " Install Pulumi: https://www.pulumi.com/docs/install/" : "";
      reject(
        error.code === "ENOENT"
          ? new UsageError(`There is no \`${program}\` on PATH.${remedy}`)
          : new CommandFailure(`${program} cannot be started (${error.code}).`, 1),
      );
    });
    child.once("exit", (_code, signal) => {
      if (signal !== null) {
        // Killed: its children may live on with the same pipes, and nothing else would end them.
        signalGroup(child, "SIGKILL");
        child.stdout.destroy();
        child.stderr.destroy();
      }
    });
    child.once("close", (code) => {
      interruption.removeEventListener("abort", interrupt);
      resolve({ exitCode: code ?? 1, stdout, stderr, output });
    });
  });
}

const isWindows = process.platform === "win32";

/** Does nothing on Windows, which has no process groups and whose console sends Ctrl-C to every process. */
function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (isWindows || pid === undefined) {
    return;
  }
  try {
    process.kill(-pid, signal);
  } catch {
    // It has already ended.
  }
}
