/** The files of the project that an export creates. */
import { existsSync, mkdirSync, readFileSync, realpathSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { version } from "../../provider/version";
import { CommandFailure, UsageError } from "../exit-codes";
import { writeFile } from "../files";
import { runProgram } from "../pulumi";
import { yamlText } from "./yaml-program";

export type Language = "typescript" | "yaml";

/** The file that holds the program. */
export const programFiles: Readonly<Record<Language, string>> = { typescript: "index.ts", yaml: "Pulumi.yaml" };

/** Without the option, Pulumi compares dynamic resources with its state alone. */
const refreshNote =
  "# Every command reads the device first, so that changes by hand are seen, and put right by the next `pulumi up`.";

interface ProjectOptions {
  readonly folder: string;
  readonly name: string;
  readonly language: Language;
  readonly stack: string;
}

/** A project's folder; `discard` undoes what an export that fails has written. */
export class Project {
  readonly folder: string;
  readonly name: string;
  readonly language: Language;
  readonly stack: string;
  /** The previous content of each file that is written; `undefined` if there was none. */
  readonly #before = new Map<string, Buffer | undefined>();
  #madeFolder: string | undefined;

  constructor({ folder, name, language, stack }: ProjectOptions) {
    this.folder = folder;
    this.name = name;
    this.language = language;
    this.stack = stack;
  }

  /** The stack's name without organization and project, which only some backends have. */
  get bareStack(): string {
    return this.stack.split("/").at(-1) ?? "";
  }

  /** The file with the stack's configuration. */
  get stackFile(): string {
    return `Pulumi.${this.bareStack}.yaml`;
  }

  /** @throws UsageError if a file would be overwritten. */
  refuseToOverwrite(): void {
    const files = [...Object.keys(this.#surroundings()), "Pulumi.yaml", this.stackFile, programFiles[this.language]];
    const present = [...new Set(files)].filter((file) => existsSync(path.join(this.folder, file)));
    if (present.length > 0) {
      throw new UsageError(
        `${this.folder} has ${present.join(", ")} already. Choose an empty folder, or pass --force to overwrite ${present.length > 1 ? "them" : "it"}.`,
      );
    }
  }

  /** @throws CommandFailure if the project would find this package, so that nothing is installed, but no compiler. */
  refuseWithoutCompiler(): void {
    const found = this.#packageFolder();
    if (this.language === "typescript" && found !== undefined && this.#folderOf("typescript") === undefined) {
      throw new CommandFailure(
        `The project would use the packages of ${path.dirname(found)}, which has no \`typescript\`. Install it beside them (\`npm install --save-dev typescript @types/node\`), or pass \`--language yaml\`.`,
        2,
      );
    }
  }

  /** Writes everything but `Pulumi.yaml`, the stack's configuration and the program. */
  writeSurroundings(): void {
    this.#madeFolder ??= mkdirSync(this.folder, { recursive: true });
    for (const [file, text] of Object.entries(this.#surroundings())) {
      this.write(file, text);
    }
  }

  /** Writes `Pulumi.yaml`, with the plugin if the resources are native. */
  writeProjectFile({ isNative, program = "" }: { isNative: boolean; program?: string }): void {
    const head = [
      `name: ${yamlText(this.name)}`,
      "description: What a Digital Loggers power controller has, written by `dli export`",
      `runtime: ${this.language === "yaml" ? "yaml" : "nodejs"}`,
      ...(isNative
        ? ["plugins:", "  providers:", "    - name: dli", `      path: ${yamlText(this.#pluginPath())}`]
        : [refreshNote, "options:", "  refresh: always"]),
    ];
    this.write("Pulumi.yaml", `${head.join("\n")}\n${program}`);
  }

  write(file: string, text: string): void {
    this.claim(file);
    writeFile(path.join(this.folder, file), text);
  }

  /** Marks a file that we or a program run by us will write, for `discard` to undo. Existing folders are not undone. */
  claim(file: string): void {
    const place = path.join(this.folder, file);
    const stat = statSync(place, { throwIfNoEntry: false });
    if (!this.#before.has(file) && !stat?.isDirectory()) {
      this.#before.set(file, stat && readFileSync(place));
    }
  }

  remove(file: string): void {
    rmSync(path.join(this.folder, file), { recursive: true, force: true });
  }

  /** Removes what was created and restores what was overwritten. Returns what is left, if anything. */
  discard(): string | undefined {
    try {
      for (const [file, content] of this.#before) {
        const place = path.join(this.folder, file);
        // In place: a file may be a link to one that other projects share, and has its own permissions.
        if (content !== undefined) {
          writeFile(place, content);
        } else if (existsSync(place)) {
          rmSync(realpathSync(place), { recursive: true, force: true });
        }
      }
      if (this.#madeFolder !== undefined) {
        rmSync(this.#madeFolder, { recursive: true, force: true, maxRetries: 3 });
      }
      return undefined;
    } catch (error) {
      return `files in ${this.folder} (${(error as NodeJS.ErrnoException).code})`;
    }
  }

  /** Installs the packages, unless this package can be found from the folder. Returns whether that was needed. */
  async install(env: NodeJS.ProcessEnv): Promise<boolean> {
    if (this.#packageFolder() !== undefined) {
      return false;
    }
    this.claim("node_modules");
    this.claim("package-lock.json");
    const args = ["install", "--no-audit", "--no-fund", "--loglevel=error"];
    const { exitCode, output } = await runProgram("npm", args, { cwd: this.folder, env });
    if (exitCode !== 0) {
      throw new CommandFailure(
        `npm install ended with ${exitCode}:\n${output.trim()}\nIf it is pulumi-dli that npm cannot get, install that in a folder above the project first, such as with \`npm install pulumi-dli-${version}.tgz\`; \`dli export\` then uses it.`,
        1,
      );
    }
    return true;
  }

  #pluginPath(): string {
    const installed = this.#packageFolder() ?? path.join(this.folder, "node_modules", "pulumi-dli");
    return path
      .relative(this.folder, path.join(installed, "dist", "plugin"))
      .split(path.sep)
      .join("/");
  }

  /** Where a program in the folder finds this package. */
  #packageFolder(): string | undefined {
    return this.#folderOf("pulumi-dli");
  }

  /** Where a program in the folder finds a package; links, as `node_modules` may contain, are not resolved. */
  #folderOf(name: string): string | undefined {
    const places = createRequire(path.join(this.folder, "index.js")).resolve.paths(name) ?? [];
    const candidates = places.map((place) => path.join(place, name));
    return candidates.find((candidate) => existsSync(path.join(candidate, "package.json")));
  }

  #surroundings(): Record<string, string> {
    const manifest = {
      name: this.name,
      private: true,
      dependencies: { "@pulumi/pulumi": "^3.200.0", "pulumi-dli": version },
      ...(this.language === "typescript" && { devDependencies: { "@types/node": "^20", typescript: "^5.9.0" } }),
    };
    const compiler = {
      compilerOptions: { strict: true, target: "es2022", module: "node16", skipLibCheck: true, noEmit: true },
      files: ["index.ts"],
    };
    return {
      "package.json": json(manifest),
      ".gitignore": "node_modules/\n",
      ...(this.language === "typescript" && { "tsconfig.json": json(compiler) }),
    };
  }
}

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
