/** The class User. Generated from provider/resources/user.ts by `npm run generate`. Do not edit. */
import type * as pulumi from "@pulumi/pulumi";
import { DliResource, isOfType, type Shape } from "../resource";

/** Arguments of {@link User}. */
export interface UserArgs {
  /**
   * Name to log in with.
   * Changing this replaces the resource.
   */
  name: pulumi.Input<string>;
  /**
   * Password to log in with. It is written when the account is created and when the declared one changes. The
   * device never shows it; a change is verified with a login if users may use the REST-style API
   * (`RestApi.allowNonAdmin`).
   * If omitted, it is not managed.
   * Encrypted in the state.
   */
  password?: pulumi.Input<string>;
  /**
   * Whether the account may log in.
   * @default true
   */
  isAllowed?: pulumi.Input<boolean>;
  /**
   * Numbers of the outlets that the user may switch, or `all`. The order does not matter.
   * @default []
   */
  outletAccess?: pulumi.Input<"all" | pulumi.Input<number>[]>;
  /**
   * Whether a refresh logs in once as this user, so that a password changed elsewhere shows as drift. After two
   * failed logins on a device no other is tried in the same run: a User that was not checked is an error that says
   * so.
   * @default false
   */
  verifyPassword?: pulumi.Input<boolean>;
  /**
   * Allows a change that may lock this provider out of the device. It is made after everything else.
   * @default false
   */
  allowLockout?: pulumi.Input<boolean>;
  /**
   * Takes over one that already exists on the device instead of failing.
   * @default false
   */
  adopt?: pulumi.Input<boolean>;
  /**
   * Name of the device in configuration (`dli:devices`), or `default` for the one of `dli:url`.
   * Changing this replaces the resource.
   * @default "default"
   */
  device?: pulumi.Input<string>;
}

const shape: Shape = {
  type: "User",
  keys: ["name"],
  isOwner: true,
  isMade: true,
  properties: [
    "name",
    "password",
    "isAllowed",
    "outletAccess",
    "verifyPassword",
    "allowLockout",
    "adopt",
    "device",
    "isAdmin",
    "keptAs",
    "deviceSerial",
    "deviceUrl",
  ],
  secrets: ["password"],
  defaults: { verifyPassword: false, allowLockout: false, adopt: false },
  secretWhen: {},
};

/**
 * An account besides the admin's. It can switch the outlets it has access to, also through the REST-style API once
 * `RestApi.allowNonAdmin` is on. The admin's own password is the resource `AdminPassword`.
 * Id, for `get` and import: `<device>/users/<name>`.
 */
export class User extends DliResource {
  /** Name to log in with. */
  declare readonly name: pulumi.Output<string>;
  /**
   * Password to log in with. It is written when the account is created and when the declared one changes. The
   * device never shows it; a change is verified with a login if users may use the REST-style API
   * (`RestApi.allowNonAdmin`).
   */
  declare readonly password: pulumi.Output<string>;
  /** Whether the account may log in. */
  declare readonly isAllowed: pulumi.Output<boolean>;
  /** Numbers of the outlets that the user may switch, or `all`. The order does not matter. */
  declare readonly outletAccess: pulumi.Output<"all" | number[]>;
  /**
   * Whether a refresh logs in once as this user, so that a password changed elsewhere shows as drift. After two
   * failed logins on a device no other is tried in the same run: a User that was not checked is an error that says
   * so.
   */
  declare readonly verifyPassword: pulumi.Output<boolean>;
  /** Allows a change that may lock this provider out of the device. It is made after everything else. */
  declare readonly allowLockout: pulumi.Output<boolean>;
  /** Takes over one that already exists on the device instead of failing. */
  declare readonly adopt: pulumi.Output<boolean>;
  /** Name of the device in configuration (`dli:devices`), or `default` for the one of `dli:url`. */
  declare readonly device: pulumi.Output<string>;
  /** Whether the device counts this account as an administrator. */
  declare readonly isAdmin: pulumi.Output<boolean>;
  /** How the device spells what this resource is known by, where that is not as declared. */
  declare readonly keptAs: pulumi.Output<string>;
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
  constructor(name: string, args: UserArgs, options?: pulumi.CustomResourceOptions) {
    super(shape, name, args, options);
  }

  /** Whether a value is one, through whichever provider, also for policies: `validateResourceOfType(dli.User, ...)`. */
  static override isInstance(value: unknown): value is User {
    return isOfType(value, shape.type);
  }

  /** Reads one that exists on the device, without managing it. The id is `<device>/users/<name>`. */
  static get(name: string, id: pulumi.Input<pulumi.ID>, options?: pulumi.CustomResourceOptions): User {
    return new User(name, {} as UserArgs, { ...options, id });
  }
}
