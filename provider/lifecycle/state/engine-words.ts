/**
 * Words of the engine's protocol in what a device says. Passed on as they are, the engine would act on them: read a
 * file or fetch an address that the device names, decrypt, or take a value for one that is not known yet.
 */
import { isJsonObject, type Json } from "../../client";
import { unknownValue } from "../../schema/unknown";

/** Inputs or a state in the form that the engine has. */
export type EngineValues = Record<string, Json>;

/** Marks an object as a special value; the value under this name says which kind. */
export const signatureKey = "4dabf18193072939515e22adb298388d";

/** How the engine spells values that are not known yet: one spelling for each type the value will have. */
export const unknownSpellings: ReadonlySet<string> = new Set([
  unknownValue,
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

/** The same values, or a copy in which a question mark follows each of these words. */
export function withoutEngineWords<T extends Json>(value: T): T {
  return (holdsWord(value) ? spelt(value) : value) as T;
}

function holdsWord(value: Json): boolean {
  if (typeof value === "string") {
    return unknownSpellings.has(value);
  }
  if (typeof value !== "object" || value === null) {
    return false;
  }
  return Object.hasOwn(value, signatureKey) || Object.values(value).some(holdsWord);
}

function spelt(value: Json): Json {
  if (typeof value === "string") {
    return unknownSpellings.has(value) ? `${value}?` : value;
  }
  if (Array.isArray(value)) {
    return value.map(spelt);
  }
  if (!isJsonObject(value)) {
    return value;
  }
  const members = Object.entries(value).map(
    ([name, member]) => [name === signatureKey ? `${name}?` : name, spelt(member)] as const,
  );
  return Object.fromEntries(members);
}
