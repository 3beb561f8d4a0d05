/** Projects that use the native plugin, and helpers that its tests share. */
import { existsSync, writeFileSync } from "node:fs";
import path from "node:path";
import { ROOT } from "../../scripts/engine/pins";
import type { ConfigValue } from "../../scripts/engine/stack-files";
import {
  createWorkspace,
  type StateResource,
  type Workspace,
  type WorkspaceOptions,
} from "../../scripts/engine/workspace";
import type { SimulatedDevice } from "../../simulator";

/** The folder that users name in `plugins.providers`. */
export const pluginFolder = path.join(ROOT, "dist", "plugin");

/** `Pulumi.yaml` of a project that finds the plugin in the built package. */
export function projectFile(runtime = "nodejs", folder = pluginFolder): string {
  const plugins = `plugins:\n  providers:\n    - name: dli\n      path: ${JSON.stringify(folder)}\n`;
  return `name: test\nruntime: ${runtime}\n${plugins}`;
}

/** A project with native resources: configuration selects them, and `Pulumi.yaml` says where the plugin is. */
export async function createPluginWorkspace(options: WorkspaceOptions): Promise<Workspace> {
  if (!existsSync(path.join(pluginFolder, "pulumi-resource-dli"))) {
    throw new Error("The plugin is not built: npm run build");
  }
  const workspace = await createWorkspace({ ...options, config: { "dli:plugin": "true", ...options.config } });
  writeFileSync(path.join(workspace.project, "Pulumi.yaml"), projectFile());
  return workspace;
}

/** Both adapters, for what has to hold through each of them. */
export const adapters = [
  ["dynamic", createWorkspace],
  ["native", createPluginWorkspace],
] as const;

/** Stack configuration for a device. */
export function configurationOf(device: SimulatedDevice): Record<string, ConfigValue> {
  return {
    "dli:url": device.url,
    "dli:username": device.username,
    "dli:password": { secret: device.password },
  };
}

/** This package's resources in a stack's state, without providers. */
export async function ownResources(workspace: Workspace): Promise<StateResource[]> {
  const state = await workspace.exportState({ showSecrets: true });
  return (state.deployment.resources ?? []).filter(({ type }) => /^(dli:|pulumi-nodejs:dynamic\/dli:)/.test(type));
}
