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

/** What is known of a value: without the members and elements that preview does not know yet, `undefined` when it is one. */
export function knownPart(value: unknown): unknown {
  if (value === unknownValue || typeof value !== "object" || value === null) {
    return value === unknownValue ? undefined : value;
  }
  if (Array.isArray(value)) {
    return value.filter((element) => element !== unknownValue).map(knownPart);
  }
  const members = Object.entries(value).filter(([, member]) => member !== unknownValue);
  return Object.fromEntries(members.map(([name, member]) => [name, knownPart(member)]));
}
