/** `dli export`: turns what is on a device into a Pulumi program whose preview is empty; never writes to the device. */
import { existsSync } from "node:fs";
import path from "node:path";
import { Command, Option } from "commander";
import { printable } from "../../provider/client";
import { type Inventory, inventory, type NamedResource } from "../../provider/converter/inventory";
import { type Selection, selected, withSelection } from "../../provider/converter/selection";
import { Devices } from "../../provider/devices/devices";
import { inputsOf } from "../../provider/schema/common-inputs";
import { collected } from "../arguments";
import { deviceFacts } from "../device-facts";
import { CommandFailure, UsageError } from "../exit-codes";
import { writeFile } from "../files";
import { Pulumi } from "../pulumi";
import {
  type ConnectionOptions,
  type ConnectionSettings,
  connectionSettings,
  environmentFor,
  refuseMistakes,
  variablesOf,
} from "../settings";
import { jsonText, print, report, say, shellWord, warn } from "../terminal";
import { type Export, makeDynamicProject, makeNativeProject } from "./export";
import { importFile } from "./import-file";
import { type Language, Project } from "./project";

interface ExportOptions extends Selection, ConnectionOptions {
  readonly language: Language;
  readonly dynamic?: boolean;
  readonly stack?: string;
  readonly importFile?: string;
  readonly force?: boolean;
}

/** The command for commander. */
export function exportCommand(): Command {
  const command = new Command("export")
    .summary("turn what is on a device into a Pulumi program")
    .description(
      "Reads a device and creates a Pulumi project and a stack that take over everything on it. Exits with 0 only if the preview of the program is empty. Writes nothing to the device.",
    )
    .argument("[folder]", "folder to create the project in; project and stack are named after it")
    .option("--url <url>", "address of the device (DLI_URL)")
    .option("--username <name>", "account to log in with (DLI_USERNAME; default: admin)")
    .option(
      "--password-stdin",
      "read the password from standard input (default: DLI_PASSWORD or DLI_TOKEN, or a prompt)",
    )
    .option("--config <key=value>", "any other configuration key, such as serial=...; repeatable", collected)
    .addOption(
      new Option("--language <name>", "language of the program").choices(["typescript", "yaml"]).default("typescript"),
    )
    .option("--dynamic", "use dynamic resources, which need no plugin; TypeScript only")
    .option("--stack <name>", "name of the stack (default: that of the folder)")
    .option(
      "--import-file <file>",
      "write only the list for `pulumi import --file`, `-` for standard output; needs no Pulumi",
    )
    .option("--force", "overwrite files in the folder");
  return withSelection(command).action((folder: string | undefined, options: ExportOptions) =>
    exportDevice(folder, options),
  );
}

async function exportDevice(folder: string | undefined, options: ExportOptions): Promise<void> {
  refuseEmptySelection(options);
  if (options.importFile !== undefined) {
    refuseProject(folder, options);
    return writeImportFile(options.importFile, options);
  }
  if (folder === undefined || folder === "") {
    throw new UsageError("In which folder should the project be created? `dli export FOLDER --url ...`");
  }
  if (options.dynamic && options.language === "yaml") {
    throw new UsageError("A program in YAML has native resources only: leave out --dynamic.");
  }
  const project = projectOf(folder, options);
  if (!options.force) {
    project.refuseToOverwrite();
  }
  project.refuseWithoutCompiler();
  const settings = await connectionSettings(options, process.env);
  await refuseMistakes(settings, process.env);
  const { found, leftOut, serial } = await readDevice(settings, options);
  // Even if Pulumi writes a wrong program, the provider's gate rejects every write to the device.
  const pulumi = new Pulumi(project.folder, { ...environmentFor(settings, process.env), DLI_READ_ONLY: "true" });
  const make = options.dynamic ? makeDynamicProject : makeNativeProject;
  const differences = await make({ project, pulumi, settings, found, serial });
  warnOfLeftOut(leftOut);
  if (differences !== undefined) {
    throw new CommandFailure(`${differences}\nThe preview is not empty: see above.`, 7);
  }
  report("check", "the preview is empty: the program is what the device has");
  say(`Next: cd ${shellWord(folder)} && pulumi preview`);
}

/** @throws DliError or CommandFailure if the options select nothing that exists, before a device or anybody is asked. */
function refuseEmptySelection(options: ExportOptions): void {
  if (selected(options).length === 0 && (options.setting ?? []).length === 0) {
    throw new CommandFailure("--only and --except leave nothing to export.", 2);
  }
}

