/** What is said to the person at the terminal. Standard output is left to data. */
import password from "@inquirer/password";
import { CommandFailure, isFileError } from "./exit-codes";
import { interruption } from "./interruption";

/** Data: the report, the table, the arguments. */
export function print(text: string): void {
  process.stdout.write(text);
}

/**
 * Makes what is wrong with an output no crash. A reader that has seen enough and is gone is no mistake; a full disk is one,
 * which is said.
 */
export function heedOutputs(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") {
      say(`Standard output cannot be written: ${reasonOf(error)}.`);
      process.exitCode ||= 1;
    }
  });
  // Where nobody hears, there is nobody to tell.
  process.stderr.on("error", () => undefined);
}

/** What is wrong with a file or an output of this command, after its name. */
const reasons: Readonly<Record<string, string>> = {
  EACCES: "this account may not do that",
  EEXIST: "there is something else already",
  EISDIR: "it is a folder",
  ELOOP: "its links lead in a circle",
  ENAMETOOLONG: "its name is too long",
  ENOENT: "there is no such folder or file",
  ENOSPC: "no space is left",
  ENOTDIR: "a part of the path is a file and not a folder",
  EPERM: "this account may not do that",
  EROFS: "nothing can be written there",
};

function reasonOf({ code = "" }: NodeJS.ErrnoException): string {
  const reason = reasons[code];
  return reason === undefined ? code : `${reason} (${code})`;
}

/** What an error is for a person: one of the system names the file, and what is wrong with it. */
export function messageOf(error: unknown): string {
  return isFileError(error)
    ? `${error.path} cannot be used: ${reasonOf(error)}.`
    : error instanceof Error
      ? error.message
      : String(error);
}

/** One line. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** One line about a step: `  import   Outlets, 2 User`. */
export function report(step: string, what: string): void {
  say(`  ${step.padEnd(8)} ${what}`);
}

/**
 * Asks for something that is not shown while it is typed.
 * @param otherwise Where else it can come from, for those who cannot be asked.
 */
export async function askSecret(question: string, otherwise: string): Promise<string> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw new CommandFailure(`${question} is needed, and nobody can be asked here. ${otherwise}`, 2);
  }
  return password({ message: `${question}:`, mask: "*" }, { output: process.stderr, signal: interruption });
}

/** The first line of standard input. */
export async function readStdin(): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of process.stdin) {
    pieces.push(piece as Buffer);
  }
  // An editor or a shell of Windows may have put its mark before the text.
  return (
    Buffer.concat(pieces)
      .toString("utf8")
      .replace(/^\uFEFF/, "")
      .split(/\r?\n/)[0] ?? ""
  );
}
