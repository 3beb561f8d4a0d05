/** The class Reboot. Generated from provider/actions/reboot.ts by `npm run generate`. Do not edit. */
import type * as pulumi from "@pulumi/pulumi";
import { DliResource, isOfType, type Shape } from "../resource";

/** Arguments of {@link Reboot}. */
export interface RebootArgs {
  /**
   * Whether to wait until the device responds again and its uptime proves that it has restarted.
   * @default true
   */
  waitForDevice?: pulumi.Input<boolean>;
  /**
   * How long the device may take to restart, in seconds.
   * @default 300
   */
  timeoutSeconds?: pulumi.Input<number>;
  /** Any values. The action runs again when a trigger changes; changing other inputs does not. */
  triggers?: pulumi.Input<pulumi.Input<any>[]>;
  /**
   * Name of the device in configuration (`dli:devices`), or `default` for the one of `dli:url`.
   * Changing this replaces the resource.
   * @default "default"
   */
  device?: pulumi.Input<string>;
}

const shape: Shape = {
  type: "Reboot",
  keys: [],
  isOwner: false,
  isMade: false,
  properties: ["waitForDevice", "timeoutSeconds", "triggers", "device", "uptimeSeconds", "deviceSerial", "deviceUrl"],
  secrets: [],
  defaults: { waitForDevice: true, timeoutSeconds: 300 },
  secretWhen: {},
};

/**
 * Restarts the device once. Outlets keep their persistent state; what was switched until the next reboot is lost.
 * While it waits for the device, every other resource on the device waits too.
 */
export class Reboot extends DliResource {
  /** Whether to wait until the device responds again and its uptime proves that it has restarted. */
  declare readonly waitForDevice: pulumi.Output<boolean>;
  /** How long the device may take to restart, in seconds. */
  declare readonly timeoutSeconds: pulumi.Output<number>;
  /** Any values. The action runs again when a trigger changes; changing other inputs does not. */
  declare readonly triggers: pulumi.Output<any[]>;
  /** Name of the device in configuration (`dli:devices`), or `default` for the one of `dli:url`. */
  declare readonly device: pulumi.Output<string>;
  /** How long the device had been up when it responded again, in seconds. Omitted when nothing waited for that. */
  declare readonly uptimeSeconds: pulumi.Output<number>;
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
  constructor(name: string, args?: RebootArgs, options?: pulumi.CustomResourceOptions) {
    super(shape, name, args, options);
  }

  /**
   * Whether a value is one, through whichever provider, also for policies: `validateResourceOfType(dli.Reboot,
   * ...)`.
   */
  static override isInstance(value: unknown): value is Reboot {
    return isOfType(value, shape.type);
  }
}
