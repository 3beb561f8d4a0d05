/** The class SwitchOutlets. Generated from provider/actions/switch-outlets.ts by `npm run generate`. Do not edit. */
import type * as pulumi from "@pulumi/pulumi";
import { DliResource, isOfType, type Shape } from "../resource";

/** Arguments of {@link SwitchOutlets}. */
export interface SwitchOutletsArgs {
  /** What each outlet should be, by its number as printed on the case: `{ 1: true, 4: false }`; true is on. */
  states: pulumi.Input<Record<string, pulumi.Input<boolean>>>;
  /**
   * False = until the device's next reboot. True = also after that, which an `Outlet` that declares its `state`
   * sees as drift.
   * @default false
   */
  persistent?: pulumi.Input<boolean>;
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
  type: "SwitchOutlets",
  keys: [],
  isOwner: false,
  isMade: false,
  properties: ["states", "persistent", "triggers", "device", "switched", "deviceSerial", "deviceUrl"],
  secrets: [],
  defaults: { persistent: false },
  secretWhen: {},
};

/**
 * Switches several outlets once, as simultaneously as the device can; switching on still follows the device's
 * sequence delay. Rejected as a whole, before anything is switched, when an outlet that would change is locked, or
 * would go off although `protectFromOff` of the same program forbids it.
 */
export class SwitchOutlets extends DliResource {
  /** What each outlet should be, by its number as printed on the case: `{ 1: true, 4: false }`; true is on. */
  declare readonly states: pulumi.Output<Record<string, boolean>>;
  /**
   * False = until the device's next reboot. True = also after that, which an `Outlet` that declares its `state`
   * sees as drift.
   */
  declare readonly persistent: pulumi.Output<boolean>;
  /** Any values. The action runs again when a trigger changes; changing other inputs does not. */
  declare readonly triggers: pulumi.Output<any[]>;
  /** Name of the device in configuration (`dli:devices`), or `default` for the one of `dli:url`. */
  declare readonly device: pulumi.Output<string>;
  /** Outlets whose state changed. */
  declare readonly switched: pulumi.Output<number[]>;
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
  constructor(name: string, args: SwitchOutletsArgs, options?: pulumi.CustomResourceOptions) {
    super(shape, name, args, options);
  }

  /**
   * Whether a value is one, through whichever provider, also for policies:
   * `validateResourceOfType(dli.SwitchOutlets, ...)`.
   */
  static override isInstance(value: unknown): value is SwitchOutlets {
    return isOfType(value, shape.type);
  }
}
