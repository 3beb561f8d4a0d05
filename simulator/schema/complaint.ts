/** What is wrong with a value from outside, in one line. */
import type * as z from "zod";

/** Every problem, preceded by its path. */
export function complaintOf({ issues }: z.ZodError): string {
  return issues
    .map(({ path, message }) => [path.join("."), message].filter((part) => part !== "").join(": "))
    .join("; ");
}
