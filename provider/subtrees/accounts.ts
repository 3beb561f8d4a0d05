/**
 * The accounts of a device, `auth/users/`: an array without identity, known by their names. The administrator is always
 * among them, so a list without one is none.
 */
import { devicePath, type PathLike, quotedText, RefusedError, where } from "../client";
import type { Context } from "../runtime/context";
import type { Members } from "../runtime/tree/known";
import { proveAbsent, readList } from "../runtime/tree/read";
import { namedAmong, type Wanted } from "./spelling";

export const usersPath = devicePath("auth", "users");

/** Path of the account of this name, or of one of its members. */
export const userPath = (name: string, ...members: string[]) =>
  devicePath("auth", "users", where({ name }), ...members);

/** Every account that has a name. @throws NotUnderstoodError */
export async function readAccounts({ device }: Context, of?: PathLike | PathLike[]): Promise<Members[]> {
  return [...(await readList(device, usersPath, of)).proper.values()];
}

/** The name of an account that was read. */
export const nameOf = (account: Members) => String(account["name"]);

/**
 * The account that is looked for; `undefined` when it is proved not to be there.
 * @throws RefusedError when there are several of that name.
 */
export async function findAccount(context: Context, wanted: Wanted<string>): Promise<Members | undefined> {
  const { account, device } = context;
  const name = wanted.declared;
  const { proper, hidden } = await readList(device, usersPath, userPath(name));
  const all = [...proper.values()];
  const [found, ...others] = namedAmong(all, nameOf, wanted);
  if (others.length > 0) {
    throw new RefusedError({
      device: device.name,
      method: "GET",
      path: String(usersPath),
      message: `the device has ${others.length + 1} accounts named \`${quotedText(name)}\`, which cannot be told apart`,
      remedy: "Remove all but one of them on the device's Setup page.",
    });
  }
  if (found !== undefined) {
    return found;
  }
  // A token may see only some of the accounts.
  if (hidden > 0 && account.tokenClient !== undefined) {
    throw device.missingRight(userPath(name));
  }
  const known = ["admin", account.username];
  if (!all.some((user) => user["is_admin"] === true || known.includes(nameOf(user)))) {
    await proveAbsent(device, userPath(name));
  }
  return undefined;
}
