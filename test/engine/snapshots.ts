/** What must be the same before and after a failure. */
import type { Workspace } from "../../scripts/engine/workspace";
import type { SimulatedDevice } from "../../simulator";

/** What a device holds, and our resources in the state. */
export interface Kept {
  readonly device: object;
  /** By URN, because the state's order is the order in which the engine finished. */
  readonly state: object;
}

/** Secrets are in plain text, because each export encrypts them differently. */
export async function kept(device: SimulatedDevice, workspace: Workspace): Promise<Kept> {
  const { relay, auth, config, autoping, script } = device.tree;
  const { deployment } = await workspace.exportState({ showSecrets: true });
  const ours = deployment.resources?.filter(({ type }) => type.includes("dli:")) ?? [];
  const state = Object.fromEntries(
    ours.map(({ urn, id, inputs, outputs, initErrors }) => [urn, { id, inputs, outputs, initErrors }]),
  );
  return structuredClone({ device: { relay, auth, config, autoping, script }, state });
}
