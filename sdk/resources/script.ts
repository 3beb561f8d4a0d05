/** The class Script. Generated from provider/resources/script.ts by `npm run generate`. Do not edit. */
import type * as pulumi from "@pulumi/pulumi";
import { DliResource, isOfType, type Shape } from "../resource";

/** Arguments of {@link Script}. */
export interface ScriptArgs {
  /**
   * The whole Lua source. Differences in line endings, in white space at the ends of lines outside of strings, and
   * in blank lines at the beginning and the end are ignored. Threads that are running continue with the old source
   * until they end or are stopped (`ScriptStop`).
   * If omitted, it is not managed.
   */
  source?: pulumi.Input<string>;
  /**
   * Name of the function to run at boot, or `nil` (or null) for none.
   * If omitted, it is not managed.
   */
  bootHandler?: pulumi.Input<string | "nil" | null>;
  /**
   * True = the handler runs at cold boot only. False = also at warm boot and service restart, and it is told which
   * one.
   * If omitted, it is not managed.
   */
  bootHandlerLegacy?: pulumi.Input<boolean>;
  /**
   * Delay between steps, in seconds; for legacy functions only.
   * If omitted, it is not managed.
   */
  stepDelaySeconds?: pulumi.Input<number>;
  /**
   * Whether the script's steps are traced to the system log.
   * If omitted, it is not managed.
   */
  traced?: pulumi.Input<boolean>;
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
  type: "Script",
  keys: [],
  isOwner: true,
  isMade: false,
  properties: [
    "source",
    "bootHandler",
    "bootHandlerLegacy",
    "stepDelaySeconds",
    "traced",
    "onDestroy",
    "device",
    "functions",
    "sourceSha256",
    "deviceSerial",
    "deviceUrl",
  ],
  secrets: [],
  defaults: { onDestroy: "leave" },
  secretWhen: {},
};

/**
 * The device's Lua script and its boot handler. A script with a syntax error is rejected and the old one stays.
 * Id, for `get` and import: `<device>/script`.
 */
export class Script extends DliResource {
  /**
   * The whole Lua source. Differences in line endings, in white space at the ends of lines outside of strings, and
   * in blank lines at the beginning and the end are ignored. Threads that are running continue with the old source
   * until they end or are stopped (`ScriptStop`).
   */
  declare readonly source: pulumi.Output<string>;
  /** Name of the function to run at boot, or `nil` (or null) for none. */
  declare readonly bootHandler: pulumi.Output<string | null>;
  /**
   * True = the handler runs at cold boot only. False = also at warm boot and service restart, and it is told which
   * one.
   */
  declare readonly bootHandlerLegacy: pulumi.Output<boolean>;
  /** Delay between steps, in seconds; for legacy functions only. */
  declare readonly stepDelaySeconds: pulumi.Output<number>;
  /** Whether the script's steps are traced to the system log. */
  declare readonly traced: pulumi.Output<boolean>;
  /**
   * What destroying does to the device: `leave` everything as it is, or `restore` what was there when the resource
   * took it over. Restoring fails if it was changed elsewhere since then.
   */
  declare readonly onDestroy: pulumi.Output<"leave" | "restore">;
  /** Name of the device in configuration (`dli:devices`), or `default` for the one of `dli:url`. */
  declare readonly device: pulumi.Output<string>;
  /** Names of the functions that the device found in the script, sorted. */
  declare readonly functions: pulumi.Output<string[]>;
  /** SHA-256 of the script's source after normalisation, in hex. */
  declare readonly sourceSha256: pulumi.Output<string>;
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
  constructor(name: string, args?: ScriptArgs, options?: pulumi.CustomResourceOptions) {
    super(shape, name, args, options);
  }

  /**
   * Whether a value is one, through whichever provider, also for policies: `validateResourceOfType(dli.Script,
   * ...)`.
   */
  static override isInstance(value: unknown): value is Script {
    return isOfType(value, shape.type);
  }

  /** Reads one that exists on the device, without managing it. The id is `<device>/script`. */
  static get(name: string, id: pulumi.Input<pulumi.ID>, options?: pulumi.CustomResourceOptions): Script {
    return new Script(name, {} as ScriptArgs, { ...options, id });
  }
}
