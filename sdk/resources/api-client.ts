/** The class ApiClient. Generated from provider/resources/api-client.ts by `npm run generate`. Do not edit. */
import type * as pulumi from "@pulumi/pulumi";
import { DliResource, isOfType, type Shape } from "../resource";

/** Arguments of {@link ApiClient}. */
export interface ApiClientArgs {
  /**
   * Name of the client, the part of the token before the dot.
   * Changing this replaces the resource.
   */
  name: pulumi.Input<string>;
  /**
   * What the client may do: paths with matrix selectors, such as `/relay/outlets/=1,3/state/?access=get,modify`.
   * Accesses are `get`, `modify` and `invoke`; if omitted, all of them. Outlets count from 0 here. The order does
   * not matter.
   */
  scopes: pulumi.Input<pulumi.Input<string>[]>;
  /**
   * The secret in wire form: base64url without padding of at least 16 bytes. If omitted, it is generated once from
   * 32 random bytes and kept.
   * If omitted, it is not managed.
   * Encrypted in the state.
   */
  token?: pulumi.Input<string>;
  /**
   * Allows a change that may lock this provider out of the device. It is made after everything else.
   * @default false
   */
  allowLockout?: pulumi.Input<boolean>;
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
  type: "ApiClient",
  keys: ["name"],
  isOwner: true,
  isMade: true,
  properties: [
    "name",
    "scopes",
    "token",
    "allowLockout",
    "adopt",
    "device",
    "bearer",
    "tokenSha256",
    "keptAs",
    "deviceSerial",
    "deviceUrl",
  ],
  secrets: ["token", "bearer"],
  defaults: { allowLockout: false, adopt: false },
  secretWhen: {},
};

/**
 * A client of the REST-style API that logs in with a token and may do exactly what its scopes say. Needs firmware
 * 1.10 or newer.
 * Id, for `get` and import: `<device>/clients/<name>`.
 */
export class ApiClient extends DliResource {
  /** Name of the client, the part of the token before the dot. */
  declare readonly name: pulumi.Output<string>;
  /**
   * What the client may do: paths with matrix selectors, such as `/relay/outlets/=1,3/state/?access=get,modify`.
   * Accesses are `get`, `modify` and `invoke`; if omitted, all of them. Outlets count from 0 here. The order does
   * not matter.
   */
  declare readonly scopes: pulumi.Output<string[]>;
  /**
   * The secret in wire form: base64url without padding of at least 16 bytes. If omitted, it is generated once from
   * 32 random bytes and kept.
   */
  declare readonly token: pulumi.Output<string>;
  /** Allows a change that may lock this provider out of the device. It is made after everything else. */
  declare readonly allowLockout: pulumi.Output<boolean>;
  /** Takes over one that already exists on the device instead of failing. */
  declare readonly adopt: pulumi.Output<boolean>;
  /** Name of the device in configuration (`dli:devices`), or `default` for the one of `dli:url`. */
  declare readonly device: pulumi.Output<string>;
  /** `NAME.TOKEN`, as `dli:token` takes it. */
  declare readonly bearer: pulumi.Output<string>;
  /** SHA-256 of the token's raw bytes in hex, which is what the device keeps. */
  declare readonly tokenSha256: pulumi.Output<string>;
  /** How the device spells what this resource is known by, where that is not as declared. */
  declare readonly keptAs: pulumi.Output<string>;
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
  constructor(name: string, args: ApiClientArgs, options?: pulumi.CustomResourceOptions) {
    super(shape, name, args, options);
  }

  /**
   * Whether a value is one, through whichever provider, also for policies: `validateResourceOfType(dli.ApiClient,
   * ...)`.
   */
  static override isInstance(value: unknown): value is ApiClient {
    return isOfType(value, shape.type);
  }

  /** Reads one that exists on the device, without managing it. The id is `<device>/clients/<name>`. */
  static get(name: string, id: pulumi.Input<pulumi.ID>, options?: pulumi.CustomResourceOptions): ApiClient {
    return new ApiClient(name, {} as ApiClientArgs, { ...options, id });
  }
}
