/** Runs Pulumi's own command line in the folder of a project, without asking anything. */
import { type ChildProcess, spawn } from "node:child_process";
import { hostname } from "node:os";
import { CommandFailure } from "./exit-codes";
import { heedingSignals, interruption } from "./interruption";

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
  /** Nothing interrupts it: it is short and all or nothing, or takes back what was interrupted. */
  readonly isWhole?: boolean;
}

/** What to run, where, and with what. */
interface ProgramOptions extends RunOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Told the process's number once it runs. */
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

  /** The same with more in its environment. */
  with(env: NodeJS.ProcessEnv): Pulumi {
    return new Pulumi(this.#folder, { ...this.#env, ...env }, this.#started);
  }

  /** Runs a command and returns how it ended. */
  async run(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
    return runProgram("pulumi", ["--non-interactive", "--color=never", ...args], {
      ...options,
      cwd: this.#folder,
      env: { ...this.#env, PULUMI_SKIP_UPDATE_CHECK: "true" },
      onStart: (pid) => this.#started.add(pid),
    });
  }

  /** Runs a command that has to end well. */
  async must(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
    const ended = await this.run(args, options);
    if (ended.exitCode !== 0) {
      throw failureOf(`pulumi ${args[0]}`, ended);
    }
    return ended;
  }

  /** Whether what Pulumi says of a lock names processes that were started here, and no other one. */
  isOwnLock(output: string): boolean {
    const holders = [...output.matchAll(/@(\S+) \(pid (\d+)\)/g)];
    return (
      holders.length > 0 && holders.every(([, host, pid]) => host === hostname() && this.#started.has(Number(pid)))
    );
  }
}

/** What a command has printed, or nothing where it is no JSON. */
export function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What a command of Pulumi has failed with. */
export function failureOf(command: string, { exitCode, output }: Ended): CommandFailure {
  const mistake = mistakeIn(output);
  return new CommandFailure(
    backendProblem(output) ?? `${command} ended with ${exitCode}:\n${output.trim()}`,
    mistake ? 2 : 1,
  );
}

const noBackend = /PULUMI_ACCESS_TOKEN|pulumi login/;

/** Whether Pulumi says that the command or its surroundings are wrong: no backend, no such stack, no passphrase. */
export function mistakeIn(output: string): boolean {
  return noBackend.test(output) || /no stack named|no stack selected|passphrase/i.test(output);
}

/** What is wrong where Pulumi is logged in to no backend, in words of our own. */
export function backendProblem(output: string): string | undefined {
  return noBackend.test(output)
    ? "Pulumi does not know where the state is. Run `pulumi login`, or `pulumi login --local` to keep it on this machine."
    : undefined;
}

/**
 * Runs any program to its end, in a process group of its own: a signal reaches it by way of this process, once.
 * @throws InterruptedError when there was one, after it has ended, or in place of starting it.
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
    // As Ctrl-C does, after which Pulumi finishes what is under way and unlocks the stack.
    const interrupt = () => signalGroup(child, "SIGINT");
    if (child.pid !== undefined) {
      onStart?.(child.pid);
    }
    if (!isWhole) {
      interruption.addEventListener("abort", interrupt, { once: true });
    }
    let [stdout, output] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (piece: string) => {
      stdout += piece;
      output += piece;
    });
    child.stderr.setEncoding("utf8").on("data", (piece: string) => {
      output += piece;
    });
    // A program that ends without reading its input breaks the pipe.
    child.stdin.on("error", () => undefined).end(input);
    child.once("error", (error: NodeJS.ErrnoException) => {
      const remedy = program === "pulumi" ? " Install Pulumi: https://www.pulumi.com/docs/install/" : "";
      reject(
        error.code === "ENOENT"
          ? new CommandFailure(`There is no \`${program}\` on PATH.${remedy}`, 2)
          : new CommandFailure(`${program} cannot be started (${error.code}).`, 1),
      );
    });
    child.once("exit", (_code, signal) => {
      if (signal !== null) {
        // Killed: what it had started may live on with the same pipes, and nobody would end it.
        signalGroup(child, "SIGKILL");
        child.stdout.destroy();
        child.stderr.destroy();
      }
    });
    child.once("close", (code) => {
      interruption.removeEventListener("abort", interrupt);
      resolve({ exitCode: code ?? 1, stdout, output });
    });
  });
}

const isWindows = process.platform === "win32";

/** On Windows there are no groups, and the console tells every process of Ctrl-C. */
function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (isWindows || pid === undefined) {
    return;
  }
  try {
    process.kill(-pid, signal);
  } catch {
    // It has ended by itself.
  }
}
