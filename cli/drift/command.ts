/** `dli drift`: shows which fields of which devices are not as the stacks declare them. Nothing is written. */
import { Command, Option } from "commander";
import { collected, positiveInteger } from "../arguments";
import { CommandFailure, UsageError } from "../exit-codes";
import { writeFile } from "../files";
import { inParallel } from "../parallel";
import { Pulumi } from "../pulumi";
import { requireProject, stacksOf } from "../stack-view";
import { jsonText, print, warn } from "../terminal";
import { audit } from "./audit";
import { markdown } from "./markdown";
import { exitCodeFor, type StackReport } from "./report";

interface DriftOptions {
  readonly stack?: readonly string[];
  readonly all?: boolean;
  readonly format: "markdown" | "json";
  readonly output?: string;
  readonly parallel: number;
  readonly runProgram?: boolean;
}

/** The command for commander. */
export function driftCommand(): Command {
  return new Command("drift")
    .summary("show what differs from what the stacks declare")
    .description(
      "Compares the devices of one or more stacks with what their last update declared, and prints a table of the differences. Exits with 0 if there are none, with 7 if there are any, and with another code if something could not be compared, such as a device that does not answer. Writes nothing to devices or states. Run it in the folder of the project.",
    )
    .option("--stack <name>", "stack to compare (default: the selected one); repeatable", collected)
    .option("--all", "every stack of the project that has a file Pulumi.STACK.yaml")
    .addOption(new Option("--format <name>", "format of the report").choices(["markdown", "json"]).default("markdown"))
    .option("--output <file>", "also write the report to a file")
    .option("--run-program", "use configuration that has changed since the last update; runs the program")
    .option("--parallel <number>", "how many stacks at a time", positiveInteger, 4)
    .action(drift);
}

async function drift({ stack, all, format, output, parallel, runProgram }: DriftOptions): Promise<void> {
  if (all && stack) {
    throw new UsageError("--all means every stack: leave out --stack, or --all.");
  }
  const project = requireProject(process.cwd());
  const stacks = all ? await stacksOf(project) : [...new Set(stack ?? [undefined])];
  // The setting `unreachable` is for deployments; an audit has to report dead devices, whatever is configured.
  const pulumi = new Pulumi(process.cwd(), { ...process.env, DLI_UNREACHABLE: "fail" });
  const reports = await inParallel(stacks, parallel, (name) =>
    audit(pulumi, name, { runProgram: runProgram === true, warn }),
  );
  const report = format === "json" ? `${jsonText(reports)}\n` : markdown(reports);
  print(report);
  if (output !== undefined) {
    writeFile(output, report);
  }
  const exitCode = exitCodeFor(reports);
  if (exitCode !== 0) {
    throw new CommandFailure(summary(reports), exitCode);
  }
}

function summary(reports: readonly StackReport[]): string {
  const of = `of ${reports.length} ${reports.length === 1 ? "stack" : "stacks"}`;
  const changed = reports.filter(({ changes }) => changes.length > 0).length;
  const unknown = reports.filter(({ failures }) => failures.length > 0).length;
  return [
    ...(changed > 0 ? [`${changed} ${of} not as declared`] : []),
    ...(unknown > 0 ? [`${unknown} ${of} not compared`] : []),
  ].join(", ");
}
