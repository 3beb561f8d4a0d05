/**
 * `auth/users/` as it stands on the device, an array without identity (a DELETE moves later elements up):
 * `[{"name": "admin", "password": "...", "is_allowed": true, "is_admin": true, "outlet_access": [true, ...]},
 *   {"name": "fred", "password": "...", "is_allowed": true, "outlet_access": [false, false, true, ...]}]`
 * So every request names the user (`auth/users/name=fred/...`) and none uses an index. What a read of `password`
 * gives is not known; it is never used. Object Model Reference, `auth`; REST-style API Reference section 7.2.
 */
import * as z from "zod";
import { devicePath, InvalidInputError, type Json, RefusedError, where } from "../client";
import type { Context } from "../runtime/context";
import { understand } from "../runtime/decode";
import type { Lockout } from "../runtime/lockout";
import { define } from "../schema/definition";
import { sameSet } from "../schema/equality";
import { defaulted, instruction, key, managed, output } from "../schema/inputs";
import { mayOthersUseRest } from "./rest-api";

const usersPath = devicePath("auth", "users");
const userPath = (name: string, ...members: string[]) => devicePath("auth", "users", where({ name }), ...members);

const wireUser = z.object({
  name: z.string(),
  is_allowed: z.boolean().optional(),
  is_admin: z.boolean().optional(),
  outlet_access: z.union([z.boolean(), z.array(z.boolean()), z.record(z.string(), z.never())]).optional(),
});

const outletAccess = z.union([z.literal("all"), z.array(z.int().min(1))]);
type OutletAccess = z.infer<typeof outletAccess>;

export const user = define({
  type: "User",
  family: "created",
  description:
    "An account besides the admin's. It can switch the outlets it has access to, once `RestApi.allowNonAdmin` is on also through the REST-style API. The admin's own password is the resource `AdminPassword`.",
  inputs: {
    name: key(z.string().min(1), "Name to log in with."),
    password: managed(
      z.string().min(1),
      "Password to log in with. It is written when the account is created and when the declared one changes. The device never gives it back; a change is proved by a login where users may use the REST-style API (`RestApi.allowNonAdmin`).",
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
      "Whether a refresh logs in once as this user, so that a password changed elsewhere shows as drift.",
    ),
  },
  outputs: {
    isAdmin: output(z.boolean(), "Whether the device counts this account as an administrator."),
  },
  id: ({ name }) => idOf(name),
  keys: (id) => {
    const name = /^users\/([^/]+)$/.exec(id)?.[1];
    return name === undefined ? undefined : { name: decodeURIComponent(name) };
  },
  idForm: "<device>/users/<name>",

  async list(context) {
    const users = understand(context, usersPath, z.array(wireUser), await context.device.read(usersPath));
    return users.filter((entry) => !entry.is_admin && entry.name !== "admin").map(({ name }) => idOf(name));
  },

  check(inputs, known) {
    if (!known("name") || inputs.name !== "admin") {
      return [];
    }
    return [{ property: "name", reason: "the admin's account is not a User: declare its password with AdminPassword" }];
  },

  async observe(context, wanted) {
    const { users, outletCount } = await readUsers(context, wanted.name);
    const found = users.find((entry) => entry.name === wanted.name);
    if (!found) {
      return undefined;
    }
    const isAllowed = found.is_allowed ?? true;
    const passwordHolds =
      wanted.password === undefined || !wanted.verifyPassword || !isAllowed
        ? true
        : await context.account.verifyLogin(wanted.name, wanted.password);
    return {
      name: found.name,
      isAllowed,
      isAdmin: found.is_admin ?? false,
      outletAccess: accessFromWire(found.outlet_access, outletCount, Array.isArray(wanted.outletAccess)),
      ...(passwordHolds ? {} : { password: "" }),
    };
  },

  async guard(context, wanted, observed) {
    if (observed?.isAdmin) {
      throw new InvalidInputError({
        device: context.device.name,
        message: `\`${wanted.name}\` is the device's administrator, which is not a User`,
        remedy: "Declare the administrator's password with AdminPassword.",
        outcome: "notSent",
      });
    }
    if (!observed && wanted.password === undefined) {
      throw new InvalidInputError({
        device: context.device.name,
        message: `user \`${wanted.name}\` does not exist and has no password to be created with`,
        remedy: "Give the User a `password`.",
        outcome: "notSent",
      });
    }
    const highest = Math.max(0, ...(wanted.outletAccess === "all" ? [] : wanted.outletAccess));
    const { outletCount } = await readUsers(context, wanted.name);
    if (highest > outletCount) {
      throw new InvalidInputError({
        device: context.device.name,
        message: `outletAccess of user \`${wanted.name}\` names outlet ${highest}, but this device has ${outletCount}`,
        remedy: "Outlets are numbered from 1, as printed on the case.",
        outcome: "notSent",
      });
    }
  },

  lockout: (context, wanted, observed, changes) => ownAccountLockouts(context, wanted, observed, changes),

  async apply(context, wanted, observed, changes) {
    const { outletCount } = await readUsers(context, wanted.name);
    const access = accessToWire(wanted.outletAccess, outletCount);
    const touches = userPath(wanted.name);
    if (!observed) {
      await context.device.post(
        usersPath,
        {
          name: wanted.name,
          password: wanted.password as string,
          is_allowed: wanted.isAllowed,
          is_admin: false,
          outlet_access: access,
        },
        { touches },
      );
      return;
    }
    const put = (member: string, value: Json) => context.device.put(userPath(wanted.name, member), value, { touches });
    // Rights are taken away before, and given after, the password is the declared one.
    if (changes.has("isAllowed") && !wanted.isAllowed) {
      await put("is_allowed", false);
    }
    if (changes.has("outletAccess")) {
      await put("outlet_access", access);
    }
    const answer = changes.has("password") ? await put("password", wanted.password as string) : undefined;
    if (changes.has("isAllowed") && wanted.isAllowed) {
      await put("is_allowed", true);
    }
    if (Array.isArray(answer)) {
      await provePassword(context, wanted);
    }
  },

  async release(context, { name }) {
    await context.device.delete(userPath(name), { touches: userPath(name) });
  },
});

