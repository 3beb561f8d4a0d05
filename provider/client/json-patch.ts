/** JSON Patch (RFC 6902): several changes of one value in one request. */
import type { Json } from "./json";

/** One operation of a JSON Patch. Pointers are relative to the path of the request; `""` is the path itself. */
export type JsonPatchOperation =
  | { readonly op: "add" | "replace" | "test"; readonly path: string; readonly value: Json }
  | { readonly op: "remove"; readonly path: string }
  | { readonly op: "move" | "copy"; readonly from: string; readonly path: string };

/** A JSON pointer (RFC 6901). */
const pointer = /^(?:\/(?:[^~/]|~[01])*)*$/;

/** Whether the changes are operations rather than fields of a form. */
export function isJsonPatch(
  changes: readonly JsonPatchOperation[] | Readonly<Record<string, string>>,
): changes is readonly JsonPatchOperation[] {
  return Array.isArray(changes);
}

/** Whether the paths in an operation are valid JSON pointers. */
export function hasPointers(operation: JsonPatchOperation): boolean {
  return pointer.test(operation.path) && (!("from" in operation) || pointer.test(operation.from));
}

/** The JSON pointer that follows these names and indices. */
export function jsonPointer(...steps: readonly string[]): string {
  return steps.map((step) => `/${pointerStep(step)}`).join("");
}

/** One name or index as a step of a JSON pointer. */
export function pointerStep(name: string): string {
  return name.replaceAll("~", "~0").replaceAll("/", "~1");
}
