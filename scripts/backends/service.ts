/** A backend for Pulumi's state, started for a test and removed afterwards. */
import { existsSync } from "node:fs";
import { createServer } from "node:net";
import path from "node:path";
import { runOrThrow } from "../command";

/** A running backend. */
export interface Service {
  /** The environment for a `pulumi` that keeps its state there. */
  readonly env: Readonly<Record<string, string>>;
  /** Saves everything, with this backend's own tools. */
  dump(): Promise<void>;
  /** Deletes everything, then restores what was saved. */
  restore(): Promise<void>;
  stop(): Promise<void>;
}

/** A kind of backend; `start` returns what is missing if this machine does not have it. */
export interface Backend {
  readonly name: string;
  start(folder: string): Promise<Service | string>;
}

/** A port that nothing listens on. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

/** Looks for a program in these folders and on PATH. */
export function findProgram(name: string, folders: readonly string[] = []): string | undefined {
  const places = [...folders, ...(process.env["PATH"] ?? "").split(path.delimiter)];
  return places.map((folder) => path.join(folder, name)).find((file) => existsSync(file));
}

/** Runs a program that has to succeed, and returns its standard output. */
export async function must(file: string, args: string[]): Promise<string> {
  return (await runOrThrow(file, args, { timeoutMs: 60_000 })).stdout;
}

/** Polls until a condition holds; throws after a minute. */
export async function until(isSo: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; ) {
    if (await isSo()) {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`${what}: not within a minute`);
}
