/**
 * `auth/users/` as a device has it, an array without identity (a DELETE moves later elements up):
 * `[{"name": "admin", "password": "...", "is_allowed": true, "is_admin": true, "outlet_access": [true, ...]},
 *   {"name": "fred", "password": "...", "is_allowed": true, "outlet_access": [false, false, true, ...]}]`
 * Every request therefore names the user (`auth/users/name=fred/...`), never an index. What a read of `password`
 * returns is not known; it is never used. Object Model Reference, `auth`; REST-style API Reference section 7.2.
 */
import * as z from "zod";
import { type Appended, InvalidInputError, isLoginNotTriedError, type Json, quotedText, RefusedError } from "../client";
import { factoryAdmin } from "../runtime/account";
import type { Context } from "../runtime/context";
import { understand } from "../runtime/decode";
import type { DeviceView } from "../runtime/device-view";
import { isOwnLogin, type Lockout, ownLoginRank } from "../runtime/gate/own-access";
import { asList } from "../runtime/tree/known";
import { elementOf } from "../runtime/tree/read";
import { type Changes, defineCreated } from "../schema/definition";
import { sameSet } from "../schema/equality";
import { type Desired, defaulted, instruction, key, managed, output } from "../schema/inputs";
import { findAccount, nameOf, readAccounts, userPath, usersPath } from "../subtrees/accounts";
import { accountName } from "../subtrees/login-texts";
import { outletCount, requireOutlets } from "../subtrees/outlets";
import { mayOthersUseRest } from "../subtrees/rest-switches";
import { keptAs, keptAsIfOther } from "../subtrees/spelling";

const wireUser = z.object({
  is_allowed: z.boolean().nullish(),
  is_admin: z.boolean().nullish(),
  outlet_access: z.preprocess(asList, z.union([z.boolean(), z.array(z.boolean())])).optional(),
});

const outletAccess = z.union([z.literal("all"), z.array(z.int().min(1))]);
type OutletAccess = z.infer<typeof outletAccess>;

const inputs = {
  name: key(accountName, "Name to log in with."),
  password: managed(
    z.string().min(1),
    "Password to log in with. It is written when the account is created and when the declared one changes. The device never shows it; a change is verified with a login if users may use the REST-style API (`RestApi.allowNonAdmin`).",
    { secret: true },
  ),
  isAllowed: defaulted(z.boolean(), true, "Whether the account may log in."),
  outletAccess: defaulted(
    outletAccess,
    [],
    "Numbers of the outlets that the user may switch, or `all`. The order does not matter.",
    { same: sameAccess },
  ),
  verifyPassword: instruction(
    z.boolean(),
    false,
    "Whether a refresh logs in once as this user, so that a password changed elsewhere shows as drift. After two failed logins on a device no other is tried in the same run: a User that was not checked is an error that says so.",
  ),
};

type DesiredUser = Desired<typeof inputs>;

