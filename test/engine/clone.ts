/** A clone of the repository and a terminal in it, for tests of the commands in documents. */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type CommandResult, runCommand } from "../../scripts/command";
import { cacheFolder } from "../../scripts/engine/cache";
import { ensureEngine } from "../../scripts/engine/ensure";
import { ROOT } from "../../scripts/engine/pins";
import { ProgramTypes } from "../../scripts/engine/program-types";
import { engineEnvironment, TRANSPILE_ONLY } from "../../scripts/engine/workspace";
import { type SimulatedDevice, startSimulator } from "../../simulator";
import { read } from "../repository";

/** The fenced blocks of a document in this language. */
export function blocksOf(document: string, language: string): string[] {
  const blocks = [...read(document).matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, "gm"))];
  return blocks.map(([, text]) => (text as string).trimEnd());
}

/** How a block of commands is run. */
interface Typing {
  /** What is typed when a command asks: one line for each question. */
  readonly answers?: string;
  /** The exit code, or else `run` throws with everything that was printed. Default: 0. */
  readonly expectExit?: number;
}

/** A folder with a clone in `clone/`, projects next to it, and a device in place of the documents' address. */
export class Terminal {
  /** The folder around the clone. */
  readonly folder: string;
  readonly device: SimulatedDevice;
  readonly #env: Record<string, string>;
  /** Pulumi checks the types of the first program only, as for a user: it takes as long as the rest of a command. */
  #isFirst = true;
  readonly #types = new ProgramTypes();

  constructor(folder: string, device: SimulatedDevice, env: Record<string, string>) {
    this.folder = folder;
    this.device = device;
    this.#env = env;
  }

  /** `passphrase` is set in the environment of every command. */
  static async open({ runtime, passphrase }: { runtime: string; passphrase: string }): Promise<Terminal> {
    const folder = mkdtempSync(path.join(tmpdir(), "pulumi-dli-clone-"));
    copyClone(path.join(folder, "clone"));
    mkdirSync(path.join(folder, "state"));
    const env = {
      ...engineEnvironment(await ensureEngine(runtime), folder),
      PULUMI_CONFIG_PASSPHRASE: passphrase,
      PULUMI_DLI_CACHE: cacheFolder(),
      // npm uses its cache rather than the network.
      npm_config_prefer_offline: "true",
      npm_config_audit: "false",
      npm_config_fund: "false",
    };
    return new Terminal(folder, await startSimulator({ speed: 50 }), env);
  }

  /** Runs the lines of a block in a folder next to the clone, or in the clone itself. */
  async run(where: string, lines: string, { answers = "", expectExit = 0 }: Typing = {}): Promise<CommandResult> {
    const typed = lines
      // The clone has its dependencies already.
      .replace(/^npm ci\b.*$/m, "")
      // `--local` writes to the user's home folder, which Pulumi finds without the environment.
      .replace("pulumi login --local", 'pulumi login "$PULUMI_BACKEND_URL"')
      // Without a terminal, commands that ask need `--yes`, or have to be told to ask.
      .replace(/^pulumi (up|destroy|import)\b/gm, "pulumi $1 --yes")
      .replace("pulumi new", "PULUMI_TEST_INTERACTIVE=true pulumi new")
      .replaceAll("http://192.168.0.100", this.device.url);
    const cwd = path.join(this.folder, where);
    const program = path.join(cwd, "index.ts");
    const text = existsSync(program) ? readFileSync(program, "utf8") : "";
    const checks = this.#isFirst || this.#types.areToCheck(text);
    const result = await runCommand("bash", ["-euo", "pipefail", "-c", typed], {
      cwd,
      env: { ...this.#env, ...(!checks && TRANSPILE_ONLY) },
      input: answers,
      timeoutMs: 240_000,
    });
    if (result.exitCode !== expectExit) {
      throw new Error(`exit ${result.exitCode}, not ${expectExit}:\n${typed}\n${result.all}`);
    }
    if (text !== "" && /\bpulumi (up|preview)\b/.test(typed)) {
      this.#types.passed(text);
      this.#isFirst = false;
    }
    return result;
  }

  async close(): Promise<void> {
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
    await this.device.close();
  }
}

function copyClone(clone: string): void {
  mkdirSync(clone);
  // With their modification times, or the clone would be built again.
  for (const name of ["LICENSE", "CHANGELOG.md", "README.md", "package.json", "package-lock.json", "schema.json"]) {
    cpSync(path.join(ROOT, name), path.join(clone, name), { preserveTimestamps: true });
  }
  for (const name of ["dist", "examples", "scripts", "templates"]) {
    cpSync(path.join(ROOT, name), path.join(clone, name), { recursive: true, preserveTimestamps: true });
  }
  for (const name of ["node_modules", "provider", "sdk", "simulator", "cli", "tsconfig.json"]) {
    symlinkSync(path.join(ROOT, name), path.join(clone, name));
  }
}
