/** The class Outlets. Generated from provider/resources/outlets.ts by `npm run generate`. Do not edit. */
import type * as pulumi from "@pulumi/pulumi";
import { DliResource, isOfType, type Shape } from "../resource";

/** Arguments of {@link Outlets}. */
export interface OutletsArgs {
  /**
   * What to manage of each outlet, by its number as printed on the case. An outlet that is no longer named is left
   * as it is.
   */
  outlets: pulumi.Input<
    Record<
      string,
      pulumi.Input<{
        name?: pulumi.Input<string>;
        state?: pulumi.Input<boolean>;
        critical?: pulumi.Input<boolean>;
        cycleDelaySeconds?: pulumi.Input<number | "default" | null>;
        enforce?: pulumi.Input<"persistent" | "physical">;
        waitForPhysical?: pulumi.Input<boolean>;
        protectFromOff?: pulumi.Input<boolean>;
      }>
    >
  >;
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
  type: "Outlets",
  keys: [],
  isOwner: true,
  isMade: false,
  properties: ["outlets", "onDestroy", "device", "status", "deviceSerial", "deviceUrl"],
  secrets: [],
  defaults: { onDestroy: "leave" },
  secretWhen: {},
};

/**
 * All outlets of a device as one resource, for fleets. Each outlet that is named is managed as an Outlet would be,
 * and only the settings that are declared. Outlets that go to the same state are switched together, in the order of
 * their numbers and at the pace of the device's sequence delay.
 * Id, for `get` and import: `<device>/outlets`.
 */
export class Outlets extends DliResource {
  /**
   * What to manage of each outlet, by its number as printed on the case. An outlet that is no longer named is left
   * as it is.
   */
  declare readonly outlets: pulumi.Output<
    Record<
      string,
      {
        name?: string;
        state?: boolean;
        critical?: boolean;
        cycleDelaySeconds?: number | null;
        enforce?: "persistent" | "physical";
        waitForPhysical?: boolean;
        protectFromOff?: boolean;
      }
    >
  >;
  /**
   * What destroying does to the device: `leave` everything as it is, or `restore` what was there when the resource
   * took it over. Restoring fails if it was changed elsewhere since then.
   */
  declare readonly onDestroy: pulumi.Output<"leave" | "restore">;
  /** Name of the device in configuration (`dli:devices`), or `default` for the one of `dli:url`. */
  declare readonly device: pulumi.Output<string>;
  /** What the device last reported of each outlet besides its settings, by number. */
  declare readonly status: pulumi.Output<
    Record<string, { transientState?: boolean; physicalState?: boolean; locked?: boolean }>
  >;
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
  constructor(name: string, args: OutletsArgs, options?: pulumi.CustomResourceOptions) {
    super(shape, name, args, options);
  }

  /**
   * Whether a value is one, through whichever provider, also for policies: `validateResourceOfType(dli.Outlets,
   * ...)`.
   */
  static override isInstance(value: unknown): value is Outlets {
    return isOfType(value, shape.type);
  }

  /** Reads one that exists on the device, without managing it. The id is `<device>/outlets`. */
  static get(name: string, id: pulumi.Input<pulumi.ID>, options?: pulumi.CustomResourceOptions): Outlets {
    return new Outlets(name, {} as OutletsArgs, { ...options, id });
  }
}
