/** What a program has begun to give as a secret: an update writes nothing for it, and encrypts it in the state. */
import type { Properties } from "../schema/properties";
import { covers, pathText } from "../schema/property-path";
import { marksIn, unforeseenMarks } from "../schema/secrecy";
import type { Difference } from "./diff";
import type { IgnoredChanges } from "./ignore-changes";
import { importMark } from "./state";

export function newlySecret(state: Properties, inputs: Properties, ignored: IgnoredChanges): Difference[] {
  const managed = state.values["managed"];
  // Whether an import succeeds depends on the values alone.
  if (Array.isArray(managed) && managed.includes(importMark)) {
    return [];
  }
  const known = marksIn(state.values);
  return unforeseenMarks(inputs.definition, inputs.values)
    .filter((mark) => !known.some((other) => covers(other, mark)))
    .map((mark): Difference => ({ property: pathText(mark), kind: "update", replaces: false }))
    .filter(({ property }) => !ignored.has(property));
}
