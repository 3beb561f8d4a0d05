/** What all resource classes have in common. */
import * as pulumi from "@pulumi/pulumi";
import { dynamicType, pluginType, pluginVersion, usesPlugin } from "./backend";
import { refuseSecondOwner } from "./owners";
import { argumentsOf } from "./plain-object";
import { currentPreview } from "./plan";
import { refuseImport, requireOwnDependency, warnOfClearSecrets } from "./program-checks";
import { isMocked, nameOf, parentOf, typeOf } from "./pulumi-internals";
import { secretMarks } from "./secrets";

/** What the generator knows about a resource class. */
export interface Shape {
  /** Type name, `Outlet`. */
  readonly type: string;
  /** Inputs that identify it among others of its type on a device. */
  readonly keys: readonly string[];
  /** Whether it owns things on the device; actions do not. */
  readonly isOwner: boolean;
  /** Whether it is created on the device, rather than always there. */
  readonly isMade: boolean;
  /** Everything the resource has: inputs and outputs. */
  readonly properties: readonly string[];
  /** Inputs and outputs that are always secret. */
  readonly secrets: readonly string[];
  /** Defaults of inputs that are not written to the device; they are not in the state. */
  readonly defaults: Readonly<Record<string, unknown>>;
  /** Inputs that are secret when another input is true: `{ value: "secret" }`. */
  readonly secretWhen: Readonly<Record<string, string>>;
}

type Arguments = Readonly<Record<string, pulumi.Input<unknown> | undefined>>;

/** A resource on a Digital Loggers device. */
export abstract class DliResource extends pulumi.CustomResource {
  constructor(shape: Shape, name: string, args: object | undefined, options: pulumi.CustomResourceOptions = {}) {
    const given = argumentsOf(shape.type, name, args ?? undefined) as Arguments;
    const isNative = usesPlugin(options);
    const preview = currentPreview();
    const label = labelOf(shape.type, name, options);
    warnOfClearSecrets();
    // With an id it is only read.
    if (shape.isOwner && options.id === undefined) {
      refuseSecondOwner({ ...shape, name, args: given }, options);
    }
    if (!isNative && !isMocked()) {
      requireOwnDependency();
      refuseImport(shape.type, name, options);
    }
    super(
      isNative ? pluginType(shape.type) : dynamicType(shape.type),
      name,
      {
        // Properties that are not given are listed too, so that they are unknown in previews and not `undefined`. Each costs
        // Pulumi four promises with a stack trace, so not those that get their default below.
        ...Object.fromEntries(withoutDefault(shape).map((property) => [property, undefined])),
        ...withSecrets(shape, given),
        ...(!isNative && {
          __provider: delegate(shape.type),
          __resource: registration(label, options, preview?.channel),
          ...secretMarks(given),
        }),
      },
      pulumi.mergeOptions(options, {
        additionalSecretOutputs: secretOutputs(shape, given),
        // A resource created through the other adapter is the same resource.
        aliases: [{ type: isNative ? dynamicType(shape.type) : pluginType(shape.type) }],
        // Its replacement then receives what the state remembers: the baseline and generated values.
        deleteBeforeReplace: options.deleteBeforeReplace ?? true,
        ...(isNative && pluginVersion()),
      }),
    );
    preview?.add({ type: shape.type, name: label, resource: this, options });
    for (const [property, value] of Object.entries(shape.defaults)) {
      if (given[property] === undefined) {
        Object.assign(this, { [property]: pulumi.output(value) });
      }
    }
  }
}

function withoutDefault({ properties, defaults }: Shape): string[] {
  return properties.filter((property) => !Object.hasOwn(defaults, property));
}

/** Whether a value is a resource of this type, through either adapter. Policies pass only the type token. */
export function isOfType(value: unknown, type: string): boolean {
  const token = typeOf(value);
  return token === dynamicType(type) || token === pluginType(type);
}

/**
 * The text that Pulumi keeps in the state of every dynamic resource and runs to find its provider. It is constant and
 * captures nothing, so the code that runs is always that of the installed package.
 */
function delegate(type: string): string {
  return `exports.handler=()=>require("pulumi-dli/dynamic/v1").get(${JSON.stringify(type)});`;
}

/** What the engine tells the native plugin but not dynamic providers: which resource it is, and its options about changes. */
function registration(
  name: string,
  options: pulumi.CustomResourceOptions,
  plan: string | undefined,
): Record<string, unknown> {
  const { ignoreChanges = [], replaceOnChanges = [] } = options;
  return {
    name,
    ...(ignoreChanges.length > 0 && { ignoreChanges }),
    ...(replaceOnChanges.length > 0 && { replaceOnChanges }),
    ...(plan !== undefined && { plan }),
  };
}

/** The labels in use, by run: the Automation API runs several programs in one process. */
const labelsOfRun = new WeakMap<object, Set<string>>();

/**
 * Identifies a resource among the others of its type: its name after those of the components that hold it, and their
 * types too if components of other types have the same names.
 */
function labelOf(type: string, name: string, { parent }: pulumi.CustomResourceOptions): string {
  const holders = holdersOf(parent);
  const full = [...holders.map(nameOf), name].join("/");
  const run = pulumi.runtime.getMonitor();
  const labels = (run && labelsOfRun.get(run)) ?? new Set();
  if (run) {
    labelsOfRun.set(run, labels);
  }
  const isTaken = labels.has(`${type} ${full}`);
  const label = isTaken ? `${full} (${holders.map(typeOf).join("/")})` : full;
  labels.add(`${type} ${label}`);
  return label;
}

/** A component and its own parents, the outermost one first; the stack is none of them. */
function holdersOf(resource: pulumi.Resource | undefined): pulumi.Resource[] {
  const isHolder = resource !== undefined && typeOf(resource) !== "pulumi:pulumi:Stack";
  return isHolder ? [...holdersOf(parentOf(resource)), resource] : [];
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
