/** Finds an engine that the user has installed. */
import { existsSync } from "node:fs";
import path from "node:path";
import { runCommand } from "../command";
import { say } from "../terminal";
import { type EnginePart, engineFiles, executable } from "./pins";

/** The first release with stable exit codes, such as 7 for changes when none were expected. */
const OLDEST_MINOR = 227;

/** The folder of a usable `pulumi` on PATH, if there is one; says why an unusable one is passed over. */
export async function findOnPath(parts: EnginePart[]): Promise<string | undefined> {
  const folders = (process.env["PATH"] ?? "").split(path.delimiter).filter(Boolean);
  const holding = (file: string) => folders.find((folder) => existsSync(path.join(folder, file)));
  const folder = holding(executable("pulumi"));
  if (!folder) {
    return undefined;
  }
  const version = await versionOf(folder);
  const [, major, minor] = /^v(\d+)\.(\d+)\./.exec(version) ?? [];
  if (major !== "3" || Number(minor) < OLDEST_MINOR) {
    say(`engine: pulumi on PATH is ${version || "not answering"}; 3.${OLDEST_MINOR} or a later 3.x is needed`);
    return undefined;
  }
  const missing = engineFiles(parts).filter((file) => !holding(file));
  if (missing.length > 0) {
    say(`engine: pulumi ${version} on PATH lacks ${missing.join(", ")}`);
    return undefined;
  }
  return path.resolve(folder);
}

/** What `pulumi version` prints, or "" if it does not run. */
export async function versionOf(folder: string): Promise<string> {
  try {
    const env = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" };
    const result = await runCommand(path.join(folder, executable("pulumi")), ["version"], { env, timeoutMs: 30_000 });
    return result.exitCode === 0 ? result.stdout.trim() : "";
  } catch {
    return "";
  }
}
