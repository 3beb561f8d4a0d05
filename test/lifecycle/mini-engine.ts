/**
 * What the engine does with one resource, in the same order, calling the lifecycle directly: without processes a whole
 * life takes milliseconds. The tests in test/engine use the real engine.
 */
import { LoginLedger } from "../../provider/client";
import { Devices } from "../../provider/devices/devices";
import type { EngineCommand } from "../../provider/devices/engine-command";
import { lifecycleOf } from "../../provider/lifecycle";
import type { Difference } from "../../provider/lifecycle/diff/diff";
import { ErrorReport } from "../../provider/lifecycle/errors/error-report";
import { PartialFailure } from "../../provider/lifecycle/errors/errors";
import { failureText } from "../../provider/lifecycle/inputs/check";
import type { Lifecycle } from "../../provider/lifecycle/lifecycle";
import { Plan } from "../../provider/lifecycle/plan/plan";
import type { ResourcePlan } from "../../provider/lifecycle/plan/resource-plan";
import type { PlannedResource } from "../../provider/lifecycle/plan/summary";
import type { Inputs, State } from "../../provider/lifecycle/state/state";
import { definitionOf } from "../../provider/registry";
import type { RandomBytes } from "../../provider/runtime/context";
import type { SimulatedDevice } from "../../simulator";
import { clockOf } from "./device-clock";

/** A resource as the engine's state holds it. */
export interface Held {
  readonly type: string;
  id: string;
  inputs: Inputs;
  state: State;
}

interface Configuration {
  device: SimulatedDevice;
  config?: Record<string, string> | (() => Record<string, string>);
  /** The `dli:` keys in the stack's configuration; a key that nothing reads is refused. */
  keys?: readonly string[];
  /** The source of random bytes for tokens. */
  random?: RandomBytes;
  /** `customTimeouts` for every operation. */
  timeoutMilliseconds?: number;
  /** The command of the engine in every run; default: `unknown`. */
  command?: EngineCommand;
  /** Environment variables. */
  env?: Record<string, string>;
  /** Counts the failed logins of all runs, as one process does. Default: each run counts its own. */
  logins?: LoginLedger;
}

export class MiniEngine {
  readonly warnings: string[] = [];
  /** Debug lines. */
  readonly logs: string[] = [];
  #devices: Devices;

  readonly #configuration: Configuration;

  constructor(configuration: Configuration) {
    this.#configuration = configuration;
    this.#devices = this.#newRun();
  }

  /** An engine for the same device with different configuration, such as another login. */
  as(config: Record<string, string>): MiniEngine {
    return new MiniEngine({ device: this.#configuration.device, config });
  }

  /** Each operation of the engine is a run with its own provider process. */
  #newRun(): Devices {
    const { device, config, keys = [], random, timeoutMilliseconds, logins = new LoginLedger() } = this.#configuration;
    const { command = "unknown", env = {} } = this.#configuration;
    const values: Record<string, string> = {
      "dli:url": device.url,
      "dli:username": device.username,
      "dli:password": device.password,
      ...(typeof config === "function" ? config() : config),
    };
    return new Devices(
      {
        lookup: (key) => values[key],
        keys: keys.map((key) => key.replace("dli:", "")),
        env,
        command,
        clock: clockOf(device),
        logins,
        ...(random && { random }),
        warn: (message) => this.warnings.push(message),
        log: (line) => this.logs.push(line),
      },
      timeoutMilliseconds === undefined ? {} : { timeoutMilliseconds },
    );
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    this.#devices = this.#newRun();
    try {
      return await work();
    } finally {
      await this.#devices.close();
    }
  }

  #lifecycle(type: string): Lifecycle {
    const definition = definitionOf(type);
    if (!definition) {
      throw new Error(`no resource ${type}`);
    }
    return lifecycleOf(definition, this.#devices);
  }

  /** The inputs after check; throws if any is refused. */
  check(type: string, inputs: Record<string, unknown>, name?: string): Inputs {
    const lifecycle = this.#lifecycle(type);
    const checked = lifecycle.declare(lifecycle.check(inputs), { name });
    if (checked.failures.length > 0) {
      throw new Error(checked.failures.map(failureText).join(" "));
    }
    return checked.inputs;
  }

  /** One create, or one update of the resource `held`, with checked inputs and within the current run. */
  async perform(type: string, inputs: Inputs, held?: Held): Promise<Held> {
    const lifecycle = this.#lifecycle(type);
    const done = held
      ? { id: held.id, state: await lifecycle.update(held.id, held.state, inputs) }
      : await lifecycle.create(inputs);
    return { type, inputs, ...done };
  }

  async #diff(held: Held, inputs: Inputs, ignored: readonly string[] = []): Promise<Difference[]> {
    const lifecycle = this.#lifecycle(held.type);
    const contradiction = await lifecycle.recognise(held.state, inputs);
    if (contradiction) {
      throw contradiction;
    }
    const found = lifecycle.diff(held.state, inputs, ignored, held.id);
    if (found.length === 0) {
      lifecycle.dismiss(inputs);
    }
    return found;
  }

