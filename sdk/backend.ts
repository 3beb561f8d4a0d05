/** Which of the two providers a resource or function uses: the native plugin, or Pulumi's dynamic providers. */
import * as pulumi from "@pulumi/pulumi";

/** The resource options that decide it. */
interface Options {
  readonly provider?: pulumi.ProviderResource | undefined;
  readonly parent?: pulumi.Resource | undefined;
}

/**
 * Whether the plugin is used: with a `dli.Provider`, given or inherited, or with `dli:plugin: true` in the stack's
 * configuration.
 */
export function usesPlugin(options: Options = {}): boolean {
  const { provider, parent } = options;
  if (provider !== undefined) {
    return packageOf(provider) === "dli";
  }
  if (parent?.getProvider("dli:index:Any") !== undefined) {
    return true;
  }
  return new pulumi.Config("dli").getBoolean("plugin") ?? false;
}

/** Whether the program is under test, with Pulumi's mocks in the engine's place: they answer as the plugin does. */
export function isMocked(): boolean {
  return pulumi.runtime.hasMonitor() && pulumi.runtime.getMonitor()?.constructor.name === "MockMonitor";
}

/** The type of a resource with the plugin. */
export function pluginType(type: string): string {
  return `dli:index:${type}`;
}

/** The type of a resource with dynamic providers. */
export function dynamicType(type: string): string {
  return `pulumi-nodejs:dynamic/dli:${type}`;
}

function packageOf(provider: pulumi.ProviderResource): string {
  // Not `instanceof`: another copy of this package may have made it. Every provider keeps its package's name.
  return String((provider as unknown as { pkg?: unknown }).pkg);
}
