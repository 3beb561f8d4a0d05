/** The stack of an export: created, configured, filled by an import, and compared with the device. */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { printable } from "../../provider/client";
import type { NamedResource } from "../../provider/converter/inventory";
import { isSecretKey } from "../../provider/devices/configuration/keys";
import { findingsIn, saidBeside } from "../drift/findings";
import { serialOf } from "../engine-resource";
import { CommandFailure, UsageError } from "../exit-codes";
import { type Ended, failureOf, type Pulumi, unexpectedChanges } from "../pulumi";
import type { ConnectionSettings } from "../settings";
import { StackView } from "../stack-view";
import { askNewSecret } from "../terminal";
import { missingIn } from "./complete";
import type { Project } from "./project";

const passphraseMeant = "Passphrase that encrypts the secrets of the stack";

export class Stack {
  readonly #name: string;
  readonly #pulumi: Pulumi;

  /** For a stack that exists; `create` creates one. */
  constructor(name: string, pulumi: Pulumi) {
    this.#name = name;
    // For Pulumi, the variable goes before the stack that is selected, which another process may change.
    this.#pulumi = pulumi.with({ PULUMI_STACK: name });
  }

  /**
   * Creates the stack of a project. Asks for a passphrase if the backend needs one.
   * @throws UsageError if the stack exists already: its state may be the only copy somebody has.
   */
  static async create(project: Project, pulumi: Pulumi, name = project.stack): Promise<Stack> {
    const args = ["stack", "init", name];
    // Not interruptible: only a command that ends by itself tells whether the stack is ours.
    const whole = { isWhole: true };
    const first = await pulumi.run(args, whole);
    if (first.exitCode === 0) {
      return new Stack(name, pulumi);
    }
    if (/passphrase/i.test(first.output)) {
      const passphrase = await askNewSecret(passphraseMeant, "Set PULUMI_CONFIG_PASSPHRASE.");
      const second = pulumi.with({ PULUMI_CONFIG_PASSPHRASE: passphrase });
      await second.must(args, whole);
      return new Stack(name, second);
    }
    if (/already exists/i.test(first.output)) {
      const remedy = `Choose another name with --stack, or remove it: pulumi stack rm NAME --force, with the whole name that pulumi stack ls --all shows.`;
      throw new UsageError(`The project ${project.name} already has a stack \`${name}\`. ${remedy}`);
    }
    throw failureOf("pulumi stack init", first);
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

  /** Imports the resources of an import file. Returns the program that Pulumi writes for them, or "" without one. */
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

  /** What a preview would change or, if nothing, what was found but the program lacks; `undefined` if neither. */
  async differences(found: readonly NamedResource[] = [], args: readonly string[] = []): Promise<string | undefined> {
    const preview = ["preview", "--expect-no-changes", "--json", "--show-sames", ...args];
    const ended = await this.#pulumi.run(preview);
    const lines = ended.exitCode === 0 ? missingIn(ended.stdout, found) : changesIn(ended);
    return lines.length === 0 ? undefined : lines.join("\n");
  }

  async up(): Promise<void> {
    await this.#run(["up", "--yes", "--skip-preview"]);
  }

  /** @throws CommandFailure if its resources are on a device with another serial number. */
  async requireDevice(serial: string | undefined): Promise<void> {
    const resources = await new StackView(this.#pulumi, this.#name).resources();
    const other = resources.map(serialOf).find((one) => one !== undefined && one !== serial);
    if (serial !== undefined && other !== undefined) {
      throw new CommandFailure(
        `Pulumi has reached the device with the serial number ${printable(other)}, not ${printable(serial)}: another device has the address by now. Nothing was written; try again once only the device that is meant has it.`,
        5,
      );
    }
  }

  /** Removes the stack but not what it manages. Returns what is left of it, if anything. */
  async remove(): Promise<string | undefined> {
    const whole = { isWhole: true };
    const removal = ["stack", "rm", this.#name, "--yes", "--force"];
    const first = await this.#pulumi.run(removal, whole);
    // A command of ours that was cut off may have left its lock.
    const isLocked = first.exitCode !== 0 && this.#pulumi.isOwnLock(first.output);
    if (isLocked) {
      await this.#pulumi.run(["cancel", "--yes", "--stack", this.#name], whole);
    }
    const { exitCode, output } = isLocked ? await this.#pulumi.run(removal, whole) : first;
    return exitCode === 0 ? undefined : `the stack \`${this.#name}\`, which could not be removed: ${output.trim()}`;
  }

  async #run(args: readonly string[], input?: string): Promise<void> {
    await this.#pulumi.must(args, input === undefined ? {} : { input });
  }
}

/**
 * What a preview that did not succeed would change, one line per field.
 * @throws CommandFailure with the preview's own errors if it names no change.
 */
function changesIn(ended: Ended): string[] {
  const findings = findingsIn(ended.stdout);
  // The gate rejects every write, so most changes are reported as failures too; the changes say more.
  const changes = findings?.changes ?? [];
  if (changes.length > 0) {
    return changes.map(({ resource, field }) => `${resource}: ${field === "" ? "it" : `\`${field}\``} ${isOther}`);
  }
  if (ended.exitCode === unexpectedChanges) {
    return ["The preview has a change that it does not name."];
  }
  const failures = (findings?.failures ?? []).map(({ message }) => message);
  const output = failures.length === 0 ? saidBeside(findings, ended) : failures.join("\n");
  throw failureOf("pulumi preview", { ...ended, output });
}

const isOther = "of the program is not what the device has";
