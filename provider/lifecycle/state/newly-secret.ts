/**
 * Values that a program has begun to give as secrets: an update encrypts them in the state and writes nothing for them.
 * An instruction that has its default is in no state.
 */
import type { AnyDefinition } from "../../schema/definition";
import { covers, pathText } from "../../schema/property-path";
import { marksIn, unforeseenMarks } from "../../schema/secrecy";
import type { Difference } from "../diff/diff";
import type { IgnoredChanges } from "../diff/ignore-changes";
import { shortInputs } from "./engine-form";
import { type Inputs, importMark, type State } from "./state";

export function newlySecret(
  definition: AnyDefinition,
  state: State,
  inputs: Inputs,
  ignored: IgnoredChanges,
): Difference[] {
  const managed = state["managed"];
  // Whether an import succeeds depends on the values alone.
  if (Array.isArray(managed) && managed.includes(importMark)) {
    return [];
  }
  const known = marksIn(state);
  const kept = shortInputs(definition, inputs);
  const isLeftOut = (name = "") => Object.hasOwn(inputs, name) && !Object.hasOwn(kept, name);
  return unforeseenMarks(definition, inputs)
    .filter((mark) => !isLeftOut(mark[0]) && !known.some((other) => covers(other, mark)))
    .map((mark): Difference => ({ property: pathText(mark), kind: "update", replaces: false }))
    .filter(({ property }) => !ignored.has(property));
}
