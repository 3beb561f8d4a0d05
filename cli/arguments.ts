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
