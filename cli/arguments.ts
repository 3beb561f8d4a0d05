/** Values that are given as arguments. */
import { type Command, InvalidArgumentError } from "commander";
import { CommandFailure } from "./exit-codes";

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

/** @throws CommandFailure for an option without a value, which would mean what it means where it is left out, or everything. */
export function refuseEmpty(command: Command): void {
  const empty = command.options.find((option) => {
    const value: unknown = command.getOptionValue(option.attributeName());
    return value === "" || (Array.isArray(value) && (value.length === 0 || value.includes("")));
  });
  if (empty) {
    throw new CommandFailure(`${empty.long} has an empty value: give it one, or leave it out.`, 2);
  }
}

/** An option that may be given more than once, with one value each time: it takes no argument of the command for its own. */
export function collected(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}
