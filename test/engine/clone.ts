/** A clone and a person at a terminal in it, for tests of the commands that documents show. */
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

/** How a block is run. */
interface Typing {
  /** What is typed when a command asks, a line for each question. */
  readonly answers?: string;
  /** Throw, with everything that was printed, unless it ends with this code. Default: 0. */
  readonly expectExit?: number;
}

/** A folder with a clone in `clone/`, beside which commands make projects, and a device at the address that documents name. */
export class Terminal {
  /** The folder around the clone. */
  readonly folder: string;
  readonly device: SimulatedDevice;
  readonly #env: Record<string, string>;
  /** The first program's types are checked as a person's are, by Pulumi, which takes as long as all the rest of a command. */
  #isFirst = true;
  readonly #types = new ProgramTypes();

  constructor(folder: string, device: SimulatedDevice, env: Record<string, string>) {
    this.folder = folder;
    this.device = device;
    this.#env = env;
  }

  /** `passphrase` is what the person has set in every terminal. */
  static async open({ runtime, passphrase }: { runtime: string; passphrase: string }): Promise<Terminal> {
    const folder = mkdtempSync(path.join(tmpdir(), "pulumi-dli-clone-"));
    copyClone(path.join(folder, "clone"));
    mkdirSync(path.join(folder, "state"));
    const env = {
      ...engineEnvironment(await ensureEngine(runtime), folder),
      PULUMI_CONFIG_PASSPHRASE: passphrase,
      PULUMI_DLI_CACHE: cacheFolder(),
      // npm takes what it has, and asks nobody else.
      npm_config_prefer_offline: "true",
      npm_config_audit: "false",
      npm_config_fund: "false",
    };
    return new Terminal(folder, await startSimulator({ speed: 50 }), env);
  }

  /** Runs the lines of a block in a folder beside the clone, or in the clone itself. */
  async run(where: string, lines: string, { answers = "", expectExit = 0 }: Typing = {}): Promise<CommandResult> {
    const typed = lines
      // Every test has the dependencies already.
      .replace(/^npm ci\b.*$/m, "")
      // Pulumi finds the home folder without asking the environment, and a test has no business there.
      .replace("pulumi login --local", 'pulumi login "$PULUMI_BACKEND_URL"')
      // Without a terminal, what asks is told to do so, or what to do.
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
  // With their times, or the clone would be built once more.
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
