/** Calls a function of the device, through the plugin or within this process. */
import * as pulumi from "@pulumi/pulumi";
import { usesPlugin } from "./backend";
import { childrenOf, isMocked, whenDeclared } from "./pulumi-internals";
import { version } from "./version";

/** The published entry point with the functions; required by name, as in the delegate text of resources. */
const functionsModule = "pulumi-dli/functions/v1";

interface FunctionsModule {
  call(name: string, args: object, lookup: (key: string) => string | undefined): Promise<unknown>;
  isConfidential(name: string, args: object, result: unknown): boolean;
}

/** Calls it now. */
export async function call<T>(name: string, args: object, options?: pulumi.InvokeOptions): Promise<T> {
  if (usesPlugin(options) || isMocked()) {
    const merged = { ...options, version };
    return (await pulumi.runtime.invoke(`dli:index:${name}`, args as pulumi.Inputs, merged)) as T;
  }
  const { call: callByName }: FunctionsModule = require(functionsModule);
  return (await callByName(name, args, (key) => new pulumi.Config("dli").get(key.replace(/^dli:/, "")))) as T;
}

/**
 * Calls it once the arguments are known, after everything in `dependsOn`; in a preview perhaps never. With `mayBeSecret`
 * the result is checked, and is a secret if it contains one.
 */
export function callOutput<T>(
  name: string,
  args: object,
  options: pulumi.InvokeOutputOptions = {},
  mayBeSecret = false,
): pulumi.Output<T> {
  const { dependsOn, ...rest } = options;
  const ready = pulumi.output(dependsOn ?? []).apply((resources) => {
    const list = Array.isArray(resources) ? resources : [resources];
    return pulumi.all(list.map(whenMade));
  });
  return pulumi.all([pulumi.output(args), ready]).apply(async ([known]) => {
    const result = await call<T>(name, known, rest);
    return mayBeSecret && isConfidential(name, known, result) ? pulumi.secret(result) : result;
  }) as pulumi.Output<T>;
}

/** Known once the resource is made; a component is once everything in it is. */
function whenMade(resource: pulumi.Resource): pulumi.Output<unknown> {
  if (pulumi.CustomResource.isInstance(resource)) {
    return resource.id;
  }
  return pulumi
    .all([resource.urn, pulumi.output(whenDeclared(resource))])
    .apply(() => pulumi.all(childrenOf(resource).map(whenMade)));
}

function isConfidential(name: string, args: object, result: unknown): boolean {
  const { isConfidential: asks }: FunctionsModule = require(functionsModule);
  return asks(name, args, result);
}
