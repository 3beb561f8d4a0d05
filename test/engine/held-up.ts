/** An `up` that is held between a write and its response, for tests that interrupt it there. */
import type { ChildProcess } from "node:child_process";
import { follow, startCommand } from "../../scripts/command";
import type { Workspace } from "../../scripts/engine/workspace";
import type { SimulatedDevice } from "../../simulator";
import { until } from "../until";

/** An `up` after the device has carried out a write and before it has responded. */
export interface HeldUp {
  readonly engine: ChildProcess & { readonly pid: number };
  output(): string;
  /** Sends the response. */
  release(): void;
  readonly ended: Promise<void>;
}

/** Starts an `up`, and returns between its first write by this method and the response to it. */
export async function startHeldUp(workspace: Workspace, device: SimulatedDevice, method: string): Promise<HeldUp> {
  const struck = device.faults.struck;
  device.faults.add({ kind: "hold", method, onlyAuthenticated: true });
  const engine = startCommand("pulumi", ["--non-interactive", "up", "--yes", "--skip-preview"], {
    cwd: workspace.project,
    env: workspace.env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const { output, ended } = follow(engine);
  let isOver = false;
  void ended.then(() => {
    isOver = true;
  });
  await until(() => device.faults.struck > struck || isOver);
  if (isOver) {
    throw new Error(`pulumi ended before it wrote:\n${output()}`);
  }
  return { engine: engine as HeldUp["engine"], output, release: () => device.faults.clear(), ended };
}
