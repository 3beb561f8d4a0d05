/** What has to be the same before and after something that fails. */

import type { Workspace } from "../../scripts/engine/workspace";
import type { SimulatedDevice } from "../../simulator";

/** What a device has been told, and what the state remembers of our resources. */
export interface Kept {
  readonly unit: object;
  /** By URN: the state's order is the order in which the engine finished. */
  readonly state: object;
}

/** Secrets are in clear here: each export encrypts them anew, and nothing could be compared. */
export async function kept(device: SimulatedDevice, workspace: Workspace): Promise<Kept> {
  const { relay, auth, config, autoping, script } = device.tree;
  const { deployment } = await workspace.exportState({ showSecrets: true });
  const ours = deployment.resources?.filter(({ type }) => type.includes("dli:")) ?? [];
  const state = Object.fromEntries(
    ours.map(({ urn, id, inputs, outputs, initErrors }) => [urn, { id, inputs, outputs, initErrors }]),
  );
  return structuredClone({ unit: { relay, auth, config, autoping, script }, state });
}