/** Refuses what would change nothing beside --import-file. */
function refuseProject(folder: string | undefined, { stack }: ExportOptions): void {
  const idle = folder !== undefined ? "a folder" : stack !== undefined ? "--stack" : undefined;
  if (idle !== undefined) {
    throw new CommandFailure(
      `--import-file writes that file only, without a project: leave out ${idle}, or --import-file.`,
      2,
    );
  }
}

/** The project, named after its folder with only characters that every backend accepts for projects and stacks. */
function projectOf(folder: string, { language, stack }: ExportOptions): Project {
  const place = path.resolve(folder);
  const name = path
    .basename(place)
    .replace(/[^A-Za-z0-9_.-]+/g, "-")
    // Pulumi would take it for a flag.
    .replace(/^-+/, "");
  if (!/[A-Za-z0-9]/.test(name)) {
    throw new UsageError(`The folder ${place} gives no name for a project: choose another one.`);
  }
  if (stack !== undefined && !/^([\w.-]+\/){0,2}[\w.][\w.-]*$/.test(stack)) {
    throw new UsageError("--stack takes a name of letters, digits, `_`, `.` and, not at its beginning, `-`.");
  }
  return new Project({ folder: place, name, language, stack: stack ?? name });
}

async function writeImportFile(file: string, options: ExportOptions): Promise<void> {
  const isPrinted = file === "-";
  if (!isPrinted && !options.force && existsSync(file)) {
    throw new UsageError(`${file} exists already: pass --force to overwrite it.`);
  }
  const { found, leftOut } = await readDevice(await connectionSettings(options, process.env), options);
  const list = importFile(found, { adopts: options.dynamic === true });
  if (isPrinted) {
    print(`${jsonText(list)}\n`);
    return warnOfLeftOut(leftOut);
  }
  writeFile(file, `${JSON.stringify(list, undefined, 2)}\n`);
  report("wrote", `${file} (${found.length} ${found.length === 1 ? "resource" : "resources"})`);
  warnOfLeftOut(leftOut);
  say(`Next: pulumi import --file ${shellWord(file)}`);
}

async function readDevice(
  settings: ConnectionSettings,
  selection: ExportOptions,
): Promise<Inventory & Pick<Export, "serial">> {
  const lookup = (key: string) => settings[key.replace(/^dli:/, "")];
  const devices = new Devices({ lookup, env: variablesOf(settings, process.env), configurable: "flags", warn });
  try {
    const facts = await deviceFacts(devices);
    const { serial } = facts;
    report("found", printable(deviceText(facts)));
    const all = await inventory(devices, ["default"], selection);
    const possible = selection.dynamic ? withoutGenerated(all) : all;
    if (possible.found.length === 0) {
      throw new CommandFailure("There is nothing to export: see --only and --except.", 6);
    }
    return { ...possible, serial: typeof serial === "string" ? serial : undefined };
  } finally {
    await devices.close();
  }
}

/** What is known of the device, which does not show everything to everybody. */
function deviceText({ model, name, serial, firmware, outletCount }: Readonly<Record<string, unknown>>): string {
  const kind = [model, name === undefined ? undefined : `"${name}"`].filter((word) => word !== undefined).join(" ");
  const facts = [
    ...(kind === "" ? [] : [kind]),
    ...(serial === undefined ? [] : [`serial ${serial}`]),
    ...(firmware === undefined ? [] : [`firmware ${firmware}`]),
    ...(outletCount === undefined ? [] : [`${outletCount} outlets`]),
  ];
  return facts.join(", ") || "a device";
}

/** Leaves out resources with generated secrets: adopting one as a dynamic resource would generate a new secret. */
function withoutGenerated({ found, leftOut }: Inventory): Inventory {
  const isGenerated = ({ definition }: NamedResource) =>
    Object.values(inputsOf(definition)).some(({ generate }) => generate);
  const others = found.filter(isGenerated).map(({ id }) => ({
    reason: `${printable(id)} itself, because taking it over as a dynamic resource would replace what the device does not show`,
  }));
  return { found: found.filter((one) => !isGenerated(one)), leftOut: [...leftOut, ...others] };
}

function warnOfLeftOut(leftOut: Inventory["leftOut"]): void {
  if (leftOut.length > 0) {
    say("Not exported, and what declares it:");
  }
  for (const { reason, line } of leftOut) {
    say(`  - ${reason}${line === undefined ? "" : `: ${line}`}`);
  }
}