export const user = defineCreated({
  type: "User",
  description:
    "An account besides the admin's. It can switch the outlets it has access to, also through the REST-style API once `RestApi.allowNonAdmin` is on. The admin's own password is the resource `AdminPassword`.",
  inputs,
  outputs: {
    isAdmin: output(z.boolean(), "Whether the device counts this account as an administrator."),
    keptAs: keptAs(z.string()),
  },
  id: ({ name }) => idOf(name),
  keys: (id) => {
    const name = /^users\/([^/]+)$/.exec(id)?.[1];
    return name === undefined ? undefined : { name: decodeURIComponent(name) };
  },
  idForm: "<device>/users/<name>",

  async list(context) {
    const users = await readAccounts(context);
    return users
      .filter((user) => user["is_admin"] !== true && user["name"] !== factoryAdmin)
      .map((user) => idOf(nameOf(user)));
  },

  check({ name }, known) {
    if (!known("name") || name !== factoryAdmin) {
      return [];
    }
    return [{ property: "name", reason: "the admin's account is not a User: declare its password with AdminPassword" }];
  },

  async observe(context, desired, previous) {
    const { device } = context;
    const entry = await findAccount(context, { declared: desired.name, previous });
    if (!entry) {
      return undefined;
    }
    const name = nameOf(entry);
    const found = understand(device, userPath(name), wireUser, entry);
    if (found.is_admin ?? name === factoryAdmin) {
      throw administratorError(device, desired.name, previous !== undefined);
    }
    const count = await countOutlets(context);
    const isAllowed = found.is_allowed ?? true;
    const login = { ...desired, name };
    const isPasswordRight = !isAllowed || (await isPasswordActive(context, login, previous?.password));
    return {
      name,
      ...keptAsIfOther(name, name === desired.name),
      isAllowed,
      isAdmin: found.is_admin ?? false,
      outletAccess: accessFromWire(found.outlet_access, count, Array.isArray(desired.outletAccess)),
      ...(isPasswordRight ? {} : { password: "" }),
    };
  },

  async guard(context, desired, observed) {
    const { device } = context;
    if (!observed && desired.password === undefined) {
      throw new InvalidInputError({
        device: device.name,
        message: `user \`${desired.name}\` does not exist and cannot be created without a password`,
        remedy: "Give the User a `password`.",
      });
    }
    const access = accessIn(desired);
    const numbers = access === "all" ? [] : access;
    await requireOutlets(context, `outletAccess of user \`${desired.name}\``, numbers, await countOutlets(context));
  },

  lockout({ account, device }, desired, observed, changes) {
    const name = observed?.name ?? desired.name;
    return isOwnLogin(account.username, name) ? ownAccountLockouts(device, desired, observed, changes) : [];
  },

  async keysOnDevice(context) {
    return (await readAccounts(context)).filter((one) => one["is_admin"] !== true).map(nameOf);
  },

  async make(context, desired) {
    const access = accessToWire(accessIn(desired), await countOutlets(context));
    const appended = await create(context.device, desired, access);
    return async () => {
      const made = await elementOf(context.device, usersPath, appended);
      return made && nameOf(made);
    };
  },

  async apply(context, desired, observed, changes) {
    const access = accessToWire(accessIn(desired), await countOutlets(context));
    await change(context, desired, { name: observed?.name ?? desired.name, access, changes });
  },

  async release({ device }, desired, { name = desired.name }) {
    await device.delete(userPath(name), { touches: userPath(desired.name) });
  },
});

/** The device's one administrator cannot be removed (device.md section 3.2), so no operation treats it as a User. */
function administratorError(device: DeviceView, name: string, isInState: boolean): InvalidInputError {
  return new InvalidInputError({
    device: device.name,
    message: `\`${quotedText(name)}\` is an administrator's account, which is not a User`,
    remedy: isInState
      ? "Take it out of the state with `pulumi state delete`, which leaves the account as it is, and out of the program; its password is the resource AdminPassword."
      : "Declare the administrator's password with AdminPassword.",
  });
}

/** Whether the device accepts the declared password; true if no login is to test that. */
async function isPasswordActive(
  { account, device, warn }: Context,
  { name, password, verifyPassword }: DesiredUser,
  previous: string | undefined,
): Promise<boolean> {
  // Before a declared change is written, the device has the old password: a login with the new one would only fail.
  const isToBeWritten = previous !== undefined && previous !== password && !device.hasWritten;
  if (!verifyPassword || password === undefined || isToBeWritten) {
    return true;
  }
  try {
    return await account.verifyLogin(name, password);
  } catch (error) {
    if (!isLoginNotTriedError(error) || !device.hasWritten) {
      throw error;
    }
    warn(unverified(device.name, name, "earlier logins have failed, and one more could lock everybody out"));
    return true;
  }
}

function unverified(device: string, name: string, reason: string): string {
  return `${device}: the new password of user \`${name}\` was sent but could not be tested: ${reason}`;
}

function idOf(name: string): string {
  return `users/${encodeURIComponent(name)}`;
}

function create(device: DeviceView, desired: DesiredUser, access: boolean[]): Promise<Appended> {
  const { name, password, isAllowed } = desired;
  const account = {
    name,
    ...(password !== undefined && { password }),
    is_allowed: isAllowed,
    is_admin: false,
    outlet_access: access,
  };
  return device.append(usersPath, account, { touches: userPath(name) });
}

/** @param name The account's name as the device spells it. */
async function change(
  context: Context,
  desired: DesiredUser,
  { name, access, changes }: { name: string; access: boolean[]; changes: Changes<typeof inputs> },
): Promise<void> {
  const touches = userPath(desired.name);
  const put = (member: string, value: Json) => context.device.put(userPath(name, member), value, { touches });
  // The account is disallowed before, and allowed only after, it has the declared password.
  if (changes.has("isAllowed") && !desired.isAllowed) {
    await put("is_allowed", false);
  }
  if (changes.has("outletAccess")) {
    await put("outlet_access", access);
  }
  const { password } = desired;
  const returned = changes.has("password") && password !== undefined ? await put("password", password) : undefined;
  if (changes.has("isAllowed") && desired.isAllowed) {
    await put("is_allowed", true);
  }
  // A device may answer an element that it refused like one that it wrote (device.md section 11, number 12).
  if (Array.isArray(returned)) {
    await verifyPassword(context, { ...desired, name });
  }
}

