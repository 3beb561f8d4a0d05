/** The command line `dli`; each subcommand has a folder beside this file. */
import { Command, CommanderError } from "commander";
import { version } from "../provider/version";
import { refuseEmpty } from "./arguments";
import { driftCommand } from "./drift/command";
import { exitCodeOf, exitCodes, signalCodes } from "./exit-codes";
import { exportCommand } from "./export/command";
import { pingCommand } from "./ping/command";
import { heedOutputs, messageOf, say } from "./terminal";

function program(): Command {
  return withErrors(new Command("dli"))
    .description("Digital Loggers power controllers from the command line")
    .version(version)
    .configureHelp({ showGlobalOptions: true })
    .hook("preAction", (_program, command) => refuseEmpty(command))
    .addHelpText("after", exitCodeHelp())
    .addCommand(subcommand(exportCommand()))
    .addCommand(subcommand(driftCommand()))
    .addCommand(subcommand(pingCommand()));
}

function subcommand(command: Command): Command {
  return withErrors(command, "dli ").addHelpText("after", "\nExit codes: see `dli --help`.");
}

function exitCodeHelp(): string {
  const lines = exitCodes.map(([code, meaning]) => `  ${code}  ${meaning}`);
  return ["\nExit codes:", ...lines, `  ${signalCodes}`].join("\n");
}

/** A command that leaves the exit code of a mistake to us, and says where its options are. */
function withErrors(command: Command, before = ""): Command {
  return command.exitOverride().showHelpAfterError(`See \`${before}${command.name()} --help\`.`);
}

async function main(): Promise<void> {
  heedOutputs();
  try {
    await program().parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) {
      // Commander has already printed what is wrong; help and version are not mistakes.
      process.exitCode = error.exitCode === 0 ? 0 : 2;
      return;
    }
    say(messageOf(error));
    process.exitCode = exitCodeOf(error);
  }
}

void main();
