/** Which of the two providers a resource or function uses: the native plugin, or Pulumi's dynamic providers. */
import * as pulumi from "@pulumi/pulumi";
import { packageOf } from "./pulumi-internals";
import { version } from "./version";

/** The resource options that decide this. */
interface Options {
  readonly provider?: pulumi.ProviderResource | undefined;
  readonly parent?: pulumi.Resource | undefined;
}

/**
 * Runs in which the plugin itself declares resources on behalf of a program in another language, keyed by their
 * connection to the engine; with the plugin version that the program asks for, if any.
 */
const remoteRuns = new WeakMap<object, { readonly version: string | undefined }>();

/** Records that in this run the plugin itself declares the resources. */
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

/** The plugin version to ask for. Each version, and no version, starts a process of its own; a program needs only one. */
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

/** The type token of a resource of the plugin. */
export function pluginType(type: string): string {
  return `dli:index:${type}`;
}

/** The type token of a dynamic resource. */
export function dynamicType(type: string): string {
  return `pulumi-nodejs:dynamic/dli:${type}`;
}
