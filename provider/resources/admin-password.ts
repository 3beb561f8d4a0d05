/**
 * The administrator's entry of `auth/users/`, `{"name": "admin", "password": "...", "is_admin": true, ...}`. The password
 * is changed with a form, as devices take it in the field: `PATCH auth/users/is_admin=true/` with
 * `old_password=1234&new_password=NEW` and `Prefer: return=representation`; from then on the new one is needed. What a
 * read of `password` gives is not known; it is never used. device.md sections 1.4 and 3.2.
 */
import * as z from "zod";
import { ConfigurationError, devicePath, InvalidInputError, isLockoutGuardError, where } from "../client";
import type { Context } from "../runtime/context";
import { understand } from "../runtime/decode";
import { define } from "../schema/definition";
import { instruction, output, required } from "../schema/inputs";

const usersPath = devicePath("auth", "users");
const adminPath = devicePath("auth", "users", where({ is_admin: true }));

/** What every device is shipped with. */
const factoryPassword = "1234";

const wireUsers = z.array(z.object({ name: z.string(), is_admin: z.boolean().optional() }));

export const adminPassword = define({
  type: "AdminPassword",
  family: "adopted",
  description:
    "The password of the device's administrator, with whose account this provider has to log in. It is changed after everything else on the device, proved by a login of its own, and used for the rest of the run; from the next run on configuration has to have it: set `dli:password` to the new and `dli:previousPassword` to the old one, and the same program works before and after the change. A device whose password is neither of the two is tried with what the state remembers, but never with a third password, which could lock the account out.",
  inputs: {
    password: required(z.string().min(1), "What the administrator's password should be. Without control characters.", {
      secret: true,
    }),
    allowDefault: instruction(
      z.boolean(),
      false,
      "Allows the password that every device is shipped with, which anybody may know.",
    ),
  },
  outputs: {
    username: output(z.string(), "Name of the administrator's account."),
  },
  id: () => "admin",
  keys: (id) => (id === "admin" ? {} : undefined),
  idForm: "<device>/admin",

  check(inputs, known) {
    const failures = [];
    const { password } = inputs;
    if (known("password") && typeof password === "string") {
      if (password === factoryPassword && known("allowDefault") && !inputs.allowDefault) {
        failures.push({
          property: "password",
          reason: "is the one that every device is shipped with; choose another, or set allowDefault to true",
        });
      }
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is refused.
      if (/[\u0000-\u001f\u007f]/.test(password)) {
        failures.push({ property: "password", reason: "may not hold control characters" });
      }
    }
    if (inputs.onDestroy === "restore") {
      failures.push({
        property: "onDestroy",
        reason: "cannot be `restore`: a device does not tell which password it had before",
      });
    }
    return failures;
  },

  async observe(context, wanted, previous) {
    // A device that does not have the configured password has most likely the one that was declared last; else the one of
    // configuration before that; else the one declared now, which a run may have set that did not live to say so.
    if (previous?.password) {
      await context.account.offerPassword(previous.password, { beforePrevious: true });
    }
    if (wanted.password) {
      await context.account.offerPassword(wanted.password);
    }
    const users = understand(context, usersPath, wireUsers, await context.device.read(usersPath, adminPath));
    const admin = users.find((user) => user.is_admin === true);
    if (!admin) {
      throw new InvalidInputError({
        device: context.device.name,
        method: "GET",
        path: String(usersPath),
        message: "the device shows no administrator's account",
        remedy: "Log in as the administrator (dli:username).",
      });
    }
    if (context.account.username !== admin.name) {
      throw notTheAdmin(context, admin.name);
    }
    const { password } = wanted;
    return {
      username: admin.name,
      ...(password !== undefined && { password: context.account.isLoggedInWith(password) ? password : "" }),
    };
  },

  async guard(context) {
    try {
      await context.operation?.goLast(0);
    } catch (error) {
      // What depends on this resource comes after it and logs in with the new password: no access is ended by that.
      if (!isLockoutGuardError(error)) {
        throw error;
      }
    }
  },

  apply: (context, { password }) => context.device.changePassword(adminPath, password),
});

function notTheAdmin(context: Context, admin: string): ConfigurationError {
  const who = context.account.username === undefined ? "a token" : `\`${context.account.username}\``;
  return new ConfigurationError({
    device: context.device.name,
    message: `this provider logs in with ${who}, and only \`${admin}\` himself can change his password, giving the old one`,
    remedy: `Set dli:username and dli:password to the login of \`${admin}\`.`,
  });
}
