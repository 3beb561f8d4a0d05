/** What is measured: the engine alone, and a device with and without latency, each in its own Pulumi project. */
import { createWorkspace, type Workspace } from "../../scripts/engine/workspace";
import { type SimulatedDevice, startSimulator } from "../../simulator";
import { changeByHand, deviceProgram, drifted, floorProgram } from "./device";
import { peakMemory } from "./memory";
import { countRequests, type Requests } from "./requests";

export const latencyMilliseconds = 50;

export interface Sample {
  readonly milliseconds: number;
  /** In MB; `undefined` if it cannot be measured. */
  readonly memory: number | undefined;
  /** `undefined` for the engine alone, which has no device. */
  readonly requests: Requests | undefined;
}

/** The operations in the order in which they are measured. */
export const operations = {
  create: (workspace: Workspace, env: Env) => workspace.up({ expectExit: 0, env }),
  "no-change up": (workspace: Workspace, env: Env) => workspace.up({ expectExit: 0, env }),
  refresh: (workspace: Workspace, env: Env) => workspace.refresh({ expectExit: 0, env }),
  repair: (workspace: Workspace, env: Env) => workspace.up({ refresh: true, expectExit: 0, env }),
  destroy: (workspace: Workspace, env: Env) => workspace.destroy({ expectExit: 0, env }),
  "create, 32 at once": (workspace: Workspace, env: Env) =>
    workspace.up({ args: ["--parallel", "32"], expectExit: 0, env }),
};
export type Operation = keyof typeof operations;
type Env = Record<string, string>;

export const subjectNames = ["floor", "device", "slow device"] as const;
export type SubjectName = (typeof subjectNames)[number];

/** One subject, for any number of rounds of the operations in their order. */
export class Subject {
  #device: SimulatedDevice | undefined;

  readonly #workspace: Workspace;

  constructor(
    readonly name: SubjectName,
    workspace: Workspace,
  ) {
    this.#workspace = workspace;
  }

  static async start(name: SubjectName): Promise<Subject> {
    const workspace = await createWorkspace({
      checksTypesAlways: true,
      program: name === "floor" ? floorProgram : deviceProgram,
      packages: { "floor-provider": "test/bench/floor-provider" },
    });
    return new Subject(name, workspace);
  }

  async measure(operation: Operation): Promise<Sample> {
    if (operation.startsWith("create")) {
      await this.#renewDevice();
    }
    if (operation === "repair" && this.#device) {
      changeByHand(this.#device);
    }
    this.#device?.journal.clear();
    const [{ milliseconds }, memory] = await peakMemory(this.#workspace.project, () =>
      operations[operation](this.#workspace, this.#environment(operation)),
    );
    return { milliseconds, memory, requests: this.#device && countRequests(this.#device.journal.entries) };
  }

  /** Destroys everything, so that the next round finds an empty stack. */
  async clear(): Promise<void> {
    await this.#workspace.destroy({ expectExit: 0, env: this.#environment("destroy") });
  }

  async dispose(): Promise<void> {
    await this.#device?.close();
    this.#workspace.dispose();
  }

  /** Replaces the device with an untouched one. */
  async #renewDevice(): Promise<void> {
    if (this.name === "floor") {
      return;
    }
    await this.#device?.close();
    this.#device = await startSimulator(this.name === "device" ? {} : { latencyMilliseconds });
  }

  #environment(operation: Operation): Env {
    if (!this.#device) {
      return operation === "repair" ? { BENCH_DRIFT: drifted.join(",") } : {};
    }
    return { DLI_URL: this.#device.url, DLI_USERNAME: this.#device.username, DLI_PASSWORD: this.#device.password };
  }
}
