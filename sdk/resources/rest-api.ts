/** The class RestApi. Generated from provider/resources/rest-api.ts by `npm run generate`. Do not edit. */
import type * as pulumi from "@pulumi/pulumi";
import { DliResource, isOfType, type Shape } from "../resource";

/** Arguments of {@link RestApi}. */
export interface RestApiArgs {
  /**
   * Whether the REST-style API is enabled. Disabling it locks this provider out, so it needs `allowLockout`.
   * If omitted, it is not managed.
   */
  enabled?: pulumi.Input<boolean>;
  /**
   * Whether users other than the admin may use the REST-style API, for the outlets they have access to.
   * If omitted, it is not managed.
   */
  allowNonAdmin?: pulumi.Input<boolean>;
  /**
   * Allows a change that may lock this provider out of the device. It is made after everything else.
   * @default false
   */
  allowLockout?: pulumi.Input<boolean>;
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
  type: "RestApi",
  keys: [],
  isOwner: true,
  isMade: false,
  properties: ["enabled", "allowNonAdmin", "allowLockout", "onDestroy", "device", "deviceSerial", "deviceUrl"],
  secrets: [],
  defaults: { allowLockout: false, onDestroy: "leave" },
  secretWhen: {},
};

/**
 * The device's REST-style API, which this provider itself uses.
 * Id, for `get` and import: `<device>/rest-api`.
 */
export class RestApi extends DliResource {
  /** Whether the REST-style API is enabled. Disabling it locks this provider out, so it needs `allowLockout`. */
  declare readonly enabled: pulumi.Output<boolean>;
  /** Whether users other than the admin may use the REST-style API, for the outlets they have access to. */
  declare readonly allowNonAdmin: pulumi.Output<boolean>;
  /** Allows a change that may lock this provider out of the device. It is made after everything else. */
  declare readonly allowLockout: pulumi.Output<boolean>;
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
  constructor(name: string, args?: RestApiArgs, options?: pulumi.CustomResourceOptions) {
    super(shape, name, args, options);
  }

  /**
   * Whether a value is one, through whichever provider, also for policies: `validateResourceOfType(dli.RestApi,
   * ...)`.
   */
  static override isInstance(value: unknown): value is RestApi {
    return isOfType(value, shape.type);
  }

  /** Reads one that exists on the device, without managing it. The id is `<device>/rest-api`. */
  static get(name: string, id: pulumi.Input<pulumi.ID>, options?: pulumi.CustomResourceOptions): RestApi {
    return new RestApi(name, {} as RestApiArgs, { ...options, id });
  }
}
