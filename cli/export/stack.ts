/** The stack of an export: made, configured, filled by an import, and compared with the device. */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Found } from "../../provider/converter/inventory";
import { isSecretKey } from "../../provider/devices/keys";
import { CommandFailure } from "../exit-codes";
import { type Pulumi, unexpectedChanges } from "../pulumi";
import type { ConnectionSettings } from "../settings";
import { askSecret } from "../terminal";
import { missingIn } from "./complete";
import type { Project } from "./project";

const passphraseMeant = "Passphrase that encrypts the secrets of the stack";

export class Stack {
  readonly #project: Project;
  #pulumi: Pulumi;

  /** Of a stack that is there; `create` makes one. */
  constructor(project: Project, pulumi: Pulumi) {
    this.#project = project;
    this.#pulumi = pulumi;
  }

  /**
   * Makes the stack. Asks for a passphrase where the backend needs one.
   * @throws CommandFailure where there is such a stack already: its state may be all that somebody has.
   */
  static async create(project: Project, pulumi: Pulumi): Promise<Stack> {
    const args = ["stack", "init", project.stack];
    const first = await pulumi.run(args);
    if (first.exitCode === 0) {
      return new Stack(project, pulumi);
    }
    if (/passphrase/i.test(first.output)) {
      const passphrase = await askSecret(passphraseMeant, "Set PULUMI_CONFIG_PASSPHRASE.");
      const second = pulumi.with({ PULUMI_CONFIG_PASSPHRASE: passphrase });
      await second.must(args);
      return new Stack(project, second);
    }
    if (/already exists/i.test(first.output)) {
      const remedy = `Choose another name with --stack, or remove it: pulumi stack rm ${project.stack} --force.`;
      throw new CommandFailure(
        `There is a stack \`${project.stack}\` of the project ${project.name} already. ${remedy}`,
        2,
      );
    }
    if (/PULUMI_ACCESS_TOKEN|pulumi login/.test(first.output)) {
      const remedy = "Run `pulumi login`, or `pulumi login --local` to keep it on this machine.";
      throw new CommandFailure(`Pulumi does not know where to keep the state. ${remedy}`, 2);
    }
    throw new CommandFailure(`pulumi stack init ended with ${first.exitCode}:\n${first.output.trim()}`, 1);
  }

  async configure(settings: ConnectionSettings, isNative: boolean): Promise<void> {
    const all = Object.entries({ ...settings, ...(isNative && { plugin: "true" }) });
    const plain = all.filter(([name]) => !isSecretKey(name));
    await this.#run([
      "config",
      "set-all",
      ...plain.flatMap(([name, value]) => ["--plaintext", `dli:${name}=${value}`]),
    ]);
    for (const [name, value] of all.filter(([key]) => isSecretKey(key))) {
      await this.#run(["config", "set", "--secret", `dli:${name}`], value);
    }
  }

  /** Takes the resources of an import file into the state. Returns the program that Pulumi writes for them, if it is to. */
  async import(list: unknown, { writesProgram }: { writesProgram: boolean }): Promise<string> {
    const folder = await mkdtemp(path.join(tmpdir(), "dli-export-"));
    try {
      const [file, out] = [path.join(folder, "import.json"), path.join(folder, "program")];
      writeFileSync(file, JSON.stringify(list));
      const program = writesProgram ? ["--out", out] : ["--generate-code=false"];
      const quietly = ["--yes", "--skip-preview", "--protect=false"];
      const { exitCode, output } = await this.#pulumi.run(["import", "--file", file, ...program, ...quietly]);
      if (exitCode !== 0) {
        const isOld = /GenerateProgram/.test(output);
        const remedy = isOld ? "\nThis Pulumi cannot write programs in this language: install a newer one." : "";
        throw new CommandFailure(`pulumi import ended with ${exitCode}:\n${output.trim()}${remedy}`, 1);
      }
      return writesProgram ? readFileSync(out, "utf8") : "";
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  /** What a preview finds to change, and what the program lacks of what was found; nothing when there is neither. */
  async differences(found: readonly Found[] = [], args: readonly string[] = []): Promise<string | undefined> {
    const preview = ["preview", "--expect-no-changes", ...args];
    const { exitCode, stdout, output } = await this.#pulumi.run([...preview, "--json", "--show-sames"]);
    if (exitCode === 0) {
      const missing = missingIn(stdout, found);
      return missing.length === 0 ? undefined : missing.join("\n");
    }
    if (exitCode !== unexpectedChanges) {
      throw new CommandFailure(`pulumi preview ended with ${exitCode}:\n${output.trim()}`, 1);
    }
    return (await this.#pulumi.run([...preview, "--diff"])).output.trim();
  }

  async up(): Promise<void> {
    await this.#run(["up", "--yes", "--skip-preview"]);
  }

  /** Forgets the stack; what it manages stays as it is. */
  async remove(): Promise<void> {
    await this.#pulumi.run(["stack", "rm", this.#project.stack, "--yes", "--force"]);
  }

  async #run(args: readonly string[], input?: string): Promise<void> {
    await this.#pulumi.must(args, input === undefined ? {} : { input });
  }
}
