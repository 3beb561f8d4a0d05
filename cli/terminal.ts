/** Messages and questions for the person at the terminal, on standard error; standard output is for data. */
import password from "@inquirer/password";
import { isCancelled, isFileError, UsageError } from "./exit-codes";
import { interruption } from "./interruption";

/** What a terminal would obey or not show, except line breaks; readers of YAML 1.1 end a line there, or refuse it. */
export const unshown = /(?!\n)[\p{C}\p{Zl}\p{Zp}]/gu;

/**
 * A value as JSON in which everything that a terminal would not show, or would obey, is escaped: names come from devices.
 */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, undefined, 2).replace(unshown, unicodeEscapes);
}

/** A text as escape sequences of JSON. */
export function unicodeEscapes(text: string): string {
  const units = Array.from({ length: text.length }, (_, at) => text.charCodeAt(at));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`).join("");
}

/** Prints data: the report, the table, the arguments. */
export function print(text: string): void {
  process.stdout.write(text);
}

/**
 * Keeps errors of the outputs from crashing the process. A reader that has gone away is not one; anything else, such as
 * a full disk, is reported.
 */
export function heedOutputs(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") {
      say(`Standard output cannot be written: ${reasonOf(error)}.`);
      process.exitCode ||= 1;
    }
  });
  // There is nowhere to report errors of standard error.
  process.stderr.on("error", () => undefined);
}

/** What is wrong with a file or an output of this command, by error code. */
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

/** An error's message for people; a file error names the file and says what is wrong with it. */
export function messageOf(error: unknown): string {
  if (isCancelled(error)) {
    return "Cancelled.";
  }
  return isFileError(error)
    ? `${error.path} cannot be used: ${reasonOf(error)}.`
    : error instanceof Error
      ? error.message
      : String(error);
}

/** Quotes a word for a shell if it needs that, for a line meant to be copied. */
export function shellWord(text: string): string {
  return /^[\w:@%+=,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** Prints one line. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Prints one line that is a warning, and not why a command fails. */
export function warn(text: string): void {
  say(`warning: ${text}`);
}

/** Prints one line about a step: `  import   Outlets, 2 User`. */
export function report(step: string, what: string): void {
  say(`  ${step.padEnd(8)} ${what}`);
}

/** Where a person is asked, and answers. */
export interface Terminal {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly output: NodeJS.WritableStream & { readonly isTTY?: boolean };
}

const ownTerminal = (): Terminal => ({ input: process.stdin, output: process.stderr });

/**
 * Asks for a secret, which is not shown as it is typed, until it is not empty.
 * @param otherwise How else to provide it, for when nobody can be asked.
 */
export async function askSecret(question: string, otherwise: string, terminal = ownTerminal()): Promise<string> {
  if (!terminal.input.isTTY || !terminal.output.isTTY) {
    throw new UsageError(`${question} is needed, and nobody can be asked here. ${otherwise}`);
  }
  const validate = (text: string) => text !== "" || `It is empty. ${otherwise}`;
  return password({ message: `${question}:`, mask: "*", validate }, { ...terminal, signal: interruption });
}

/** Asks for a new secret, twice, as nobody can see a slip that would make it another one. */
export async function askNewSecret(question: string, otherwise: string, terminal = ownTerminal()): Promise<string> {
  for (;;) {
    const secret = await askSecret(question, otherwise, terminal);
    if (secret === (await askSecret("The same again", otherwise, terminal))) {
      return secret;
    }
    terminal.output.write("These were two different ones.\n");
  }
}

/** The first line of standard input. */
export async function firstLineOfStdin(): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of process.stdin) {
    pieces.push(piece as Buffer);
  }
  // A Windows editor or shell may have put a byte order mark first.
  return (
    Buffer.concat(pieces)
      .toString("utf8")
      .replace(/^\uFEFF/, "")
      .split(/\r?\n/)[0] ?? ""
  );
}
