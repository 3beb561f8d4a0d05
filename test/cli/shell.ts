/** A shell in a project's folder, with `dli` and a `pulumi` that prints given texts. */
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type CommandResult, runCommand } from "../../scripts/command";
import { ROOT } from "../../scripts/engine/pins";
import { type SimulatedDevice, startSimulator } from "../../simulator";

/** As built, which starts ten times as fast as from its sources. */
export const dli = `${process.execPath} ${path.join(ROOT, "dist/cli/dli")}`;

const urn = "urn:pulumi:lab::lab::dli:index:Outlet::web";
const state = { urn, type: "dli:index:Outlet", inputs: { name: "web" }, outputs: { device: "default", name: "web" } };

/** A preview in JSON that finds outlet `web` with the name `x`. */
export const drift = JSON.stringify({
  steps: [
    {
      op: "update",
      urn,
      oldState: state,
      newState: { ...state, outputs: { device: "default", name: "x" } },
      detailedDiff: { name: {} },
    },
  ],
});

/** The shell of a project with a folder `elsewhere` and a device, whose address and password are in the environment. */
export class Shell {
  constructor(
    readonly folder: string,
    readonly device: SimulatedDevice,
  ) {}

  static async start(): Promise<Shell> {
    const folder = realpathSync(mkdtempSync(path.join(tmpdir(), "pulumi-dli-")));
    writeFileSync(path.join(folder, "Pulumi.yaml"), "name: lab\nruntime: nodejs\n");
    mkdirSync(path.join(folder, "elsewhere"));
    return new Shell(folder, await startSimulator());
  }

  /** Puts the package and a compiler there, as far as `dli export` looks, so that it installs nothing. */
  install(): void {
    for (const name of ["pulumi-dli", "typescript"]) {
      const place = path.join(this.folder, "node_modules", name);
      mkdirSync(place, { recursive: true });
      writeFileSync(path.join(place, "package.json"), "{}");
    }
  }

  /**
   * Runs a line.
   * @param printed What `pulumi` prints, keyed by words of its arguments; errors may name variables.
   */
  async run(
    line: string,
    printed: Readonly<Record<string, string | { readonly stdout: string; readonly stderr: string }>> = {},
    more: Readonly<Record<string, string>> = {},
  ): Promise<CommandResult> {
    const program = path.join(this.folder, "pulumi");
    const cases = Object.entries(printed).map(([words, said]) => {
      const { stdout, stderr } = typeof said === "string" ? { stdout: said, stderr: "" } : said;
      const code = words === "refresh" ? (stdout === drift ? 7 : 1) : 0;
      const errors = stderr === "" ? "" : `cat >&2 <<END\n${stderr}\nEND\n`;
      return `*"${words}"*) cat <<'END'\n${stdout}\nEND\n${errors}exit ${code};;`;
    });
    writeFileSync(program, `#!/bin/bash\ncase "$*" in\n${cases.join("\n")}\n*) exit 3;;\nesac\n`);
    chmodSync(program, 0o755);
    const env = {
      ...process.env,
      PATH: `${this.folder}${path.delimiter}${process.env["PATH"]}`,
      DLI_URL: this.device.url,
      DLI_PASSWORD: this.device.password,
      ...more,
    };
    return runCommand("bash", ["-c", `dli() { ${dli} "$@"; }\n${line}`], { cwd: this.folder, env, timeoutMs: 60_000 });
  }

  async end(): Promise<void> {
    await this.device.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Starts a shell for all tests of a file, and ends it after them. */
export function withShell(use: (shell: Shell) => void): void {
  let shell: Shell | undefined;
  jest.setTimeout(120_000);
  beforeAll(async () => {
    shell = await Shell.start();
    use(shell);
  });
  afterAll(() => shell?.end());
}
