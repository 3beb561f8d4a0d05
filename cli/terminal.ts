/** What is said to the person at the terminal. Standard output is left to data. */
import password from "@inquirer/password";
import { CommandFailure } from "./exit-codes";

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
  return password({ message: `${question}:`, mask: "*" }, { output: process.stderr });
}

/** The first line of standard input. */
export async function readStdin(): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of process.stdin) {
    pieces.push(piece as Buffer);
  }
  return Buffer.concat(pieces).toString("utf8").split(/\r?\n/)[0] ?? "";
}
