/** The class Outlet. Generated from provider/resources/outlet.ts by `npm run generate`. Do not edit. */
import type * as pulumi from "@pulumi/pulumi";
import { DliResource, isOfType, type Shape } from "../resource";

/** Arguments of {@link Outlet}. */
export interface OutletArgs {
  /**
   * Number of the outlet as printed on the case, counted from 1.
   * Changing this replaces the resource.
   */
  number: pulumi.Input<number>;
  /**
   * The outlet's name. Some devices reject names longer than 16 characters.
   * If omitted, it is not managed.
   */
  name?: pulumi.Input<string>;
  /**
   * The persistent state: true is on. A change switches the outlet immediately, and the state survives a reboot of
   * the device.
   * If omitted, it is not managed.
   */
  state?: pulumi.Input<boolean>;
  /**
   * Whether the device's web page asks before switching the outlet off.
   * If omitted, it is not managed.
   */
  critical?: pulumi.Input<boolean>;
  /**
   * How long the outlet stays off when it is cycled, in seconds; `default` (or null) = the `cycleDelaySeconds` of
   * the device's Relay.
   * If omitted, it is not managed.
   */
  cycleDelaySeconds?: pulumi.Input<number | "default" | null>;
  /**
   * What must match `state`: only the `persistent` state, or the `physical` relay too, so that an outlet which was
   * switched until the next reboot counts as drift.
   * @default "persistent"
   */
  enforce?: pulumi.Input<"persistent" | "physical">;
  /**
   * Whether a change of `state` waits until the relay has followed, which may take a while because of the device's
   * sequence delay.
   * @default true
   */
  waitForPhysical?: pulumi.Input<boolean>;
  /**
   * Rejects every plan that would switch this outlet off, and every request of the same run that would switch off,
   * cycle or reboot it away. It cannot see resources that are registered after the request, are left out by
   * `--target`, or belong to other programs: `dli:protectedOutlets` in the configuration covers these, too.
   * @default false
   */
  protectFromOff?: pulumi.Input<boolean>;
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
  type: "Outlet",
  keys: ["number"],
  isOwner: true,
  isMade: false,
  properties: [
    "number",
    "name",
    "state",
    "critical",
    "cycleDelaySeconds",
    "enforce",
    "waitForPhysical",
    "protectFromOff",
    "onDestroy",
    "device",
    "transientState",
    "physicalState",
    "locked",
    "deviceSerial",
    "deviceUrl",
  ],
  secrets: [],
  defaults: { enforce: "persistent", waitForPhysical: true, protectFromOff: false, onDestroy: "leave" },
  secretWhen: {},
};

/**
 * One switched outlet: its name, its persistent state and how it may be switched. Destroying the resource leaves
 * the outlet as it is, unless `onDestroy` says otherwise.
 * Id, for `get` and import: `<device>/outlets/<number>`.
 */
export class Outlet extends DliResource {
  /** Number of the outlet as printed on the case, counted from 1. */
  declare readonly number: pulumi.Output<number>;
  /** The outlet's name. Some devices reject names longer than 16 characters. */
  declare readonly name: pulumi.Output<string>;
  /**
   * The persistent state: true is on. A change switches the outlet immediately, and the state survives a reboot of
   * the device.
   */
  declare readonly state: pulumi.Output<boolean>;
  /** Whether the device's web page asks before switching the outlet off. */
  declare readonly critical: pulumi.Output<boolean>;
  /**
   * How long the outlet stays off when it is cycled, in seconds; `default` (or null) = the `cycleDelaySeconds` of
   * the device's Relay.
   */
  declare readonly cycleDelaySeconds: pulumi.Output<number | null>;
  /**
   * What must match `state`: only the `persistent` state, or the `physical` relay too, so that an outlet which was
   * switched until the next reboot counts as drift.
   */
  declare readonly enforce: pulumi.Output<"persistent" | "physical">;
  /**
   * Whether a change of `state` waits until the relay has followed, which may take a while because of the device's
   * sequence delay.
   */
  declare readonly waitForPhysical: pulumi.Output<boolean>;
  /**
   * Rejects every plan that would switch this outlet off, and every request of the same run that would switch off,
   * cycle or reboot it away. It cannot see resources that are registered after the request, are left out by
   * `--target`, or belong to other programs: `dli:protectedOutlets` in the configuration covers these, too.
   */
  declare readonly protectFromOff: pulumi.Output<boolean>;
  /**
   * What destroying does to the device: `leave` everything as it is, or `restore` what was there when the resource
   * took it over. Restoring fails if it was changed elsewhere since then.
   */
  declare readonly onDestroy: pulumi.Output<"leave" | "restore">;
  /** Name of the device in configuration (`dli:devices`), or `default` for the one of `dli:url`. */
  declare readonly device: pulumi.Output<string>;
  /** The state until the next reboot; changes before `physicalState` during delays. */
  declare readonly transientState: pulumi.Output<boolean>;
  /** Whether the relay is closed, as of the last read. */
  declare readonly physicalState: pulumi.Output<boolean>;
  /** Whether the outlet is locked; a locked outlet cannot be switched over the network. */
  declare readonly locked: pulumi.Output<boolean>;
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
  constructor(name: string, args: OutletArgs, options?: pulumi.CustomResourceOptions) {
    super(shape, name, args, options);
  }

  /**
   * Whether a value is one, through whichever provider, also for policies: `validateResourceOfType(dli.Outlet,
   * ...)`.
   */
  static override isInstance(value: unknown): value is Outlet {
    return isOfType(value, shape.type);
  }

  /** Reads one that exists on the device, without managing it. The id is `<device>/outlets/<number>`. */
  static get(name: string, id: pulumi.Input<pulumi.ID>, options?: pulumi.CustomResourceOptions): Outlet {
    return new Outlet(name, {} as OutletArgs, { ...options, id });
  }
}
