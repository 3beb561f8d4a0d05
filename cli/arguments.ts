/** Parses and checks the values of command-line options. */
import { type Command, InvalidArgumentError } from "commander";
import { UsageError } from "./exit-codes";

export function positiveInteger(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) {
    throw new InvalidArgumentError("It must be a whole number, at least 1.");
  }
  return number;
}

const hour = 3600;

/** Seconds to wait for a device: at most an hour, the limit everywhere in this package. */
export function secondsToWait(text: string): number {
  const seconds = positiveInteger(text);
  if (seconds > hour) {
    throw new InvalidArgumentError(`It must be a whole number from 1 to ${hour}.`);
  }
  return seconds;
}

/** @throws UsageError if an option has an empty value, which would act as if left out, or mean everything. */
export function refuseEmpty(command: Command): void {
  const empty = command.options.find((option) => {
    const value: unknown = command.getOptionValue(option.attributeName());
    return value === "" || (Array.isArray(value) && (value.length === 0 || value.includes("")));
  });
  if (empty) {
    throw new UsageError(`${empty.long} has an empty value: give it one, or leave it out.`);
  }
}

/** Collects a repeatable option that takes one value each time, so that it never swallows the command's arguments. */
export function collected(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}
