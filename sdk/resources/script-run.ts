/** The class ScriptRun. Generated from provider/actions/script-run.ts by `npm run generate`. Do not edit. */
import type * as pulumi from "@pulumi/pulumi";
import { DliResource, isOfType, type Shape } from "../resource";

/** Arguments of {@link ScriptRun}. */
export interface ScriptRunArgs {
  /** Name of the function, as the script declares it. */
  function: pulumi.Input<string>;
  /**
   * Arguments of the call: strings, numbers, booleans, null (`nil`), and lists and objects (tables).
   * @default []
   */
  arguments?: pulumi.Input<pulumi.Input<any>[]>;
  /**
   * How long to wait until the function has ended, in seconds; the action fails if it is still running then. 0 = do
   * not wait.
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
  type: "ScriptRun",
  keys: [],
  isOwner: false,
  isMade: false,
  properties: ["function", "arguments", "waitSeconds", "triggers", "device", "threadId", "deviceSerial", "deviceUrl"],
  secrets: [],
  defaults: { arguments: [], waitSeconds: 0 },
  secretWhen: {},
};

/**
 * Runs a function of the device's script once. Only the device's admin, or a token with the scope, may run scripts.
 * If the device's response is lost and its list of threads does not show whether the function was started, the
 * action fails and counts as done.
 */
export class ScriptRun extends DliResource {
  /** Name of the function, as the script declares it. */
  declare readonly function: pulumi.Output<string>;
  /** Arguments of the call: strings, numbers, booleans, null (`nil`), and lists and objects (tables). */
  declare readonly arguments: pulumi.Output<any[]>;
  /**
   * How long to wait until the function has ended, in seconds; the action fails if it is still running then. 0 = do
   * not wait.
   */
  declare readonly waitSeconds: pulumi.Output<number>;
  /** Any values. The action runs again when a trigger changes; changing other inputs does not. */
  declare readonly triggers: pulumi.Output<any[]>;
  /** Name of the device in configuration (`dli:devices`), or `default` for the one of `dli:url`. */
  declare readonly device: pulumi.Output<string>;
  /** Id of the thread in which the function ran. */
  declare readonly threadId: pulumi.Output<string>;
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
  constructor(name: string, args: ScriptRunArgs, options?: pulumi.CustomResourceOptions) {
    super(shape, name, args, options);
  }

  /**
   * Whether a value is one, through whichever provider, also for policies: `validateResourceOfType(dli.ScriptRun,
   * ...)`.
   */
  static override isInstance(value: unknown): value is ScriptRun {
    return isOfType(value, shape.type);
  }
}
