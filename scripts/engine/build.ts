import path from "node:path";
import { type CommandResult, runCommand } from "../command";
import { step } from "../terminal";
import { type EnginePart, engineParts, executable, GO_BUILD_FLAGS, neededGo } from "./pins";

const BUILD_MS = 60 * 60_000;

/** On two cores, with the modules still to be downloaded. */
const USUALLY: Record<string, string> = {
  pulumi: "3 to 5 min",
  "pulumi-language-nodejs": "15 s",
  "pulumi-language-yaml": "45 s",
};

/** Builds every part of the engine into `folder` from the pinned Go modules, with the Go that is installed. */
export async function buildFromGo(folder: string): Promise<void> {
  for (const part of engineParts()) {
    const usually = USUALLY[part.program];
    await step(`engine: building ${part.program} ${part.version} from Go modules`, () => build(part, folder), {
      ...(usually === undefined ? {} : { usually }),
    });
  }
}

async function build(part: EnginePart, folder: string): Promise<void> {
  // Without the stamp `pulumi version` answers nothing that the Automation API could read.
  const stamp = `github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=${part.version}`;
  const output = path.join(folder, executable(part.program));
  const args = ["build", ...GO_BUILD_FLAGS, "-ldflags", `-s -w -X ${stamp}`, "-o", output, part.tool];
  const result = await runGo(part.folder, args);
  if (result.exitCode !== 0) {
    throw new Error(`${part.program} could not be built with Go: ${lastLine(result)}`);
  }
}

async function runGo(cwd: string, args: string[]): Promise<CommandResult> {
  // A go.work file somewhere above the project would replace the pinned modules.
  const env = { ...process.env, GOWORK: "off" };
  try {
    return await runCommand("go", args, { cwd, env, timeoutMs: BUILD_MS });
  } catch {
    throw new Error(`Go ${neededGo()} or newer, which could build it, is not installed`);
  }
}

function lastLine(result: CommandResult): string {
  return result.timedOut ? `not done in ${BUILD_MS / 60_000} min` : (result.all.trim().split("\n").at(-1) ?? "");
}
