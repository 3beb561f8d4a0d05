/** Texts that a login consists of: one with which nobody could log in is refused before it is written. */
import * as z from "zod";

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what no header can carry.
const oneLine = /^[^\u0000-\u001f\u007f]*$/;

/** Name of an account, as a client sends it in a header. */
export const accountName: z.ZodString = z
  .string()
  .min(1)
  .regex(oneLine, "contains a line break or another control character, so nobody could log in with it");

/** Realm of the digest login, as the device sends it in a header, between quotes. */
export const realmText: z.ZodString = z
  .string()
  .min(1)
  .regex(oneLine, "contains a line break or another control character, so nobody could log in any more")
  .regex(
    /^[^"\\]*$/,
    'contains a `"` or a `\\`, which clients hash in different ways, so nobody might log in any more',
  );

/** Why a value must not be written to a path on which logins depend. */
export function loginTextProblem(path: string, value: unknown): string | undefined {
  if (path === "auth/realm" && typeof value !== "string") {
    return "must be a text for `auth/realm`, on which every login depends";
  }
  return path === "auth/realm" ? realmText.safeParse(value).error?.issues[0]?.message : undefined;
}
