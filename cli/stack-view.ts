/** What Pulumi knows of a stack: its configuration, with secrets, and its resources. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import * as z from "zod";
import { type EngineResource, engineResource } from "./engine-resource";
import { CommandFailure, UsageError } from "./exit-codes";
import { jsonIn, type Pulumi } from "./pulumi";

const configurationShape = z.record(z.string(), z.object({ value: z.string().optional() }));
const stateShape = z.object({
  deployment: z.object({ resources: z.array(engineResource).nullish() }).nullish(),
});

/** Whether Pulumi finds a project in this folder or above it. */
export function isInProject(folder: string): boolean {
  return projectFile(folder) !== undefined;
}

/**
 * Returns the file of the project.
 * @throws UsageError if there is none.
 */
export function requireProject(folder: string): string {
  const file = projectFile(folder);
  if (file === undefined) {
    throw new UsageError(`There is no Pulumi project in ${folder} or above it: run it in the folder of the project.`);
  }
  return file;
}

function projectFile(folder: string): string | undefined {
  const places = ["Pulumi.yaml", "Pulumi.yml", "Pulumi.json"].map((file) => path.join(folder, file));
  const parent = path.dirname(folder);
  return places.find((place) => existsSync(place)) ?? (parent === folder ? undefined : projectFile(parent));
}

/**
 * The names of all stacks that have a file `Pulumi.STACK.yaml` where the project keeps these.
 * @throws UsageError if there are none.
 */
export async function stacksOf(project: string): Promise<string[]> {
  const { parseDocument } = await import("yaml");
  // JSON is YAML, too. Of a file that is neither, Pulumi says what is wrong.
  const elsewhere = parseDocument(readFileSync(project, "utf8")).get("stackConfigDir");
  const folder = path.resolve(path.dirname(project), typeof elsewhere === "string" ? elsewhere : "");
  const names = readdirSync(folder).flatMap((file) => /^Pulumi\.(.+)\.ya?ml$/.exec(file)?.[1] ?? []);
  if (names.length === 0) {
    throw new UsageError(`There is no Pulumi.STACK.yaml in ${folder}: name the stacks with --stack.`);
  }
  return [...new Set(names)].sort();
}

/** The named stack, or the selected one. */
export class StackView {
  readonly #pulumi: Pulumi;
  readonly #which: readonly string[];

  constructor(pulumi: Pulumi, stack: string | undefined) {
    this.#pulumi = pulumi;
    this.#which = stack === undefined ? [] : ["--stack", stack];
  }

  /** Values by key, such as `dli:devices`, secrets in plain text; an object is JSON text, as a provider gets it. */
  async configuration(): Promise<Readonly<Record<string, string>>> {
    const entries = Object.entries(await this.#read(["config", "--json", "--show-secrets"], configurationShape));
    return Object.fromEntries(entries.flatMap(([key, { value }]) => (value === undefined ? [] : [[key, value]])));
  }

  /** The resources in the state; secrets stay encrypted. */
  async resources(): Promise<readonly EngineResource[]> {
    const { deployment } = await this.#read(["stack", "export"], stateShape);
    return deployment?.resources ?? [];
  }

  async #read<T>(args: readonly string[], shape: z.ZodType<T>): Promise<T> {
    const { stdout } = await this.#pulumi.must([...args, ...this.#which]);
    const read = shape.safeParse(jsonIn(stdout));
    if (!read.success) {
      throw new CommandFailure(
        `\`pulumi ${args.join(" ")}\` has printed something that this version of dli cannot read.`,
        1,
      );
    }
    return read.data;
  }
}
