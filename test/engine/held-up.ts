/** Holds an `up` between a write and its response, for tests that interrupt it there. */
import type { ChildProcess } from "node:child_process";
import { follow, startCommand } from "../../scripts/command";
import type { Workspace } from "../../scripts/engine/workspace";
import type { SimulatedDevice } from "../../simulator";
import { until } from "../until";

/** An `up` of which each device has carried out one write and not yet responded. */
export interface HeldUp {
  readonly engine: ChildProcess & { readonly pid: number };
  output(): string;
  /** Sends the responses. */
  release(): void;
  readonly ended: Promise<void>;
}

/** Starts an `up`; resolves once each device holds the response to its first write by this method. */
export async function startHeldUp(
  workspace: Workspace,
  device: SimulatedDevice | readonly SimulatedDevice[],
  method: string,
): Promise<HeldUp> {
  const devices = [device].flat();
  const struck = () => devices.map(({ faults }) => faults.struck);
  const before = struck();
  for (const { faults } of devices) {
    faults.add({ kind: "hold", method, onlyAuthenticated: true });
  }
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
  await until(() => struck().every((count, index) => count > (before[index] ?? 0)) || isOver);
  if (isOver) {
    throw new Error(`pulumi ended before it wrote:\n${output()}`);
  }
  return {
    engine: engine as HeldUp["engine"],
    output,
    release: () => {
      for (const { faults } of devices) {
        faults.clear();
      }
    },
    ended,
  };
}
