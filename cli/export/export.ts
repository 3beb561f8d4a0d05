/** The way from an inventory to a project whose preview is empty, for each kind of resource. */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { Found } from "../../provider/converter/inventory";
import { CommandFailure } from "../exit-codes";
import type { Pulumi } from "../pulumi";
import type { ConnectionSettings } from "../settings";
import { report } from "../terminal";
import { withoutGuesses } from "./guesses";
import { importFile, inWords } from "./import-file";
import { type Project, programFiles } from "./project";
import { Stack } from "./stack";
import { yamlProgram } from "./yaml-program";

interface Export {
  readonly project: Project;
  readonly pulumi: Pulumi;
  readonly settings: ConnectionSettings;
  readonly found: readonly Found[];
}

/** Ends with Ctrl-C as shells report it. */
const interrupted = 130;

/** Imports everything into a stack of native resources. Returns what its preview finds, if anything. */
export function makeNativeProject({ project, pulumi, settings, found }: Export): Promise<string | undefined> {
  return orNothing(project, async (made) => {
    await writeProject(project);
    const stack = await Stack.create(project, pulumi);
    made.push(() => stack.remove());
    project.claim(project.stackFile);
    await stack.configure(settings, true);
    reportStack(project, settings);
    await importAll(project, stack, found, false);
    return stack.differences(found);
  });
}

/**
 * The same with dynamic resources, which cannot be imported: the program is written by way of a stack that is thrown away,
 * and then takes over what exists. That writes nothing where the preview of the first stack is empty.
 */
export function makeDynamicProject({ project, pulumi, settings, found }: Export): Promise<string | undefined> {
  const state = mkdtempSync(path.join(tmpdir(), "dli-export-state-"));
  const aside = pulumi.with({
    PULUMI_BACKEND_URL: pathToFileURL(state).href,
    PULUMI_CONFIG_PASSPHRASE: randomBytes(16).toString("hex"),
    PULUMI_CONFIG_PASSPHRASE_FILE: undefined,
  });
  const work = orNothing(project, async (made) => {
    await writeProject(project);
    project.claim(project.stackFile);
    const first = await Stack.create(project, aside);
    await first.configure(settings, true);
    await importAll(project, first, found, true);
    const differences = await first.differences(found);
    project.remove(project.stackFile);
    if (differences !== undefined) {
      return differences;
    }
    project.writeProjectFile({ isNative: false });
    const stack = await Stack.create(project, pulumi);
    made.push(() => stack.remove());
    await stack.configure(settings, false);
    reportStack(project, settings);
    await stack.up();
    report("adopt", `${found.length} dynamic resources`);
    return stack.differences([], ["--refresh"]);
  });
  return work.finally(() => rmSync(state, { recursive: true, force: true }));
}

async function writeProject(project: Project): Promise<void> {
  project.writeSurroundings();
  project.writeProjectFile({ isNative: true });
  report("wrote", project.folder);
  if (await project.install(process.env)) {
    project.writeProjectFile({ isNative: true });
    report("install", "node_modules");
  }
}

function reportStack(project: Project, settings: ConnectionSettings): void {
  const keys = Object.keys(settings).map((name) => `dli:${name}`);
  report("stack", `${project.stack}, with ${keys.join(", ")}`);
}

async function importAll(project: Project, stack: Stack, found: readonly Found[], adopts: boolean): Promise<void> {
  const list = importFile(found, { adopts });
  if (project.language === "yaml") {
    await stack.import(list, { writesProgram: false });
    project.writeProjectFile({ isNative: true, program: yamlProgram(found) });
  } else {
    const program = await stack.import(list, { writesProgram: true });
    project.write(programFiles[project.language], withoutGuesses(program, found));
  }
  report("import", inWords(found));
}

/** Does the work; when it fails, what it made goes away again. Nothing of it is on the device. */
async function orNothing<T>(project: Project, work: (made: (() => Promise<void>)[]) => Promise<T>): Promise<T> {
  const made: (() => Promise<void>)[] = [];
  let isInterrupted = false;
  // Pulumi gets the same signal from the terminal, and ends by itself.
  const interrupt = () => {
    isInterrupted = true;
  };
  process.on("SIGINT", interrupt);
  try {
    return await work(made);
  } catch (error) {
    for (const undo of made.reverse()) {
      await undo();
    }
    project.discard();
    throw isInterrupted ? new CommandFailure("Interrupted; nothing is left of it.", interrupted) : error;
  } finally {
    process.off("SIGINT", interrupt);
  }
}
