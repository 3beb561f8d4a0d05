/** What is wrong with a value from outside, in one line. */
import type * as z from "zod";

/** Each problem with its place. */
export function complaintOf({ issues }: z.ZodError): string {
  return issues
    .map(({ path, message }) => [path.join("."), message].filter((part) => part !== "").join(": "))
    .join("; ");
}
