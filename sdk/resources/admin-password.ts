/** The class AdminPassword. Generated from provider/resources/admin-password.ts by `npm run generate`. Do not edit. */
import type * as pulumi from "@pulumi/pulumi";
import { DliResource, isOfType, type Shape } from "../resource";

/** Arguments of {@link AdminPassword}. */
export interface AdminPasswordArgs {
  /**
   * The administrator's password, without control characters.
   * Encrypted in the state.
   */
  password: pulumi.Input<string>;
  /**
   * Allows the password that every device is shipped with, which anybody may know.
   * @default false
   */
  allowDefault?: pulumi.Input<boolean>;
  /**
   * What destroying does to the device: `leave` everything as it is, or `restore` what was there when the resource
   * took it over. Restoring fails if it was changed elsewhere since then.
   * @default "leave"
   */
  onDestroy?: pulumi.Input<"leave" | "restore">;
  /**
   * Name of the device in configuration (`dli:devices`), or `default` for the one of `dli:url`.
   * Changing this replaces the resource.
   * @default "default"
   */
  device?: pulumi.Input<string>;
}

const shape: Shape = {
  type: "AdminPassword",
  keys: [],
  isOwner: true,
  isMade: false,
  properties: ["password", "allowDefault", "onDestroy", "device", "username", "deviceSerial", "deviceUrl"],
  secrets: ["password"],
  defaults: { allowDefault: false, onDestroy: "leave" },
  secretWhen: {},
};

/**
 * The administrator's password. The provider must log in as the administrator. The password is changed after
 * everything else on the device, verified with a fresh login, and used for the rest of the run. After that,
 * configuration must have it: set `dli:password` to the new password and `dli:previousPassword` to the old one, and
 * the same program works before and after the change. If the device accepts neither, the password in the state is
 * tried, but never a third one, which could lock the account out.
 * Id, for `get` and import: `<device>/admin`.
 */
export class AdminPassword extends DliResource {
  /** The administrator's password, without control characters. */
  declare readonly password: pulumi.Output<string>;
  /** Allows the password that every device is shipped with, which anybody may know. */
  declare readonly allowDefault: pulumi.Output<boolean>;
  /**
   * What destroying does to the device: `leave` everything as it is, or `restore` what was there when the resource
   * took it over. Restoring fails if it was changed elsewhere since then.
   */
  declare readonly onDestroy: pulumi.Output<"leave" | "restore">;
  /** Name of the device in configuration (`dli:devices`), or `default` for the one of `dli:url`. */
  declare readonly device: pulumi.Output<string>;
  /** Name of the administrator's account. */
  declare readonly username: pulumi.Output<string>;
  /**
   * Serial number of the device that it is on; missing where the login may not read it. Another device at the
   * address is refused.
   */
  declare readonly deviceSerial: pulumi.Output<string>;
  /** Address at which that device was last reached. */
  declare readonly deviceUrl: pulumi.Output<string>;

  /**
   * @param name - Name of the resource in the program.
   * @param args - Its inputs.
   * @param options - Pulumi's options.
   */
  constructor(name: string, args: AdminPasswordArgs, options?: pulumi.CustomResourceOptions) {
    super(shape, name, args, options);
  }

  /**
   * Whether a value is one, through whichever provider, also for policies:
   * `validateResourceOfType(dli.AdminPassword, ...)`.
   */
  static override isInstance(value: unknown): value is AdminPassword {
    return isOfType(value, shape.type);
  }

  /** Reads one that exists on the device, without managing it. The id is `<device>/admin`. */
  static get(name: string, id: pulumi.Input<pulumi.ID>, options?: pulumi.CustomResourceOptions): AdminPassword {
    return new AdminPassword(name, {} as AdminPasswordArgs, { ...options, id });
  }
}
