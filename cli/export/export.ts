/** Turns an inventory into a project whose preview is empty, with native or dynamic resources. */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { NamedResource } from "../../provider/converter/inventory";
import { CommandFailure, exitCodeOf } from "../exit-codes";
import { heedingSignals, InterruptedError, interruption } from "../interruption";
import type { Pulumi } from "../pulumi";
import type { ConnectionSettings } from "../settings";
import { report, say } from "../terminal";
import { withoutGuesses } from "./guesses";
import { countsByType, importFile } from "./import-file";
import { withDollars } from "./lost-dollars";
import { type Project, programFiles } from "./project";
import { Stack } from "./stack";
import { yamlProgram } from "./yaml-program";

/** What to turn into a project, and where. */
export interface Export {
  readonly project: Project;
  readonly pulumi: Pulumi;
  readonly settings: ConnectionSettings;
  readonly found: readonly NamedResource[];
  /** The serial number of the device on which it was found. */
  readonly serial: string | undefined;
}

/** Removes something that was created. Returns what is left of it, if anything. */
type Undo = () => Promise<string | undefined>;

/** Imports everything into a stack of native resources. Returns what its preview finds, if anything. */
export function makeNativeProject(what: Export): Promise<string | undefined> {
  const { project, pulumi, settings, found } = what;
  return allOrNothing(project, async (made) => {
    await writeProject(project);
    project.claim(project.stackFile);
    const stack = await Stack.create(project, pulumi);
    made.push(() => stack.remove());
    await stack.configure(settings, true);
    reportStack(project, settings);
    await importAll(what, stack, false);
    return stack.differences(found);
  });
}

/**
 * The same with dynamic resources, which cannot be imported: a temporary stack of native ones yields the program,
 * which then adopts what exists. That writes nothing to the device, as the temporary stack's preview has to be empty.
 */
export function makeDynamicProject(what: Export): Promise<string | undefined> {
  const { project, pulumi, settings, found, serial } = what;
  const state = mkdtempSync(path.join(tmpdir(), "dli-export-state-"));
  const aside = pulumi.with({
    PULUMI_BACKEND_URL: pathToFileURL(state).href,
    PULUMI_CONFIG_PASSPHRASE: randomBytes(16).toString("hex"),
    PULUMI_CONFIG_PASSPHRASE_FILE: undefined,
  });
  const work = allOrNothing(project, async (made) => {
    await writeProject(project);
    project.claim(project.stackFile);
    // A backend of files has no organizations.
    const first = await Stack.create(project, aside, project.bareStack);
    await first.configure(settings, true);
    await importAll(what, first, true);
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
    await stack.requireDevice(serial);
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

async function importAll({ project, found, serial }: Export, stack: Stack, adopts: boolean): Promise<void> {
  const list = importFile(found, { adopts });
  if (project.language === "yaml") {
    await stack.import(list, { writesProgram: false });
    project.writeProjectFile({ isNative: true, program: yamlProgram(found) });
  } else {
    const program = await stack.import(list, { writesProgram: true });
    project.write(programFiles[project.language], withoutGuesses(withDollars(program, found), found));
  }
  await stack.requireDevice(serial);
  report("import", countsByType(found));
}

/** Does the work; if it fails or is interrupted, undoes what it created. None of that is on the device. */
function allOrNothing<T>(project: Project, work: (made: Undo[]) => Promise<T>): Promise<T> {
  return heedingSignals(async () => {
    const made: Undo[] = [async () => project.discard()];
    const announce = () => say("Interrupted: removing what was created, which takes a few seconds.");
    interruption.addEventListener("abort", announce, { once: true });
    try {
      return await work(made);
    } catch (error) {
      const left = await undo(made);
      throw withLeftovers(interruption.aborted ? interruption.reason : error, left);
    } finally {
      interruption.removeEventListener("abort", announce);
    }
  });
}

/** Undoes in reverse order. Returns what is left. */
async function undo(made: readonly Undo[]): Promise<string[]> {
  const left: string[] = [];
  for (const one of made.toReversed()) {
    left.push(...[(await one()) ?? []].flat());
  }
  return left;
}

/** The error, extended by what is left; an interruption also says if nothing is. */
function withLeftovers(error: unknown, left: readonly string[]): unknown {
  const message = error instanceof Error ? error.message : String(error);
  if (left.length > 0) {
    return new CommandFailure(`${message}\nThis is left behind: ${left.join("; ")}`, exitCodeOf(error));
  }
  return error instanceof InterruptedError
    ? new InterruptedError("Interrupted; nothing was left behind.", error.exitCode)
    : error;
}
