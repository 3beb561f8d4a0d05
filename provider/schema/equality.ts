/** When two values mean the same to the device. */
import { type Json, sameJson } from "../client";

/** Text without the differences that an editor or the device adds: line endings and white space at the ends of lines. */
export function normalisedText(text: string): string {
  return text
    .split(/\r\n|\r|\n/)
    .map((line) => line.trimEnd())
    .join("\n")
    .trimEnd();
}

/** Whether two lists have the same members, in any order. */
export function sameSet(left: readonly Json[], right: readonly Json[]): boolean {
  const sorted = (list: readonly Json[]) => [...new Set(list.map((value) => JSON.stringify(value)))].sort();
  return sameJson(sorted(left), sorted(right));
}
