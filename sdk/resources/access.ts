/** The class Access. Generated from provider/resources/access.ts by `npm run generate`. Do not edit. */
import type * as pulumi from "@pulumi/pulumi";
import { DliResource, isOfType, type Shape } from "../resource";

/** Arguments of {@link Access}. */
export interface AccessArgs {
  /**
   * Whether HTTP Basic and other plaintext logins are accepted. This provider never uses them.
   * If omitted, it is not managed.
   */
  allowPlaintextLogins?: pulumi.Input<boolean>;
  /**
   * How long everybody is locked out after several failed logins, in minutes; 0 = no lockout.
   * If omitted, it is not managed.
   */
  lockoutDelayMinutes?: pulumi.Input<number>;
  /**
   * How long an unused web session lasts, in seconds.
   * If omitted, it is not managed.
   */
  sessionTimeoutSeconds?: pulumi.Input<number>;
  /**
   * Realm of the digest login. Every password login depends on it, so a change needs `allowLockout` and is verified
   * with a fresh login.
   * If omitted, it is not managed.
   */
  realm?: pulumi.Input<string>;
  /**
   * Whether the JSON-RPC interface is enabled.
   * If omitted, it is not managed.
   */
  allowJsonRpc?: pulumi.Input<boolean>;
  /**
   * Whether users other than the admin may use JSON-RPC.
   * If omitted, it is not managed.
   */
  allowJsonRpcNonAdmin?: pulumi.Input<boolean>;
  /**
   * Whether only the device's own subnet can reach it. Turning it on needs `allowLockout`, because this provider
   * may connect from another one.
   * If omitted, it is not managed.
   */
  sameSubnetOnly?: pulumi.Input<boolean>;
  /**
   * Allows a change that may lock this provider out of the device. It is made after everything else.
   * @default false
   */
  allowLockout?: pulumi.Input<boolean>;
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
  type: "Access",
  keys: [],
  isOwner: true,
  isMade: false,
  properties: [
    "allowPlaintextLogins",
    "lockoutDelayMinutes",
    "sessionTimeoutSeconds",
    "realm",
    "allowJsonRpc",
    "allowJsonRpcNonAdmin",
    "sameSubnetOnly",
    "allowLockout",
    "onDestroy",
    "device",
    "deviceSerial",
    "deviceUrl",
  ],
  secrets: [],
  defaults: { allowLockout: false, onDestroy: "leave" },
  secretWhen: {},
};

/**
 * Who may reach the device, and how: logins and their lockout, web sessions, the JSON-RPC interface and other
 * subnets. Each setting works only on devices that have it.
 * Id, for `get` and import: `<device>/access`.
 */
export class Access extends DliResource {
  /** Whether HTTP Basic and other plaintext logins are accepted. This provider never uses them. */
  declare readonly allowPlaintextLogins: pulumi.Output<boolean>;
  /** How long everybody is locked out after several failed logins, in minutes; 0 = no lockout. */
  declare readonly lockoutDelayMinutes: pulumi.Output<number>;
  /** How long an unused web session lasts, in seconds. */
  declare readonly sessionTimeoutSeconds: pulumi.Output<number>;
  /**
   * Realm of the digest login. Every password login depends on it, so a change needs `allowLockout` and is verified
   * with a fresh login.
   */
  declare readonly realm: pulumi.Output<string>;
  /** Whether the JSON-RPC interface is enabled. */
  declare readonly allowJsonRpc: pulumi.Output<boolean>;
  /** Whether users other than the admin may use JSON-RPC. */
  declare readonly allowJsonRpcNonAdmin: pulumi.Output<boolean>;
  /**
   * Whether only the device's own subnet can reach it. Turning it on needs `allowLockout`, because this provider
   * may connect from another one.
   */
  declare readonly sameSubnetOnly: pulumi.Output<boolean>;
  /** Allows a change that may lock this provider out of the device. It is made after everything else. */
  declare readonly allowLockout: pulumi.Output<boolean>;
  /**
   * What destroying does to the device: `leave` everything as it is, or `restore` what was there when the resource
   * took it over. Restoring fails if it was changed elsewhere since then.
   */
  declare readonly onDestroy: pulumi.Output<"leave" | "restore">;
  /** Name of the device in configuration (`dli:devices`), or `default` for the one of `dli:url`. */
  declare readonly device: pulumi.Output<string>;
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
  constructor(name: string, args?: AccessArgs, options?: pulumi.CustomResourceOptions) {
    super(shape, name, args, options);
  }

  /**
   * Whether a value is one, through whichever provider, also for policies: `validateResourceOfType(dli.Access,
   * ...)`.
   */
  static override isInstance(value: unknown): value is Access {
    return isOfType(value, shape.type);
  }

  /** Reads one that exists on the device, without managing it. The id is `<device>/access`. */
  static get(name: string, id: pulumi.Input<pulumi.ID>, options?: pulumi.CustomResourceOptions): Access {
    return new Access(name, {} as AccessArgs, { ...options, id });
  }
}
