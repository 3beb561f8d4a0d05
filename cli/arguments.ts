/** Parsers for the values of command-line options. */
import { InvalidArgumentError } from "commander";

export function positiveInteger(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) {
    throw new InvalidArgumentError("It takes a whole number from 1 on.");
  }
  return number;
}

const hour = 3600;

/** Seconds to wait for a device: at most an hour, the limit everywhere in this package. */
export function secondsToWait(text: string): number {
  const seconds = positiveInteger(text);
  if (seconds > hour) {
    throw new InvalidArgumentError(`It takes a whole number from 1 to ${hour}.`);
  }
  return seconds;
}

/** Collects a repeatable option that takes one value each time, so that it never swallows the command's arguments. */
export function collected(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}
