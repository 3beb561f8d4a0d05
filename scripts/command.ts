/** Runs programs for scripts and tests, either to their end or followed while they run. */
import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import path from "node:path";

/** How a program ended, and what it printed. */
export interface CommandResult {
  /** Its exit code; 128 + the signal's number if a signal ended it, as shells report it. */
  exitCode: number;
  stdout: string;
  stderr: string;
  /** Both streams, in the order they came. */
  all: string;
  /** Whether it was ended for taking too long. */
  timedOut: boolean;
  milliseconds: number;
}

export interface CommandOptions {
  cwd?: string;
  /** The complete environment; default: the current one. */
  env?: NodeJS.ProcessEnv;
  /** Text for standard input, which is otherwise closed. */
  input?: string;
  timeoutMs: number;
  /** Called with each piece of output as it comes, for a terminal. */
  onOutput?: (text: string) => void;
}

const SIGNAL_NUMBERS: Partial<Record<NodeJS.Signals, number>> = { SIGINT: 2, SIGKILL: 9, SIGTERM: 15 };

/**
 * The signals sent to a program that takes too long, and after how many milliseconds. At the first interrupt Pulumi
 * waits for running operations, at the second it ends its plugins; killed at once, it would leave them behind.
 */
const WAYS_TO_END: [after: number, signal: NodeJS.Signals][] = [
  [0, "SIGINT"],
  [5_000, "SIGINT"],
  [15_000, "SIGKILL"],
];

const running = new Set<ChildProcess>();
let watching = false;

/**
 * Runs a program to its end and reports the result. Throws only if it cannot be started, never for an exit code. A
 * program that takes too long is interrupted, then killed with its process group.
 */
export async function runCommand(file: string, args: string[], options: CommandOptions): Promise<CommandResult> {
  const started = performance.now();
  const child = startCommand(file, args, {
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.env === undefined ? {} : { env: options.env }),
    stdio: [options.input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
  });
  const text = { stdout: "", stderr: "", all: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name]?.setEncoding("utf8").on("data", (piece: string) => {
      text[name] += piece;
      text.all += piece;
      options.onOutput?.(piece);
    });
  }
  // A program that ends without reading its input breaks the pipe, which is not an error.
  child.stdin?.on("error", () => undefined).end(options.input);

  let timedOut = false;
  const limits = WAYS_TO_END.map(([after, signal]) =>
    setTimeout(() => {
      timedOut = true;
      endGroup(child, signal);
    }, options.timeoutMs + after),
  );
  try {
    const exitCode = await new Promise<number>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code, signal) => resolve(code ?? 128 + ((signal && SIGNAL_NUMBERS[signal]) ?? 0)));
    });
    return { exitCode, ...text, timedOut, milliseconds: performance.now() - started };
  } finally {
    for (const limit of limits) {
      clearTimeout(limit);
    }
  }
}

/** As `runCommand`. @throws Error with everything that the program printed, unless it ends with 0. */
export async function runOrThrow(file: string, args: string[], options: CommandOptions): Promise<CommandResult> {
  const result = await runCommand(file, args, options);
  if (result.exitCode !== 0) {
    throw new Error(`${path.basename(file)} ${args.join(" ")} ended with ${result.exitCode}:\n${result.all.trim()}`);
  }
  return result;
}

/** Starts a program in its own process group, which ends together with this process. */
export function startCommand(file: string, args: string[], options: SpawnOptions): ChildProcess {
  watchOwnEnd();
  const child = spawn(file, args, { ...options, detached: process.platform !== "win32", windowsHide: true });
  running.add(child);
  child.once("close", () => running.delete(child));
  child.once("error", () => running.delete(child));
  return child;
}

/** What a started program has printed so far, and its end. */
export function follow(child: ChildProcess): { output: () => string; ended: Promise<void> } {
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (piece: string) => {
      printed += piece;
    });
  }
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  return { output: () => printed, ended };
}

/** Sends a signal to a program and to everything it started. */
export function endGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (process.platform === "win32" || child.pid === undefined) {
      child.kill(signal);
    } else {
      process.kill(-child.pid, signal);
    }
  } catch {
    // Already gone.
  }
}

/** Ends the programs with this process, since separate process groups do not receive the terminal's Ctrl-C. */
function watchOwnEnd(): void {
  if (watching) {
    return;
  }
  watching = true;
  process.once("exit", () => {
    for (const child of running) {
      endGroup(child, "SIGKILL");
    }
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.once(signal, () => {
      for (const child of running) {
        endGroup(child, "SIGTERM");
      }
      process.kill(process.pid, signal);
    });
  }
}
