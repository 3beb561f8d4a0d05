/** The class AutoPing. Generated from provider/resources/auto-ping.ts by `npm run generate`. Do not edit. */
import type * as pulumi from "@pulumi/pulumi";
import { DliResource, isOfType, type Shape } from "../resource";

/** Arguments of {@link AutoPing}. */
export interface AutoPingArgs {
  /**
   * Whether AutoPing is on.
   * If omitted, it is not managed.
   */
  enabled?: pulumi.Input<boolean>;
  /**
   * Time between two pings of an address, 2 to 3600 s. The vendor recommends 60.
   * If omitted, it is not managed.
   */
  pingIntervalSeconds?: pulumi.Input<number>;
  /**
   * How long an address must be silent before its item acts, 2 to 3600 s. It should be longer than the interval.
   * If omitted, it is not managed.
   */
  pingTimeoutSeconds?: pulumi.Input<number>;
  /**
   * How long an item waits after it has acted, 1 to 43200 s.
   * If omitted, it is not managed.
   */
  postRebootDelaySeconds?: pulumi.Input<number>;
  /**
   * How often an item may act in total before the device disables it, 1 to 255, or `unlimited` (or null).
   * If omitted, it is not managed.
   */
  maxReboots?: pulumi.Input<number | "unlimited" | null>;
  /**
   * How often an item may act without a successful ping in between, 1 to 255, or `unlimited` (or null).
   * If omitted, it is not managed.
   */
  maxConsecutiveReboots?: pulumi.Input<number | "unlimited" | null>;
  /**
   * Successful pings that a new or re-enabled item needs before it counts, 0 to 100.
   * If omitted, it is not managed.
   */
  pingsBeforeEnabling?: pulumi.Input<number>;
  /**
   * Whether items stay active after a restart of the device without a new trial.
   * If omitted, it is not managed.
   */
  resumeWithoutRetrial?: pulumi.Input<boolean>;
  /**
   * Whether the device acts on some failures without waiting for the timeout.
   * If omitted, it is not managed.
   */
  handleFailuresImmediately?: pulumi.Input<boolean>;
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
  type: "AutoPing",
  keys: [],
  isOwner: true,
  isMade: false,
  properties: [
    "enabled",
    "pingIntervalSeconds",
    "pingTimeoutSeconds",
    "postRebootDelaySeconds",
    "maxReboots",
    "maxConsecutiveReboots",
    "pingsBeforeEnabling",
    "resumeWithoutRetrial",
    "handleFailuresImmediately",
    "onDestroy",
    "device",
    "deviceSerial",
    "deviceUrl",
  ],
  secrets: [],
  defaults: { onDestroy: "leave" },
  secretWhen: {},
};

/**
 * AutoPing as a whole: how often addresses are pinged and when silence counts as a failure. What is pinged, and
 * what happens then, is declared by `AutoPingItem`s.
 * Id, for `get` and import: `<device>/autoping`.
 */
export class AutoPing extends DliResource {
  /** Whether AutoPing is on. */
  declare readonly enabled: pulumi.Output<boolean>;
  /** Time between two pings of an address, 2 to 3600 s. The vendor recommends 60. */
  declare readonly pingIntervalSeconds: pulumi.Output<number>;
  /** How long an address must be silent before its item acts, 2 to 3600 s. It should be longer than the interval. */
  declare readonly pingTimeoutSeconds: pulumi.Output<number>;
  /** How long an item waits after it has acted, 1 to 43200 s. */
  declare readonly postRebootDelaySeconds: pulumi.Output<number>;
  /** How often an item may act in total before the device disables it, 1 to 255, or `unlimited` (or null). */
  declare readonly maxReboots: pulumi.Output<number | null>;
  /** How often an item may act without a successful ping in between, 1 to 255, or `unlimited` (or null). */
  declare readonly maxConsecutiveReboots: pulumi.Output<number | null>;
  /** Successful pings that a new or re-enabled item needs before it counts, 0 to 100. */
  declare readonly pingsBeforeEnabling: pulumi.Output<number>;
  /** Whether items stay active after a restart of the device without a new trial. */
  declare readonly resumeWithoutRetrial: pulumi.Output<boolean>;
  /** Whether the device acts on some failures without waiting for the timeout. */
  declare readonly handleFailuresImmediately: pulumi.Output<boolean>;
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
  constructor(name: string, args?: AutoPingArgs, options?: pulumi.CustomResourceOptions) {
    super(shape, name, args, options);
  }

  /**
   * Whether a value is one, through whichever provider, also for policies: `validateResourceOfType(dli.AutoPing,
   * ...)`.
   */
  static override isInstance(value: unknown): value is AutoPing {
    return isOfType(value, shape.type);
  }

  /** Reads one that exists on the device, without managing it. The id is `<device>/autoping`. */
  static get(name: string, id: pulumi.Input<pulumi.ID>, options?: pulumi.CustomResourceOptions): AutoPing {
    return new AutoPing(name, {} as AutoPingArgs, { ...options, id });
  }
}
