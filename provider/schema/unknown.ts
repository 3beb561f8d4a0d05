/** Values that a preview does not know yet. */

/** What the engine puts in place of a value that is unknown at preview, whatever its type. */
export const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Whether a value is, or holds anywhere inside, one that preview does not know yet. */
export function holdsUnknown(value: unknown): boolean {
  if (value === unknownValue) {
    return true;
  }
  return typeof value === "object" && value !== null && Object.values(value).some(holdsUnknown);
}