function idOf(name: string): string {
  return `users/${encodeURIComponent(name)}`;
}

/**
 * A device may answer for an element that it refused as for one that it wrote (device.md section 11, number 12), and a
 * password cannot be read back. A login tells whether it was taken, where the user may use the REST API.
 */
async function provePassword(
  context: Context,
  {
    name,
    password,
    isAllowed,
    verifyPassword,
  }: { name: string; password?: string | undefined; isAllowed: boolean; verifyPassword: boolean },
): Promise<void> {
  // The observation that follows every write logs in itself.
  if (verifyPassword || password === undefined) {
    return;
  }
  if (!isAllowed || !(await mayOthersUseRest(context))) {
    context.warn(
      `${context.device.name}: whether the device took the new password of user \`${name}\` cannot be told: its answer leaves it open` +
        ` and ${isAllowed ? "users other than the admin may not use the REST-style API" : "the account is not allowed to log in"}`,
    );
    return;
  }
  if (await context.account.verifyLogin(name, password)) {
    return;
  }
  throw new RefusedError({
    device: context.device.name,
    method: "PUT",
    path: String(userPath(name, "password")),
    message: `the device seemed to take the new password of user \`${name}\` and then refused a login with it`,
    remedy: "A protection bit of the device (administrator credentials) or a rule for passwords may stand against it.",
    outcome: "refused",
  });
}

/** All accounts; `name` says whose entry the caller is about to look at. */
async function readUsers(context: Context, name: string) {
  const answer = await context.device.read(usersPath, userPath(name));
  const users = understand(context, usersPath, z.array(wireUser), Array.isArray(answer) ? answer : []);
  const known = users.map((entry) => (Array.isArray(entry.outlet_access) ? entry.outlet_access.length : 0));
  const outletCount = Math.max(0, ...known) || (await countOutlets(context));
  return { users, outletCount };
}

async function countOutlets(context: Context): Promise<number> {
  const outlets = await context.device.read(devicePath("relay", "outlets"), []);
  return Array.isArray(outlets) ? outlets.length : 0;
}

/** `asList` spells `all` out, for comparison with a declared list. */
function accessFromWire(
  access: z.infer<typeof wireUser>["outlet_access"],
  outletCount: number,
  asList: boolean,
): OutletAccess {
  const flags = access === true ? Array.from({ length: outletCount }, () => true) : Array.isArray(access) ? access : [];
  const numbers = flags.flatMap((allowed, index) => (allowed ? [index + 1] : []));
  return !asList && numbers.length === flags.length && numbers.length > 0 ? "all" : numbers;
}

function accessToWire(access: OutletAccess, outletCount: number): boolean[] {
  return Array.from({ length: outletCount }, (_, index) => access === "all" || access.includes(index + 1));
}

function sameAccess(left: OutletAccess, right: OutletAccess): boolean {
  return left === "all" || right === "all" ? left === right : sameSet(left, right);
}

/** What of a change ends what we may do, where it concerns the account that we log in with. */
function ownAccountLockouts(
  context: Context,
  wanted: { name: string; isAllowed: boolean; outletAccess: OutletAccess; password?: string | undefined },
  observed: { outletAccess?: OutletAccess | undefined } | undefined,
  changes: ReadonlySet<string> | "removal",
): Lockout[] {
  if (context.account.username !== wanted.name) {
    return [];
  }
  const own = `\`${wanted.name}\` is the account this provider logs in with`;
  if (changes === "removal") {
    return [{ reason: `${own}, and it would be removed`, addresses: [], mayEnd: true }];
  }
  const found: Lockout[] = [];
  if (changes.has("isAllowed") && !wanted.isAllowed) {
    found.push({ reason: `${own}, and it would be disallowed`, addresses: [], mayEnd: true });
  }
  if (changes.has("password")) {
    found.push({ reason: `${own}, and its password would be another one`, addresses: [], mayEnd: true });
  }
  if (changes.has("outletAccess") && losesAccess(observed?.outletAccess, wanted.outletAccess)) {
    const reason = `${own}, and it would be stripped of rights to outlets`;
    found.push({ reason, addresses: [context.device.url], mayEnd: true });
  }
  return found;
}

function losesAccess(before: OutletAccess | undefined, after: OutletAccess): boolean {
  if (after === "all") {
    return false;
  }
  return before === "all" || (before ?? []).some((number) => !after.includes(number));
}
