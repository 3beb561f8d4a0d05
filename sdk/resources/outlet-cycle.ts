/** The class OutletCycle. Generated from provider/actions/outlet-cycle.ts by `npm run generate`. Do not edit. */
import type * as pulumi from "@pulumi/pulumi";
import { DliResource, isOfType, type Shape } from "../resource";

/** Arguments of {@link OutletCycle}. */
export interface OutletCycleArgs {
  /**
   * Numbers of the outlets as printed on the case; they are cycled in rising order. `all` = every outlet that is
   * on.
   */
  outlets: pulumi.Input<"all" | pulumi.Input<number>[]>;
  /**
   * How long to wait until all of them are on again, in seconds; 0 = do not wait.
   * @default 0
   */
  waitSeconds?: pulumi.Input<number>;
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
  type: "OutletCycle",
  keys: [],
  isOwner: false,
  isMade: false,
  properties: ["outlets", "waitSeconds", "triggers", "device", "cycled", "deviceSerial", "deviceUrl"],
  secrets: [],
  defaults: { waitSeconds: 0 },
  secretWhen: {},
};

/**
 * Cycles outlets once: off, wait, on again. Rejected as a whole, before anything is switched, when one of them is
 * locked, is off, or is protected by `dli:protectedOutlets`, or by `protectFromOff` of the same program. One that
 * is being switched on is waited for, as long as the device's delays or `customTimeouts` allow. If the device's
 * response is lost and the outlet does not show whether it was cycled, the action fails and counts as done: it is
 * not repeated until `triggers` change.
 */
export class OutletCycle extends DliResource {
  /**
   * Numbers of the outlets as printed on the case; they are cycled in rising order. `all` = every outlet that is
   * on.
   */
  declare readonly outlets: pulumi.Output<"all" | number[]>;
  /** How long to wait until all of them are on again, in seconds; 0 = do not wait. */
  declare readonly waitSeconds: pulumi.Output<number>;
  /** Any values. The action runs again when a trigger changes; changing other inputs does not. */
  declare readonly triggers: pulumi.Output<any[]>;
  /** Name of the device in configuration (`dli:devices`), or `default` for the one of `dli:url`. */
  declare readonly device: pulumi.Output<string>;
  /** Numbers of the outlets that were cycled. */
  declare readonly cycled: pulumi.Output<number[]>;
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
  constructor(name: string, args: OutletCycleArgs, options?: pulumi.CustomResourceOptions) {
    super(shape, name, args, options);
  }

  /**
   * Whether a value is one, through whichever provider, also for policies: `validateResourceOfType(dli.OutletCycle,
   * ...)`.
   */
  static override isInstance(value: unknown): value is OutletCycle {
    return isOfType(value, shape.type);
  }
}
