/** `auth/`: accounts, their rights, and token clients. */
import { accept, write } from "../device/assign";
import type { Behaviour, Context, DeviceCore } from "../device/contract";
import { keptName } from "../device/kept-name";
import { byHand } from "../device/requester";
import { badBody, breaksRule, forbidden } from "../device/root";
import { childNamed, contextOf } from "../device/tree-access";
import type { Json } from "../schema/nodes";
import type { UserState } from "../subtrees/auth";
import { outletAccessAsRead } from "./outlet-access";

function refuseDuplicates(device: DeviceCore, names: readonly Json[]): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined && device.dialects.duplicateUser === "refused") {
    throw breaksRule(device, `There is more than one user "${twice}"`);
  }
}

/** Whether the form is a user's change of their own password, if the device allows that. */
function isOwnChange({ requester, device, place }: Context): boolean {
  return (
    requester.kind === "user" &&
    device.dialects.ownPasswordChange === "allowed" &&
    device.tree.auth.users[Number(place.key)]?.name === requester.name
  );
}

function changePassword(context: Context, oldPassword: string | undefined, newPassword: string): void {
  const { device, requester, place } = context;
  const asker = isOwnChange(context) && !device.protection.has("credentials") ? byHand : requester;
  const member = childNamed(context, "password");
  const user = device.tree.auth.users[Number(place.key)];
  if (member === undefined || user === undefined) {
    return;
  }
  const target = contextOf(device, asker, member);
  const accepted = accept(target, newPassword);
  if (user.password !== oldPassword) {
    throw breaksRule(device, "The old password is not right");
  }
  write(target, accepted);
}

/** The list of accounts, and whole accounts. */
function accountBehaviours(device: DeviceCore): Behaviour[] {
  return [
    {
      name: "keep one administrator and, by dialect, unique names",
      path: "auth/users",
      accept(_context, value, next) {
        const users = next(value) as UserState[];
        refuseDuplicates(
          device,
          users.map((user) => user.name),
        );
        if (users.filter((user) => user.is_admin).length !== 1) {
          throw breaksRule(device, "There is exactly one administrator");
        }
        return users;
      },
      insert(_context, value, next) {
        const user = value as UserState;
        if (user.is_admin) {
          throw breaksRule(device, "There is exactly one administrator");
        }
        refuseDuplicates(device, [...device.tree.auth.users.map(({ name }) => name), user.name]);
        return next(user);
      },
    },
    {
      name: "keep the administrator; change a password by form",
      path: "auth/users/*",
      remove(context, next) {
        if (device.tree.auth.users[Number(context.place.key)]?.is_admin === true) {
          throw forbidden(device, "The administrator cannot be removed");
        }
        next();
      },
      patchForm(context, fields, next) {
        const newPassword = fields.get("new_password");
        if (newPassword === undefined) {
          return next();
        }
        changePassword(context, fields.get("old_password"), newPassword);
        return true;
      },
    },
  ];
}

/** The members of an account. */
function memberBehaviours(device: DeviceCore): Behaviour[] {
  return [
    {
      name: "check a user's name",
      path: "auth/users/*/name",
      accept(context, value, next) {
        const name = next(value) as string;
        if (device.dialects.userNameLimit === "plain16" && !/^[A-Za-z0-9._-]{1,16}$/.test(name)) {
          throw breaksRule(device, "A user name has at most 16 letters, digits, dots, dashes and underscores");
        }
        if (!context.isNew) {
          const others = device.tree.auth.users.filter((_user, index) => index !== Number(context.keys[2]));
          refuseDuplicates(device, [...others.map((user) => user.name), name]);
        }
        return name;
      },
    },
    {
      name: "keep the role of administrator",
      path: "auth/users/*/is_admin",
      accept(context, value, next) {
        const isAdmin = next(value);
        if (!context.isNew && device.tree.auth.users[Number(context.keys[2])]?.is_admin !== isAdmin) {
          throw breaksRule(device, "There is exactly one administrator");
        }
        return isAdmin;
      },
    },
    {
      name: "read and write outlet_access in the form of the dialect",
      path: "auth/users/*/outlet_access",
      read(_context, next) {
        const access = next();
        const isList = Array.isArray(access) && access.every((entry) => typeof entry === "boolean");
        return isList ? outletAccessAsRead(access, device.dialects.outletAccessForm) : access;
      },
      accept(_context, value, next) {
        const isForAll = typeof value === "boolean" && device.dialects.outletAccessWrite === "booleanOrList";
        return next(isForAll ? device.tree.relay.outlets.map(() => value) : value);
      },
    },
  ];
}

function clientBehaviour(device: DeviceCore): Behaviour {
  return {
    name: "check a token client",
    path: "auth/clients/*",
    accept(context, value, next) {
      const { key } = context.place;
      const client = next(value) as { [key: string]: Json };
      if (client["name"] !== undefined && keptName(device, String(client["name"])) !== key) {
        throw breaksRule(device, `The client's name must be its key, "${key}"`);
      }
      for (const hash of Object.keys(client["access_tokens"] ?? {})) {
        if (!/^[0-9a-f]{64}$/.test(hash)) {
          throw badBody(device, "A key of access_tokens is a SHA-256 in lower-case hex");
        }
      }
      return context.isNew || client["name"] !== undefined ? { ...client, name: key } : client;
    },
  };
}

/** auth/: accounts without identity, one administrator, token clients. */
export function authBehaviours(device: DeviceCore): Behaviour[] {
  return [...accountBehaviours(device), ...memberBehaviours(device), clientBehaviour(device)];
}
