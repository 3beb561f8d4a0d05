/** The class Setting. Generated from provider/resources/setting.ts by `npm run generate`. Do not edit. */
import type * as pulumi from "@pulumi/pulumi";
import { DliResource, isOfType, type Shape } from "../resource";

/** Arguments of {@link Setting}. */
export interface SettingArgs {
  /**
   * Path below `/restapi/`, for example `config/hostname` or `snmp`.
   * Changing this replaces the resource.
   */
  path: pulumi.Input<string>;
  /** The value as the REST API shows it: a scalar, a list, null, or an object of members to manage. */
  value: pulumi.Input<any>;
  /**
   * Whether the value is a secret. It is then encrypted in the state. However the device masks it in reads, it then
   * counts as what was declared last; so each of its texts is written by a request of its own, whose response
   * proves it.
   * @default false
   */
  secret?: pulumi.Input<boolean>;
  /**
   * Whether a device that does not have this setting is skipped instead of causing an error, for settings that only
   * some models and firmwares have.
   * @default false
   */
  optional?: pulumi.Input<boolean>;
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
  type: "Setting",
  keys: ["path"],
  isOwner: true,
  isMade: false,
  properties: [
    "path",
    "value",
    "secret",
    "optional",
    "allowLockout",
    "onDestroy",
    "device",
    "present",
    "readsBack",
    "deviceSerial",
    "deviceUrl",
  ],
  secrets: [],
  defaults: { secret: false, optional: false, allowLockout: false, onDestroy: "leave" },
  secretWhen: { value: "secret" },
};

/**
 * Any writable setting by its path on the device, for everything that has no resource type. Of an object only the
 * declared members are compared and written, those of one object together. A list is declared as a whole, not by
 * its elements, whose indices change (`relay/outlets` and other lists of fixed length may have an index in the
 * path); of its elements, too, only the declared members are compared, and the others stay as they are where the
 * device shows them or takes a change of one element. What a device does not show when it is read counts as what
 * was written last.
 * Id, for `get` and import: `<device>/settings/<path>`.
 */
export class Setting extends DliResource {
  /** Path below `/restapi/`, for example `config/hostname` or `snmp`. */
  declare readonly path: pulumi.Output<string>;
  /** The value as the REST API shows it: a scalar, a list, null, or an object of members to manage. */
  declare readonly value: pulumi.Output<any>;
  /**
   * Whether the value is a secret. It is then encrypted in the state. However the device masks it in reads, it then
   * counts as what was declared last; so each of its texts is written by a request of its own, whose response
   * proves it.
   */
  declare readonly secret: pulumi.Output<boolean>;
  /**
   * Whether a device that does not have this setting is skipped instead of causing an error, for settings that only
   * some models and firmwares have.
   */
  declare readonly optional: pulumi.Output<boolean>;
  /** Allows a change that may lock this provider out of the device. It is made after everything else. */
  declare readonly allowLockout: pulumi.Output<boolean>;
  /**
   * What destroying does to the device: `leave` everything as it is, or `restore` what was there when the resource
   * took it over. Restoring fails if it was changed elsewhere since then.
   */
  declare readonly onDestroy: pulumi.Output<"leave" | "restore">;
  /** Name of the device in configuration (`dli:devices`), or `default` for the one of `dli:url`. */
  declare readonly device: pulumi.Output<string>;
  /** Whether the device has this setting. */
  declare readonly present: pulumi.Output<boolean>;
  /** Whether the device shows the value when it is read. */
  declare readonly readsBack: pulumi.Output<boolean>;
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
  constructor(name: string, args: SettingArgs, options?: pulumi.CustomResourceOptions) {
    super(shape, name, args, options);
  }

  /**
   * Whether a value is one, through whichever provider, also for policies: `validateResourceOfType(dli.Setting,
   * ...)`.
   */
  static override isInstance(value: unknown): value is Setting {
    return isOfType(value, shape.type);
  }

  /** Reads one that exists on the device, without managing it. The id is `<device>/settings/<path>`. */
  static get(name: string, id: pulumi.Input<pulumi.ID>, options?: pulumi.CustomResourceOptions): Setting {
    return new Setting(name, {} as SettingArgs, { ...options, id });
  }
}