/** A password cannot be read back, but a login shows whether it was accepted, if the user may use the REST API. */
async function verifyPassword(context: Context, desired: DesiredUser): Promise<void> {
  const { device, warn } = context;
  const { name, password, isAllowed } = desired;
  // The observation that follows every write logs in itself.
  if (desired.verifyPassword || password === undefined) {
    return;
  }
  if (!isAllowed || !(await mayOthersUseRest(device))) {
    const reason = isAllowed
      ? "set `allowNonAdmin` of RestApi to have it tested by a login"
      : "the account is not allowed to log in";
    warn(unverified(device.name, name, reason));
    return;
  }
  if (await isPasswordActive(context, { ...desired, verifyPassword: true }, undefined)) {
    return;
  }
  throw new RefusedError({
    device: device.name,
    method: "PUT",
    path: String(userPath(name, "password")),
    message: `the device accepted the new password of user \`${name}\` but rejects a login with it; the old one is still active`,
    remedy: "A lock bit of the device (administrator credentials) or a rule for passwords may forbid it.",
    outcome: "refused",
  });
}

/**
 * How many outlets the device has: the length of the longest access list of any account, or else as many as it shows.
 */
async function countOutlets(context: Context): Promise<number> {
  const accounts = await readAccounts(context, []);
  const lengths = accounts.map(({ outlet_access: access }) => {
    const list = asList(access);
    return Array.isArray(list) ? list.length : 0;
  });
  return Math.max(0, ...lengths) || outletCount(context, 0);
}

/** With `asList`, `all` is spelt out for comparison with a declared list. */
function accessFromWire(
  access: z.infer<typeof wireUser>["outlet_access"],
  count: number,
  asList: boolean,
): OutletAccess {
  const flags = access === true ? Array.from({ length: count }, () => true) : Array.isArray(access) ? access : [];
  const numbers = flags.flatMap((allowed, index) => (allowed ? [index + 1] : []));
  return !asList && numbers.length === Math.max(count, 1) ? "all" : numbers;
}

/** A policy may have taken the input out after its check, and a plan leaves out what is not known yet. */
function accessIn({ outletAccess = [] }: Partial<DesiredUser>): OutletAccess {
  return outletAccess;
}

function accessToWire(access: OutletAccess, count: number): boolean[] {
  return Array.from({ length: count }, (_, index) => access === "all" || access.includes(index + 1));
}

function sameAccess(left: OutletAccess, right: OutletAccess): boolean {
  return Array.isArray(left) && Array.isArray(right) ? sameSet(left, right) : left === right;
}

/** The changes to the account that we log in with that end, or narrow, our own access. */
function ownAccountLockouts(
  device: DeviceView,
  desired: DesiredUser,
  observed: { outletAccess?: OutletAccess | undefined } | undefined,
  changes: Changes<typeof inputs> | "removal",
): Lockout[] {
  const own = `\`${desired.name}\` is the account this provider logs in with`;
  const end = (what: string): Lockout => ({
    reason: `${own}, and ${what}`,
    addresses: [],
    mayEnd: true,
    rank: ownLoginRank,
  });
  if (changes === "removal") {
    return [end("it would be removed")];
  }
  const found: Lockout[] = [];
  if (changes.has("isAllowed") && !desired.isAllowed) {
    found.push(end("it would be disallowed"));
  }
  if (changes.has("password")) {
    found.push(end("its password would change"));
  }
  if (changes.has("outletAccess") && losesAccess(observed?.outletAccess, desired.outletAccess)) {
    found.push({
      reason: `${own}, and it would lose access to outlets`,
      addresses: [device.url],
      mayEnd: true,
      rank: ownLoginRank,
    });
  }
  return found;
}

function losesAccess(before: OutletAccess | undefined, after: OutletAccess): boolean {
  if (after === "all") {
    return false;
  }
  return before === "all" || (before ?? []).some((number) => !after.includes(number));
}
