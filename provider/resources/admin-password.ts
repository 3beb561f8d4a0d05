/**
 * The administrator's entry of `auth/users/`, `{"name": "admin", "password": "...", "is_admin": true, ...}`. The password
 * is changed with a form, as devices take it in the field: `PATCH auth/users/is_admin=true/` with
 * `old_password=1234&new_password=NEW` and `Prefer: return=representation`; from then on the new one is needed. What a
 * read of `password` returns is not known; it is never used. device.md sections 1.4 and 3.2.
 */
import * as z from "zod";
import { ConfigurationError, devicePath, InvalidInputError, isLockoutGuardError, where } from "../client";
import { factoryPassword } from "../runtime/account";
import type { Context } from "../runtime/context";
import type { DeviceView } from "../runtime/device-view";
import { defineAdopted } from "../schema/definition";
import { instruction, output, required } from "../schema/inputs";
import { nameOf, readAccounts, usersPath } from "../subtrees/accounts";

const adminPath = devicePath("auth", "users", where({ is_admin: true }));

export const adminPassword = defineAdopted({
  type: "AdminPassword",
  description:
    "The administrator's password. The provider must log in as the administrator. The password is changed after everything else on the device, verified with a fresh login, and used for the rest of the run. After that, configuration must have it: set `dli:password` to the new password and `dli:previousPassword` to the old one, and the same program works before and after the change. If the device accepts neither, the password in the state is tried, but never a third one, which could lock the account out.",
  inputs: {
    password: required(z.string().min(1), "The administrator's password, without control characters.", {
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
        failures.push({ property: "password", reason: "must not contain control characters" });
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

  async observe(context, desired, previous) {
    const { account, device } = context;
    // A device that does not have the configured password most likely has the one that was declared last; failing that,
    // the configuration's previous one; failing that, the one declared now, which an interrupted run may have set.
    if (previous?.password) {
      await account.offerPassword(previous.password, { beforePrevious: true });
    }
    if (desired.password) {
      await account.offerPassword(desired.password);
    }
    const admin = await readAdminName(context);
    if (account.username !== admin) {
      throw notTheAdminError(device, account.username);
    }
    const { password } = desired;
    return {
      username: admin,
      ...(password !== undefined && { password: account.isLoggedInWith(password) ? password : "" }),
    };
  },

  async apply({ device, operation }, { password }) {
    try {
      await operation?.goLast(0);
    } catch (error) {
      // Dependents of this resource come after it and log in with the new password, so this is not a lockout.
      if (!isLockoutGuardError(error)) {
        throw error;
      }
    }
    await device.changePassword(adminPath, password);
  },
});

async function readAdminName(context: Context): Promise<string> {
  const { device } = context;
  const admin = (await readAccounts(context, adminPath)).find((user) => user["is_admin"] === true);
  if (admin) {
    return nameOf(admin);
  }
  throw new InvalidInputError({
    device: device.name,
    method: "GET",
    path: String(usersPath),
    message: "the device shows no administrator's account",
    remedy: "Log in as the administrator (dli:username).",
  });
}

function notTheAdminError(device: DeviceView, username: string | undefined): ConfigurationError {
  const who = username === undefined ? "a token" : `\`${username}\``;
  return new ConfigurationError({
    device: device.name,
    message: `this provider logs in with ${who}, and only the administrator can change this password, by giving the old one`,
    remedy: "Set dli:username and dli:password to the administrator's login.",
  });
}
