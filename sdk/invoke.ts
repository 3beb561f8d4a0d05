/** Calls a function of the device, through the plugin or within this process. */
import * as pulumi from "@pulumi/pulumi";
import { isMocked, usesPlugin } from "./backend";
import { version } from "./version";

/** The published entry that has the functions, as with the delegate text of resources. */
const functionsModule = "pulumi-dli/functions/v1";

interface FunctionsModule {
  call(name: string, args: object, lookup: (key: string) => string | undefined): Promise<unknown>;
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

/** Calls it once the arguments are known, after everything in `dependsOn`; in a preview perhaps not at all. */
export function callOutput<T>(name: string, args: object, options: pulumi.InvokeOutputOptions = {}): pulumi.Output<T> {
  const { dependsOn, ...rest } = options;
  const ready = pulumi.output(dependsOn ?? []).apply((resources) => {
    const list = Array.isArray(resources) ? resources : [resources];
    return pulumi.all(list.map((resource) => (resource instanceof pulumi.CustomResource ? resource.id : resource.urn)));
  });
  return pulumi.all([pulumi.output(args), ready]).apply(([known]) => call<T>(name, known, rest)) as pulumi.Output<T>;
}
