/**
 * The accounts of a device, `auth/users/`: an array without identity, whose elements are known by name. The
 * administrator is always among them, so a list without one is not believed.
 */
import { devicePath, type PathLike, quotedText, RefusedError, where } from "../client";
import { factoryAdmin } from "../runtime/account";
import type { Context } from "../runtime/context";
import { findIn } from "../runtime/tree/collection";
import type { Members } from "../runtime/tree/known";
import { readList } from "../runtime/tree/read";
import { namedAmong, namesOf, type Wanted } from "./spelling";

export const usersPath = devicePath("auth", "users");

/** Path of the account with this name, or of one of its members. */
export const userPath = (name: string, ...members: string[]) =>
  devicePath("auth", "users", where({ name }), ...members);

/** Every account that has a name. @throws NotUnderstoodError */
export async function readAccounts({ device }: Context, of?: PathLike | PathLike[]): Promise<Members[]> {
  return [...(await readList(device, usersPath, of)).proper.values()];
}

/** The name of an account that was read. */
export const nameOf = (account: Members) => String(account["name"]);

/**
 * The wanted account; `undefined` if it is proved absent.
 * @throws RefusedError when there are several of that name.
 */
export async function findAccount({ account, device }: Context, wanted: Wanted<string>): Promise<Members | undefined> {
  const alone = namesOf(wanted).map((name) => userPath(name));
  const elements = await readList(device, usersPath, alone);
  const known = [factoryAdmin, account.username];
  const isUnderstood = [...elements.proper.values()].some(
    (user) => user["is_admin"] === true || known.includes(nameOf(user)),
  );
  const find = (accounts: ReadonlyMap<string, Members>) => {
    const [found, ...others] = namedAmong([...accounts.values()], nameOf, wanted);
    if (others.length > 0) {
      throw severalAccountsError(device.name, wanted.declared, others.length + 1);
    }
    return found;
  };
  return findIn(device, { path: String(usersPath), elements, isUnderstood }, { find, alone });
}

function severalAccountsError(device: string, name: string, count: number): RefusedError {
  return new RefusedError({
    device,
    method: "GET",
    path: String(usersPath),
    message: `the device has ${count} accounts named \`${quotedText(name)}\`, which cannot be told apart`,
    remedy: "Remove all but one of them on the device's Setup page.",
  });
}
