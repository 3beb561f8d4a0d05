/** The life of a resource up to one phase, in which a fault then strikes. */
import { isDliError } from "../../provider/client";
import { PartialFailure } from "../../provider/lifecycle/errors/errors";
import { type Fault, manualClock, type SimulatedDevice, startSimulator } from "../../simulator";
import { configUnder } from "./fault-kinds";
import { type Held, MiniEngine } from "./mini-engine";
import type { LifecycleCase } from "./resource-cases";

export const phases = ["create", "update", "refresh", "destroy"] as const;
export type Phase = (typeof phases)[number];
/** `again` is the run after a create that failed halfway: an update with the same inputs. */
export type Operation = Phase | "again";

/** Long enough not to appear in an error by accident. */
export const adminPassword = "the-admins-own-secret";

/** How an operation ended. */
export type Ending = { readonly held: Held | undefined; readonly drifted?: readonly string[]; readonly error?: Error };

export class Trial {
  held: Held | undefined;
  readonly #config: Record<string, string> = {};
  readonly engine: MiniEngine;

  constructor(
    readonly life: LifecycleCase,
    readonly device: SimulatedDevice,
  ) {
    this.engine = new MiniEngine({ device, config: () => ({ ...life.config?.(device), ...this.#config }) });
  }

  /** A device on which everything before that phase has happened. */
  static async before(phase: Phase, life: LifecycleCase): Promise<Trial> {
    const trial = new Trial(life, await startSimulator({ clock: manualClock(), password: adminPassword }));
    const { device, engine } = trial;
    life.prepare?.(device);
    if (phase === "create") {
      return trial;
    }
    trial.held = await engine.create(life.type, life.inputs);
    if (phase === "update") {
      return trial;
    }
    await engine.up(trial.held, life.changed);
    if (phase === "refresh") {
      life.drift(device);
    }
    return trial;
  }

  /** Does what the engine does in a phase; the fault strikes the `nth` request. */
  async run(phase: Operation, struck?: { fault: Fault; nth: number }): Promise<Ending> {
    const { device } = this;
    if (struck) {
      device.faults.add({ ...struck.fault, nth: struck.nth });
      Object.assign(this.#config, configUnder(struck.fault));
    }
    try {
      return await this.#perform(phase);
    } catch (error) {
      if (error instanceof PartialFailure && phase === "create") {
        this.held = this.#heldBy(error);
      }
      return { held: this.held, error: error as Error };
    } finally {
      device.faults.clear();
      for (const key of Object.keys(this.#config)) {
        delete this.#config[key];
      }
    }
  }

  /** The device's whole tree once its relays have come to rest. */
  tree(): unknown {
    const { clock, tree } = this.device;
    if ("advance" in clock) {
      (clock as ReturnType<typeof manualClock>).advance(60_000);
    }
    return structuredClone(tree);
  }

  async #perform(phase: Operation): Promise<Ending> {
    const { engine, life } = this;
    const held = this.held as Held;
    switch (phase) {
      case "create":
        this.held = await engine.create(life.type, life.inputs);
        return { held: this.held };
      case "again":
        await engine.up(held, life.inputs);
        return { held };
      case "update":
        await engine.up(held, life.changed);
        return { held };
      case "refresh": {
        const found = await engine.refresh(held);
        return found ? { held, drifted: found.map(({ property }) => property).sort() } : { held: undefined };
      }
      case "destroy":
        await engine.destroy(held);
        return { held: undefined };
    }
  }

  #heldBy({ id, state }: PartialFailure): Held {
    const { engine, life } = this;
    return { type: life.type, id, inputs: engine.check(life.type, life.inputs), state };
  }
}

/** Expects an error that a user can act on. */
export function expectClear(error: Error, secrets: readonly string[]): void {
  const cause = error instanceof PartialFailure ? error.cause : error;
  expect(isDliError(cause) ? "" : (cause.stack ?? String(cause))).toBe("");
  expect(error.message).toMatch(/device at https?:/);
  expect(error.message).not.toMatch(/undefined|\[object|NaN/);
  for (const secret of secrets) {
    expect(error.message).not.toContain(secret);
  }
}