  /** `pulumi up` with one new resource. */
  async create(type: string, inputs: Record<string, unknown>): Promise<Held> {
    return (await this.createAll([{ type, inputs }]))[0] as Held;
  }

  /** `pulumi up` with several new resources at once. */
  createAll(wanted: readonly { type: string; name?: string; inputs: Record<string, unknown> }[]): Promise<Held[]> {
    return this.run(() =>
      Promise.all(wanted.map(async ({ type, name, inputs }) => this.perform(type, this.check(type, inputs, name)))),
    );
  }

  /** `pulumi up` with several new resources, each of which depends on the one before. */
  createInTurn(wanted: readonly { type: string; inputs: Record<string, unknown> }[]): Promise<Held[]> {
    return this.run(async () => {
      const all: Held[] = [];
      for (const { type, inputs } of wanted) {
        all.push(await this.perform(type, this.check(type, inputs)));
      }
      return all;
    });
  }

  /** `pulumi up` with one new resource and unchanged others, which the program declares before or after it. */
  createBeside(
    others: readonly Held[],
    { type, inputs }: { type: string; inputs: Record<string, unknown> },
    order: "before" | "after",
  ): Promise<Held> {
    return this.run(async () => {
      const declareOthers = () =>
        Promise.all(others.map((held) => this.#diff(held, this.check(held.type, held.inputs))));
      if (order === "before") {
        await declareOthers();
      }
      const checked = this.check(type, inputs);
      const created = this.#lifecycle(type).create(checked);
      if (order === "after") {
        await Promise.all([created, declareOthers()]);
      }
      const { id, state } = await created;
      return { type, id, inputs: checked, state };
    });
  }

  /** `pulumi up` that replaces a resource, as the provider asks for: the old one is deleted first. */
  replaceInPlace = async (old: Held, inputs: Record<string, unknown>) =>
    (await this.replaceAllInPlace([[old, inputs]]))[0] as Held;

  /** The same for several resources side by side; `isForced`: the user asks for it, as by a taint. */
  replaceAllInPlace(
    all: readonly (readonly [old: Held, inputs: Record<string, unknown>])[],
    isForced = false,
  ): Promise<Held[]> {
    return this.run(async () => {
      const declared = all.map(([old, inputs]) => [old, this.check(old.type, inputs)] as const);
      const found = await Promise.all(declared.map(([old, inputs]) => this.#diff(old, inputs)));
      expect(isForced || found.every((each) => each.some(({ replaces }) => replaces))).toBe(true);
      await Promise.all(declared.map(([{ type, id, state }]) => this.#lifecycle(type).delete(id, state)));
      return Promise.all(
        declared.map(async ([{ type }, inputs]) => ({ type, inputs, ...(await this.#lifecycle(type).create(inputs)) })),
      );
    });
  }

  /**
   * Like `createInTurn`, but continues after an error. `declaredBefore`: the engine checks all resources first, as with
   * `--parallel 1`.
   */
  outcomesInTurn(
    wanted: readonly { type: string; inputs: Record<string, unknown> }[],
    declaredBefore: boolean,
  ): Promise<(Held | Error)[]> {
    return this.run(async () => {
      if (declaredBefore) {
        for (const { type, inputs } of wanted) {
          this.check(type, inputs);
        }
      }
      const outcomes: (Held | Error)[] = [];
      for (const { type, inputs } of wanted) {
        outcomes.push(await this.perform(type, this.check(type, inputs)).catch((error: Error) => error));
      }
      return outcomes;
    });
  }

  /** `pulumi up`: diff, then update if anything differs. Returns the differences; `held` keeps a partial state. */
  async up(
    held: Held,
    inputs: Record<string, unknown> = held.inputs,
    { isForced = false, ignored = [] }: { isForced?: boolean; ignored?: readonly string[] } = {},
  ): Promise<Difference[]> {
    return this.run(async () => {
      const checked = this.check(held.type, inputs);
      const found = await this.#diff(held, checked, ignored);
      if (found.length > 0 || isForced) {
        try {
          held.state = await this.#lifecycle(held.type).update(held.id, held.state, checked, ignored);
        } catch (error) {
          if (error instanceof PartialFailure) {
            held.state = error.state;
          }
          throw error;
        }
      }
      held.inputs = checked;
      return found;
    });
  }

  /** `pulumi up` that leaves one resource unchanged and deletes another. */
  upBeside(held: Held, gone: Held): Promise<void> {
    return this.run(async () => {
      await this.#diff(held, this.check(held.type, held.inputs));
      await this.#lifecycle(gone.type).delete(gone.id, gone.state);
    });
  }

  /** `pulumi preview` with changed inputs. Returns the differences. */
  preview(held: Held, inputs: Record<string, unknown>): Promise<Difference[]> {
    return this.#diff(held, this.check(held.type, inputs));
  }

  /** What `pulumi preview` finds for new resources, one after the other, or for changes of the resource `held`. */
  plan(wanted: readonly { type: string; inputs: Record<string, unknown> }[], held?: Held): Promise<ResourcePlan[]> {
    return this.run(async () => {
      const plan = new Plan(this.#devices, new ErrorReport(() => undefined), undefined);
      const plans: ResourcePlan[] = [];
      for (const [index, { type, inputs }] of wanted.entries()) {
        const checked = this.check(type, inputs);
        const { definition } = this.#lifecycle(type);
        const before = held && { id: held.id, state: held.state, ignored: [] };
        const subject = { definition, inputs: checked, name: `${index}`, ...(before && { before }) };
        const { failure: _message, error, ...found } = await plan.planChange(this.#devices, subject);
        plans.push({ ...found, ...(error !== undefined && { failure: error }) });
      }
      return plans;
    });
  }

  /** What a plan says about a resource that the run deletes; the program declares `beside` before or after that. */
  planRemoval(
    { type, id, state }: Held,
    beside: readonly Held[] = [],
    order: "before" | "after" = "before",
  ): Promise<PlannedResource | undefined> {
    return this.run(async () => {
      const declareOthers = () => beside.forEach((held) => void this.check(held.type, held.inputs));
      if (order === "before") {
        declareOthers();
      }
      const plan = new Plan(this.#devices, new ErrorReport(() => undefined), undefined);
      const { definition } = this.#lifecycle(type);
      await plan.planRemoval(this.#devices, { definition, id, state }, "old", "removed");
      if (order === "after") {
        declareOthers();
      }
      return plan.resources()[0];
    });
  }

  /**
   * The end of a program that declares none of these resources, which the engine has read before: what the plan says of
   * those that it will delete. `changes`: the run has begun to change the device.
   */
  planLeft(read: readonly Held[], { changes }: { changes: boolean }): Promise<PlannedResource[]> {
    return this.run(async () => {
      const plan = new Plan(this.#devices, new ErrorReport(() => undefined), undefined);
      for (const { type, id, state } of read) {
        plan.wasRead({ definition: this.#lifecycle(type).definition, id, state }, undefined);
      }
      if (changes) {
        plan.changesBegin();
      }
      return plan.planUndeclared(() => true);
    });
  }

  /** `pulumi up` with one resource removed from the program and another added: the engine deletes last. */
  replace(old: Held, { type, inputs }: { type: string; inputs: Record<string, unknown> }): Promise<Held> {
    return this.run(async () => {
      const checked = this.check(type, inputs);
      const { id, state } = await this.#lifecycle(type).create(checked);
      await this.#lifecycle(old.type).delete(old.id, old.state);
      return { type, id, inputs: checked, state };
    });
  }

  /** Like `replace`, after a refresh in the same run; by default with the same resource under another name. */
  renameAfterRefresh(old: Held, inputs: Record<string, unknown>, type = old.type): Promise<Held> {
    return this.run(async () => {
      await this.#lifecycle(old.type).read(old.id, old.state);
      const checked = this.check(type, inputs);
      const created = await this.#lifecycle(type).create(checked);
      await this.#lifecycle(old.type).delete(old.id, old.state);
      return { type, inputs: checked, ...created };
    });
  }

  /** `pulumi up` with one resource removed from the program, and these others unchanged. */
  remove({ type, id, state }: Held, beside: readonly Held[]): Promise<void> {
    return this.run(async () => {
      for (const held of beside) {
        this.check(held.type, held.inputs);
      }
      await this.#lifecycle(type).delete(id, state);
    });
  }

  /**
   * `pulumi refresh`: the state becomes what the device has. Returns the drift; `undefined` if the thing is gone.
   * `declared`: the inputs that the engine passes to the native plugin.
   */
  refresh(held: Held, declared?: Inputs): Promise<Difference[] | undefined> {
    return this.run(() => this.#refresh(held, declared));
  }

  /** `pulumi refresh` of several resources. */
  refreshAll(all: readonly Held[]): Promise<(Difference[] | undefined)[]> {
    return this.run(() => Promise.all(all.map((held) => this.#refresh(held))));
  }

  /** Like `refreshAll`, with the error message in place of a refresh that failed. */
  refreshOutcomes(all: readonly Held[]): Promise<(Difference[] | undefined | string)[]> {
    return this.run(() => Promise.all(all.map((held) => this.#refresh(held).catch((error: Error) => error.message))));
  }

  async #refresh(held: Held, declared?: Inputs): Promise<Difference[] | undefined> {
    const read = await this.#lifecycle(held.type).read(held.id, held.state, declared);
    if (!read) {
      return undefined;
    }
    const before = held.inputs;
    held.id = read.id;
    held.state = read.state;
    held.inputs = read.inputs;
    return this.#diff(held, before);
  }

  /** `pulumi import`, by id alone. */
  import(type: string, id: string): Promise<Held | undefined> {
    return this.run(() => this.read(type, id));
  }

  /** Like `import`, within the current run. */
  async read(type: string, id: string): Promise<Held | undefined> {
    const read = await this.#lifecycle(type).read(id);
    return read && { type, id: read.id, inputs: read.inputs, state: read.state };
  }

  /** `pulumi destroy` that reads the device first, as it always does with the native plugin. */
  destroyAsRead = (held: Held): Promise<void> =>
    this.run(() => this.#refresh(held).then(() => this.#lifecycle(held.type).delete(held.id, held.state)));

  /** `pulumi destroy`. */
  async destroy(...all: Held[]): Promise<void> {
    await this.run(() => Promise.all(all.map((held) => this.#lifecycle(held.type).delete(held.id, held.state))));
  }
}
