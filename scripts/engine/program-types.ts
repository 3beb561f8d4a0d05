/** Decides which programs' types the engine has to check: each text once, or none if all are checked together later. */
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import path from "node:path";

/**
 * The environment variable with a folder for programs that ran successfully. Whoever sets it checks the types of all of
 * them at once, as the test suite does for some hundred. Programs in the project's own folders are checked with its
 * sources.
 */
const PROGRAMS_FOLDER = "PULUMI_DLI_PROGRAMS";

/** The programs of one workspace. */
export class ProgramTypes {
  readonly #passed = new Set<string>();
  readonly #folder = process.env[PROGRAMS_FOLDER];

  /** Whether the types of all programs are checked later. */
  get areCheckedTogether(): boolean {
    return this.#folder !== undefined;
  }

  /** Whether the engine has to check the types of this program when it runs it. */
  areToCheck(text: string): boolean {
    return !this.areCheckedTogether && !this.#passed.has(text);
  }

  /** Records that a program ran successfully. */
  passed(text: string): void {
    // A program that imports files beside it comes from a folder of the project.
    const isWhole = text !== "" && !/from "\./.test(text);
    if (this.#folder !== undefined && isWhole && !this.#passed.has(text)) {
      const name = createHash("sha256").update(text).digest("hex").slice(0, 16);
      writeFileSync(path.join(this.#folder, `${name}.ts`), text);
    }
    this.#passed.add(text);
  }
}
