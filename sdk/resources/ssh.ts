/** The class Ssh. Generated from provider/resources/ssh.ts by `npm run generate`. Do not edit. */
import type * as pulumi from "@pulumi/pulumi";
import { DliResource, isOfType, type Shape } from "../resource";

/** Arguments of {@link Ssh}. */
export interface SshArgs {
  /**
   * Whether the device accepts SSH logins.
   * If omitted, it is not managed.
   */
  enabled?: pulumi.Input<boolean>;
  /**
   * TCP port of the SSH server, 1 to 65535.
   * If omitted, it is not managed.
   */
  port?: pulumi.Input<number>;
  /**
   * OpenSSH public keys that may log in, one per line. Differences in line endings, trailing white space and blank
   * lines at the beginning are ignored.
   * If omitted, it is not managed.
   */
  authorizedKeys?: pulumi.Input<string>;
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
  type: "Ssh",
  keys: [],
  isOwner: true,
  isMade: false,
  properties: ["enabled", "port", "authorizedKeys", "allowLockout", "onDestroy", "device", "deviceSerial", "deviceUrl"],
  secrets: [],
  defaults: { allowLockout: false, onDestroy: "leave" },
  secretWhen: {},
};

/**
 * SSH access to the device's command line. Only the admin can log in by SSH.
 * Id, for `get` and import: `<device>/ssh`.
 */
export class Ssh extends DliResource {
  /** Whether the device accepts SSH logins. */
  declare readonly enabled: pulumi.Output<boolean>;
  /** TCP port of the SSH server, 1 to 65535. */
  declare readonly port: pulumi.Output<number>;
  /**
   * OpenSSH public keys that may log in, one per line. Differences in line endings, trailing white space and blank
   * lines at the beginning are ignored.
   */
  declare readonly authorizedKeys: pulumi.Output<string>;
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
  constructor(name: string, args?: SshArgs, options?: pulumi.CustomResourceOptions) {
    super(shape, name, args, options);
  }

  /** Whether a value is one, through whichever provider, also for policies: `validateResourceOfType(dli.Ssh, ...)`. */
  static override isInstance(value: unknown): value is Ssh {
    return isOfType(value, shape.type);
  }

  /** Reads one that exists on the device, without managing it. The id is `<device>/ssh`. */
  static get(name: string, id: pulumi.Input<pulumi.ID>, options?: pulumi.CustomResourceOptions): Ssh {
    return new Ssh(name, {} as SshArgs, { ...options, id });
  }
}
