/** Two devices, one of which answers at the configured address. */
import { manualClock, type SimulatedDevice, startSimulator } from "../../simulator";
import { actionCases } from "./action-cases";
import { type Held, MiniEngine } from "./mini-engine";
import { cases } from "./resource-cases";

/** What is done to each type: inputs, changed inputs, and what the device needs for them. */
export interface Life {
  readonly type: string;
  readonly inputs: Record<string, unknown>;
  readonly changed: Record<string, unknown>;
  readonly prepare?: ((device: SimulatedDevice) => void) | undefined;
  readonly config?: ((device: SimulatedDevice) => Record<string, string>) | undefined;
}

/** Every resource and action of the registry. */
export const lives: readonly Life[] = [
  ...cases,
  ...actionCases.map((life) => ({ ...life, changed: { ...life.inputs, triggers: ["again"] } })),
];

/** Two devices, and an engine whose address leads to the first until `swap`. */
export class Rack {
  static async start(life: Pick<Life, "prepare" | "config">): Promise<Rack> {
    const [first, second] = await Promise.all([
      startSimulator({ clock: manualClock(), serial: "RACK-1" }),
      startSimulator({ clock: manualClock(), serial: "RACK-2" }),
    ]);
    life.prepare?.(first);
    life.prepare?.(second);
    return new Rack(first, second, life);
  }

  readonly engine: MiniEngine;
  readonly config: Record<string, string> = {};
  #behind: SimulatedDevice;

  constructor(
    readonly first: SimulatedDevice,
    readonly second: SimulatedDevice,
    life: Pick<Life, "config">,
  ) {
    this.#behind = first;
    const behind = () => this.#behind;
    this.engine = new MiniEngine({
      get device() {
        return behind();
      },
      config: () => ({ ...life.config?.(behind()), ...this.config }),
    });
  }

  /** Makes the second device answer. `isAddressKept`: the states have its URL, so the address seems the same. */
  swap(helds: readonly Held[], isAddressKept: boolean): void {
    this.#behind = this.second;
    for (const { state } of isAddressKept ? helds : []) {
      state["deviceUrl"] = this.second.url;
    }
    this.second.journal.clear();
  }

  /** Makes the first device answer again. */
  back(): void {
    this.#behind = this.first;
    delete this.config["dli:serial"];
  }

  /** The resource as it is created on an untouched third device, and the number of writes for that. */
  async third({ type, inputs, prepare, config }: Life): Promise<{ held: Held; writes: number }> {
    const device = await startSimulator({ clock: manualClock(), serial: "RACK-3" });
    try {
      prepare?.(device);
      const engine = new MiniEngine({ device, config: () => config?.(device) ?? {} });
      return { held: await engine.create(type, inputs), writes: device.journal.writes().length };
    } finally {
      await device.close();
    }
  }

  accept(): void {
    this.config["dli:serial"] = "RACK-2";
  }

  async close(): Promise<void> {
    await Promise.all([this.first.close(), this.second.close()]);
  }
}

/** Does the work with two devices that are prepared for the type. */
export async function inRack(
  life: Pick<Life, "prepare" | "config">,
  work: (rack: Rack) => Promise<void>,
): Promise<void> {
  const rack = await Rack.start(life);
  try {
    await work(rack);
  } finally {
    await rack.close();
  }
}
