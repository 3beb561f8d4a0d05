/** The class AutoPingItem. Generated from provider/resources/auto-ping-item.ts by `npm run generate`. Do not edit. */
import type * as pulumi from "@pulumi/pulumi";
import { DliResource, isOfType, type Shape } from "../resource";

/** Arguments of {@link AutoPingItem}. */
export interface AutoPingItemArgs {
  /**
   * What to ping: host names, IP addresses or URLs. `icmp://host` is the same as the host alone, `link://eth0`
   * checks the device's own link, `tcp://host:port` connects, `http://...` and `https://...` send a GET. The item
   * acts when none of them responds. Their order does not matter.
   * Changing this replaces the resource.
   */
  addresses: pulumi.Input<pulumi.Input<string>[]>;
  /**
   * Numbers of the outlets that the item acts on, as printed on the case. Their order does not matter.
   * If omitted, it is not managed.
   */
  outlets?: pulumi.Input<pulumi.Input<number>[]>;
  /**
   * Whether the item is active. A device may show an item as inactive while it is on trial, and switches one off by
   * itself when it gives up on it (`maxReboots` and `maxConsecutiveReboots` of AutoPing). Neither is drift: a
   * refresh warns, and only a person, or a change of this input, switches the item on again.
   * @default true
   */
  enabled?: pulumi.Input<boolean>;
  /**
   * Name of the script function to run; empty = cycle the outlets.
   * If omitted, it is not managed.
   */
  script?: pulumi.Input<string>;
  /**
   * Successful pings before the item counts, 0 to 100; `default` (or null) = the `pingsBeforeEnabling` of AutoPing.
   * If omitted, it is not managed.
   */
  pingsBeforeEnabling?: pulumi.Input<number | "default" | null>;
  /**
   * Whether the item goes through a new trial after it was interrupted.
   * If omitted, it is not managed.
   */
  resumptionTrial?: pulumi.Input<boolean>;
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
  type: "AutoPingItem",
  keys: ["addresses"],
  isOwner: true,
  isMade: true,
  properties: [
    "addresses",
    "outlets",
    "enabled",
    "script",
    "pingsBeforeEnabling",
    "resumptionTrial",
    "adopt",
    "device",
    "status",
    "keptAs",
    "deviceSerial",
    "deviceUrl",
  ],
  secrets: [],
  defaults: { adopt: false },
  secretWhen: {},
};

/**
 * One AutoPing item: addresses to ping, and the outlets to cycle (or the script function to run) when none of them
 * responds. The device knows it by its set of addresses.
 * Id, for `get` and import: `<device>/autoping/<address>[,<address>]`.
 */
export class AutoPingItem extends DliResource {
  /**
   * What to ping: host names, IP addresses or URLs. `icmp://host` is the same as the host alone, `link://eth0`
   * checks the device's own link, `tcp://host:port` connects, `http://...` and `https://...` send a GET. The item
   * acts when none of them responds. Their order does not matter.
   */
  declare readonly addresses: pulumi.Output<string[]>;
  /** Numbers of the outlets that the item acts on, as printed on the case. Their order does not matter. */
  declare readonly outlets: pulumi.Output<number[]>;
  /**
   * Whether the item is active. A device may show an item as inactive while it is on trial, and switches one off by
   * itself when it gives up on it (`maxReboots` and `maxConsecutiveReboots` of AutoPing). Neither is drift: a
   * refresh warns, and only a person, or a change of this input, switches the item on again.
   */
  declare readonly enabled: pulumi.Output<boolean>;
  /** Name of the script function to run; empty = cycle the outlets. */
  declare readonly script: pulumi.Output<string>;
  /** Successful pings before the item counts, 0 to 100; `default` (or null) = the `pingsBeforeEnabling` of AutoPing. */
  declare readonly pingsBeforeEnabling: pulumi.Output<number | null>;
  /** Whether the item goes through a new trial after it was interrupted. */
  declare readonly resumptionTrial: pulumi.Output<boolean>;
  /** Takes over one that already exists on the device instead of failing. */
  declare readonly adopt: pulumi.Output<boolean>;
  /** Name of the device in configuration (`dli:devices`), or `default` for the one of `dli:url`. */
  declare readonly device: pulumi.Output<string>;
  /** What the device last found for each address, in the device's order of the addresses. */
  declare readonly status: pulumi.Output<Record<string, any>[]>;
  /** How the device spells what this resource is known by, where that is not as declared. */
  declare readonly keptAs: pulumi.Output<string[]>;
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
  constructor(name: string, args: AutoPingItemArgs, options?: pulumi.CustomResourceOptions) {
    super(shape, name, args, options);
  }

  /**
   * Whether a value is one, through whichever provider, also for policies:
   * `validateResourceOfType(dli.AutoPingItem, ...)`.
   */
  static override isInstance(value: unknown): value is AutoPingItem {
    return isOfType(value, shape.type);
  }

  /** Reads one that exists on the device, without managing it. The id is `<device>/autoping/<address>[,<address>]`. */
  static get(name: string, id: pulumi.Input<pulumi.ID>, options?: pulumi.CustomResourceOptions): AutoPingItem {
    return new AutoPingItem(name, {} as AutoPingItemArgs, { ...options, id });
  }
}
