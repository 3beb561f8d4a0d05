/** What all resource classes have in common. */
import * as pulumi from "@pulumi/pulumi";
import { dynamicType, pluginType, usesPlugin } from "./backend";
import { warnOfClearPasswords } from "./clear-passwords";
import { secretMarks } from "./secrets";
import { version } from "./version";

/** What the generator knows of a resource class. */
export interface Shape {
  /** Type name, `Outlet`. */
  readonly type: string;
  /** Everything the resource has: inputs and outputs. */
  readonly properties: readonly string[];
  /** Inputs and outputs that are always secret. */
  readonly secrets: readonly string[];
  /** Inputs that are secret when another input is true: `{ value: "secret" }`. */
  readonly secretWhen: Readonly<Record<string, string>>;
}

type Arguments = Readonly<Record<string, pulumi.Input<unknown> | undefined>>;

/** A resource on a Digital Loggers device. */
export abstract class DliResource extends pulumi.CustomResource {
  constructor(shape: Shape, name: string, args: object | undefined, options: pulumi.CustomResourceOptions = {}) {
    const given = (args ?? {}) as Arguments;
    const isNative = usesPlugin(options);
    super(
      isNative ? pluginType(shape.type) : dynamicType(shape.type),
      name,
      {
        // Properties that are not given are listed too, so that they are unknown in previews and not `undefined`.
        ...Object.fromEntries(shape.properties.map((property) => [property, undefined])),
        ...withSecrets(shape, given),
        ...(!isNative && { __provider: delegate(shape.type), ...ignoredBy(options), ...secretMarks(given) }),
      },
      pulumi.mergeOptions(options, {
        additionalSecretOutputs: secretOutputs(shape, given),
        // A resource that was created through the other adapter is the same one.
        aliases: [{ type: isNative ? dynamicType(shape.type) : pluginType(shape.type) }],
        ...(isNative && { version }),
      }),
    );
    if (!isNative) {
      warnOfClearPasswords();
    }
  }
}

/**
 * The text that Pulumi keeps in the state of every dynamic resource and runs to find the provider. It is constant, so
 * that the code that runs is always the installed package's, and it captures nothing.
 */
function delegate(type: string): string {
  return `exports.handler=()=>require("pulumi-dli/dynamic/v1").get(${JSON.stringify(type)});`;
}

/** What an update must leave alone. Only the native plugin is told by the engine. */
function ignoredBy({ ignoreChanges = [] }: pulumi.CustomResourceOptions): Record<string, unknown> {
  return ignoreChanges.length > 0 ? { __ignoreChanges: ignoreChanges } : {};
}

function withSecrets(shape: Shape, given: Arguments): Record<string, unknown> {
  const properties: Record<string, unknown> = { ...given };
  for (const name of shape.secrets) {
    if (given[name] !== undefined) {
      properties[name] = pulumi.secret(given[name]);
    }
  }
  for (const [name, condition] of Object.entries(shape.secretWhen)) {
    if (!mayBeTrue(given[condition]) || given[name] === undefined) {
      continue;
    }
    properties[name] = pulumi
      .all([given[condition], given[name]])
      .apply(([secret, value]) => (secret ? pulumi.secret(value) : pulumi.output(value)));
  }
  return properties;
}

function secretOutputs(shape: Shape, given: Arguments): string[] {
  const conditional = Object.entries(shape.secretWhen)
    .filter(([, condition]) => mayBeTrue(given[condition]))
    .map(([name]) => name);
  return [...shape.secrets, ...conditional];
}

function mayBeTrue(condition: pulumi.Input<unknown> | undefined): boolean {
  return condition !== undefined && condition !== false;
}
