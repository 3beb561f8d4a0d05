/** Which of the two providers a resource or function uses: the native plugin, or Pulumi's dynamic providers. */
import * as pulumi from "@pulumi/pulumi";
import { version } from "./version";

/** The resource options that decide it. */
interface Options {
  readonly provider?: pulumi.ProviderResource | undefined;
  readonly parent?: pulumi.Resource | undefined;
}

/**
 * Runs, by their connections to the engine, in which the plugin itself declares resources, for a program in another
 * language; with the version that the program asks for, if it does.
 */
const remoteRuns = new WeakMap<object, { readonly version: string | undefined }>();

/** Notes that the plugin itself declares what this run declares. */
export function noteRemoteRun(asked: string | undefined): void {
  const run = pulumi.runtime.getMonitor();
  if (run !== undefined) {
    remoteRuns.set(run, { version: asked });
  }
}

/** Whether the plugin itself declares the resources. */
export function isRemoteRun(): boolean {
  return remoteRun() !== undefined;
}

/** The version of the plugin to ask for: each version, and none, is a process of its own, and one program has one. */
export function pluginVersion(): { version?: string } {
  const run = remoteRun();
  const asked = run === undefined ? version : run.version;
  return asked === undefined ? {} : { version: asked };
}

function remoteRun(): { readonly version: string | undefined } | undefined {
  const run = pulumi.runtime.hasMonitor() ? pulumi.runtime.getMonitor() : undefined;
  return run && remoteRuns.get(run);
}

/**
 * Whether the plugin is used: with a `dli.Provider`, given or inherited, or with `dli:plugin: true` in the stack's
 * configuration.
 */
export function usesPlugin(options: Options = {}): boolean {
  const { provider, parent } = options;
  if (isRemoteRun()) {
    return true;
  }
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
