/** Values that are given as arguments. */
import { InvalidArgumentError } from "commander";

/** A count. */
export function positiveInteger(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) {
    throw new InvalidArgumentError("It takes a whole number from 1 on.");
  }
  return number;
}

const hour = 3600;

/** How long to wait for a device, which nothing in this package does for longer than an hour. */
export function secondsToWait(text: string): number {
  const seconds = positiveInteger(text);
  if (seconds > hour) {
    throw new InvalidArgumentError(`It takes a whole number from 1 to ${hour}.`);
  }
  return seconds;
}

/** An option that may be given more than once, with one value each time: it takes no argument of the command for its own. */
export function collected(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}
