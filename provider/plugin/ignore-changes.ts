/** What `ignoreChanges` means for an update: what it names is not written. */
import type { Json } from "../client";
import type { State } from "../lifecycle/state";
import { inputsOf } from "../schema/common-inputs";
import type { AnyDefinition } from "../schema/definition";
import { type Path, parsePath } from "../schema/property-path";

/**
 * The inputs to apply. What is managed by itself (an input, or a setting of an entry of a map) and ignored is left out,
 * as if it were not declared. Where a part of a value is ignored, that part is what the device was last seen to have.
 */
export function withoutIgnored(definition: AnyDefinition, inputs: State, state: State, ignored: readonly string[]) {
  const specs = inputsOf(definition);
  const applied = structuredClone(inputs);
  for (const [name, ...rest] of ignored.map(parsePath)) {
    if (typeof name !== "string" || specs[name]?.role !== "managed" || applied[name] === undefined) {
      continue;
    }
    if (rest.length === 0) {
      delete applied[name];
    } else if (specs[name].entries && rest.length <= 2) {
      removePart(applied[name], rest);
    } else {
      copyPart(applied[name], state[name], rest);
    }
  }
  return applied;
}

function removePart(from: Json, [step, ...rest]: Path): void {
  if (step === undefined || typeof from !== "object" || from === null) {
    return;
  }
  const object = from as Record<string, Json>;
  for (const name of step === "*" ? Object.keys(object) : [String(step)]) {
    if (rest.length === 0) {
      delete object[name];
    } else {
      removePart(object[name] ?? null, rest);
    }
  }
}

function copyPart(to: Json, from: Json | undefined, [step, ...rest]: Path): void {
  if (step === undefined || typeof to !== "object" || to === null) {
    return;
  }
  if (typeof from !== "object" || from === null) {
    return;
  }
  const [target, source] = [to as Record<string, Json>, from as Record<string, Json>];
  for (const name of step === "*" ? Object.keys(target) : [String(step)]) {
    if (source[name] === undefined) {
      continue;
    }
    if (rest.length === 0) {
      target[name] = source[name];
    } else if (target[name] !== undefined) {
      copyPart(target[name], source[name], rest);
    }
  }
}
