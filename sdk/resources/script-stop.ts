/** The class ScriptStop. Generated from provider/actions/script-stop.ts by `npm run generate`. Do not edit. */
import type * as pulumi from "@pulumi/pulumi";
import { DliResource, isOfType, type Shape } from "../resource";

/** Arguments of {@link ScriptStop}. */
export interface ScriptStopArgs {
  /** Id of the thread, as in `ScriptRun.threadId`, or `all`. */
  thread: pulumi.Input<string>;
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
  type: "ScriptStop",
  keys: [],
  isOwner: false,
  isMade: false,
  properties: ["thread", "triggers", "device", "stopped", "deviceSerial", "deviceUrl"],
  secrets: [],
  defaults: {},
  secretWhen: {},
};

/**
 * Stops running functions of the device's script once. A thread that has already ended is no error. Only the
 * device's admin, or a token with the scope, may stop scripts.
 */
export class ScriptStop extends DliResource {
  /** Id of the thread, as in `ScriptRun.threadId`, or `all`. */
  declare readonly thread: pulumi.Output<string>;
  /** Any values. The action runs again when a trigger changes; changing other inputs does not. */
  declare readonly triggers: pulumi.Output<any[]>;
  /** Name of the device in configuration (`dli:devices`), or `default` for the one of `dli:url`. */
  declare readonly device: pulumi.Output<string>;
  /** Ids of the threads that were running and have ended. */
  declare readonly stopped: pulumi.Output<string[]>;
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
  constructor(name: string, args: ScriptStopArgs, options?: pulumi.CustomResourceOptions) {
    super(shape, name, args, options);
  }

  /**
   * Whether a value is one, through whichever provider, also for policies: `validateResourceOfType(dli.ScriptStop,
   * ...)`.
   */
  static override isInstance(value: unknown): value is ScriptStop {
    return isOfType(value, shape.type);
  }
}
