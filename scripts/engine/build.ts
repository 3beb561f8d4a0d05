/** Builds the engine with Go. */
import path from "node:path";
import { type CommandResult, runCommand } from "../command";
import { step } from "../terminal";
import { type EnginePart, executable, GO_ENVIRONMENT, goBuildFlags, neededGo } from "./pins";

const BUILD_MS = 60 * 60_000;

/** Usual build times on two cores, including the download of the modules. */
const USUALLY: Record<string, string> = {
  pulumi: "2 to 4 min",
  "pulumi-language-nodejs": "15 s",
  "pulumi-language-nodejs that writes programs": "1 to 3 min",
  "pulumi-language-yaml": "40 s",
};

/** Builds parts of the engine into `folder` from the pinned Go modules, with the installed Go. */
export async function buildFromGo(parts: EnginePart[], folder: string): Promise<void> {
  for (const part of parts) {
    const what = part.tool === "." ? `${part.program} that writes programs` : part.program;
    const usually = USUALLY[what];
    await step(`engine: building ${what} ${part.version} from Go modules`, () => build(part, folder), {
      ...(usually === undefined ? {} : { usually }),
    });
  }
}

async function build(part: EnginePart, folder: string): Promise<void> {
  const output = path.join(folder, executable(part.program));
  const args = ["build", ...goBuildFlags(part.version), "-o", output, part.tool];
  const result = await runGo(part.folder, args);
  if (result.exitCode !== 0) {
    throw new Error(`${part.program} could not be built with Go: ${lastLine(result)}`);
  }
}

async function runGo(cwd: string, args: string[]): Promise<CommandResult> {
  const env = { ...process.env, ...GO_ENVIRONMENT };
  try {
    return await runCommand("go", args, { cwd, env, timeoutMs: BUILD_MS });
  } catch {
    throw new Error(`Go ${neededGo()} or newer, which could build it, is not installed`);
  }
}

function lastLine(result: CommandResult): string {
  return result.timedOut ? `not done in ${BUILD_MS / 60_000} min` : (result.all.trim().split("\n").at(-1) ?? "");
}
