/** The class ScriptSnippet. Generated from provider/resources/script-snippet.ts by `npm run generate`. Do not edit. */
import type * as pulumi from "@pulumi/pulumi";
import { DliResource, isOfType, type Shape } from "../resource";

/** Arguments of {@link ScriptSnippet}. */
export interface ScriptSnippetArgs {
  /**
   * Name of the snippet.
   * Changing this replaces the resource.
   */
  name: pulumi.Input<string>;
  /**
   * The Lua source. Differences in line endings, in white space at the ends of lines outside of strings, and in
   * blank lines at the beginning and the end are ignored.
   */
  source: pulumi.Input<string>;
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
  type: "ScriptSnippet",
  keys: ["name"],
  isOwner: true,
  isMade: true,
  properties: ["name", "source", "adopt", "device", "keptAs", "deviceSerial", "deviceUrl"],
  secrets: [],
  defaults: { adopt: false },
  secretWhen: {},
};

/**
 * A named piece of Lua source that the device keeps beside its script.
 * Id, for `get` and import: `<device>/script/snippets/<name>`.
 */
export class ScriptSnippet extends DliResource {
  /** Name of the snippet. */
  declare readonly name: pulumi.Output<string>;
  /**
   * The Lua source. Differences in line endings, in white space at the ends of lines outside of strings, and in
   * blank lines at the beginning and the end are ignored.
   */
  declare readonly source: pulumi.Output<string>;
  /** Takes over one that already exists on the device instead of failing. */
  declare readonly adopt: pulumi.Output<boolean>;
  /** Name of the device in configuration (`dli:devices`), or `default` for the one of `dli:url`. */
  declare readonly device: pulumi.Output<string>;
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
  constructor(name: string, args: ScriptSnippetArgs, options?: pulumi.CustomResourceOptions) {
    super(shape, name, args, options);
  }

  /**
   * Whether a value is one, through whichever provider, also for policies:
   * `validateResourceOfType(dli.ScriptSnippet, ...)`.
   */
  static override isInstance(value: unknown): value is ScriptSnippet {
    return isOfType(value, shape.type);
  }

  /** Reads one that exists on the device, without managing it. The id is `<device>/script/snippets/<name>`. */
  static get(name: string, id: pulumi.Input<pulumi.ID>, options?: pulumi.CustomResourceOptions): ScriptSnippet {
    return new ScriptSnippet(name, {} as ScriptSnippetArgs, { ...options, id });
  }
}
