/** The class Relay. Generated from provider/resources/relay.ts by `npm run generate`. Do not edit. */
import type * as pulumi from "@pulumi/pulumi";
import { DliResource, isOfType, type Shape } from "../resource";

/** Arguments of {@link Relay}. */
export interface RelayArgs {
  /**
   * The device's name, as its web page shows it.
   * If omitted, it is not managed.
   */
  name?: pulumi.Input<string>;
  /**
   * Time between two outlets being switched on, in seconds. The device has a minimum, see
   * `minSequenceDelaySeconds`.
   * If omitted, it is not managed.
   */
  sequenceDelaySeconds?: pulumi.Input<number>;
  /**
   * How long a cycled outlet stays off, in seconds, unless the outlet has its own `cycleDelaySeconds`.
   * If omitted, it is not managed.
   */
  cycleDelaySeconds?: pulumi.Input<number>;
  /**
   * What happens after a power loss, as a number of the device (its web page lists: all off, all on in sequence,
   * last state in sequence; the numbers are not documented). While an outlet is protected, only 2 and 3 are
   * written, which no reading takes for all off.
   * If omitted, it is not managed.
   */
  recoveryMode?: pulumi.Input<number>;
  /**
   * Whether the keypad on the device works.
   * If omitted, it is not managed.
   */
  keypadEnabled?: pulumi.Input<boolean>;
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
  type: "Relay",
  keys: [],
  isOwner: true,
  isMade: false,
  properties: [
    "name",
    "sequenceDelaySeconds",
    "cycleDelaySeconds",
    "recoveryMode",
    "keypadEnabled",
    "onDestroy",
    "device",
    "model",
    "relayFirmware",
    "online",
    "minSequenceDelaySeconds",
    "deviceSerial",
    "deviceUrl",
  ],
  secrets: [],
  defaults: { onDestroy: "leave" },
  secretWhen: {},
};

/**
 * The relay module as a whole: the device's name, the pace of switching and what happens after power loss.
 * Id, for `get` and import: `<device>/relay`.
 */
export class Relay extends DliResource {
  /** The device's name, as its web page shows it. */
  declare readonly name: pulumi.Output<string>;
  /**
   * Time between two outlets being switched on, in seconds. The device has a minimum, see
   * `minSequenceDelaySeconds`.
   */
  declare readonly sequenceDelaySeconds: pulumi.Output<number>;
  /** How long a cycled outlet stays off, in seconds, unless the outlet has its own `cycleDelaySeconds`. */
  declare readonly cycleDelaySeconds: pulumi.Output<number>;
  /**
   * What happens after a power loss, as a number of the device (its web page lists: all off, all on in sequence,
   * last state in sequence; the numbers are not documented). While an outlet is protected, only 2 and 3 are
   * written, which no reading takes for all off.
   */
  declare readonly recoveryMode: pulumi.Output<number>;
  /** Whether the keypad on the device works. */
  declare readonly keypadEnabled: pulumi.Output<boolean>;
  /**
   * What destroying does to the device: `leave` everything as it is, or `restore` what was there when the resource
   * took it over. Restoring fails if it was changed elsewhere since then.
   */
  declare readonly onDestroy: pulumi.Output<"leave" | "restore">;
  /** Name of the device in configuration (`dli:devices`), or `default` for the one of `dli:url`. */
  declare readonly device: pulumi.Output<string>;
  /** The device's model, such as `LPC9`. */
  declare readonly model: pulumi.Output<string>;
  /** Version of the relay module's own firmware. */
  declare readonly relayFirmware: pulumi.Output<string>;
  /** Whether the relay module works: true, false, or `degraded` (low power, outlets cannot be switched on). */
  declare readonly online: pulumi.Output<boolean | string>;
  /** Minimum of `sequenceDelaySeconds`, in seconds. */
  declare readonly minSequenceDelaySeconds: pulumi.Output<number>;
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
  constructor(name: string, args?: RelayArgs, options?: pulumi.CustomResourceOptions) {
    super(shape, name, args, options);
  }

  /**
   * Whether a value is one, through whichever provider, also for policies: `validateResourceOfType(dli.Relay,
   * ...)`.
   */
  static override isInstance(value: unknown): value is Relay {
    return isOfType(value, shape.type);
  }

  /** Reads one that exists on the device, without managing it. The id is `<device>/relay`. */
  static get(name: string, id: pulumi.Input<pulumi.ID>, options?: pulumi.CustomResourceOptions): Relay {
    return new Relay(name, {} as RelayArgs, { ...options, id });
  }
}
