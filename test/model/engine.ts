/**
 * What the engine does with a whole program, in the order measured on the real engine: `up` refreshes what is in the
 * state, creates and updates side by side as the program declares, and deletes at the end. The tests in test/engine use
 * the real engine.
 */
import type { Devices } from "../../provider/devices/devices";
import { lifecycleOf } from "../../provider/lifecycle";
import type { Difference } from "../../provider/lifecycle/diff/diff";
import { PartialFailure } from "../../provider/lifecycle/errors/errors";
import type { Checked } from "../../provider/lifecycle/inputs/check";
import type { Lifecycle } from "../../provider/lifecycle/lifecycle";
import type { State } from "../../provider/lifecycle/state/state";
import { definitionOf } from "../../provider/registry";
import { withIgnored } from "./ignoring";
import type { Declaration, Program } from "./program";
import type { Inputs } from "./resource-model";
import { modelOf } from "./resources";

/** A resource as the engine's state holds it. */
export interface Held {
  readonly type: string;
  readonly id: string;
  /** The inputs of the last operation that succeeded, or those from a refresh. */
  readonly inputs: Inputs;
  readonly state: State;
  /** The inputs of the last operation if it ended halfway; they are in the provider's state too. */
  readonly attempted?: Inputs | undefined;
  /** Whether the last operation ended halfway, so that the next one updates even without a difference. */
  readonly unfinished?: boolean;
}

/** One operation on one resource, and how it ended. */
export interface Operation {
  readonly urn: string;
  readonly kind: "refresh" | "check" | "create" | "update" | "delete";
  readonly before?: Held | undefined;
  readonly after?: Held | undefined;
  readonly declared?: Declaration | undefined;
  /** Paths of the inputs that an update changes according to its plan. */
  readonly planned?: readonly string[];
  readonly error?: Error;
}

/** An operation that has failed. */
export interface FailedOperation extends Operation {
  readonly error: Error;
}

/** Inputs that the provider refuses at check. */
export class CheckFailure extends Error {
  override readonly name = "CheckFailure";

  constructor(readonly reasons: readonly string[]) {
    super(reasons.join("; "));
  }
}

export const isFailed = (operation: Operation): operation is FailedOperation => operation.error !== undefined;

export interface Preview {
  readonly urn: string;
  readonly what: string;
}

/** Lets other work of this process run, as it does between two messages of the engine. */
const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

/** Options of an `up`. */
export interface UpOptions {
  /** `--refresh`: everything is read first. */
  readonly refresh: boolean;
  /** `--target`: only these resources. */
  readonly isTarget?: (urn: string) => boolean;
}

/** How the engine reaches the provider. */
export interface Adapter {
  /** Whether reads get the declared inputs, as in the native plugin, or not, as in dynamic providers. */
  readonly tellsDeclared: boolean;
  /**
   * How many provider processes share the elements of lists, as the providers of a program do. Each element stays with
   * one process, because no other would know of it.
   */
  readonly processes: number;
}

/** Finds the provider process of a resource. */
type DevicesFor = (declaration: Pick<Declaration, "type" | "inputs">) => Devices;

const isAnything = () => true;

export class Engine {
  readonly state = new Map<string, Held>();

  readonly #newDevices: () => Devices;
  readonly #adapter: Adapter;

  constructor(newDevices: () => Devices, adapter: Adapter) {
    this.#newDevices = newDevices;
    this.#adapter = adapter;
  }

  /** `pulumi up`. */
  up(program: Program, { refresh, isTarget = isAnything }: UpOptions): Promise<Operation[]> {
    return this.#during(async (devicesFor) => {
      const refreshed = refresh ? await this.#refresh(devicesFor, isTarget) : [];
      if (refreshed.some(isFailed)) {
        return refreshed;
      }
      const targeted = new Map([...program].filter(([urn]) => isTarget(urn)));
      const changes = await this.#apply(devicesFor, targeted);
      const dropped = [...this.state].filter(([urn]) => !program.has(urn) && isTarget(urn));
      const deletes = changes.some(isFailed) ? [] : await this.#deleteAll(devicesFor, dropped);
      return [...refreshed, ...changes, ...deletes];
    });
  }

  /** `pulumi preview --refresh`: what would be done, without changing the state. */
  preview(program: Program): Promise<Preview[]> {
    return this.#during(async (devicesFor) => {
      const before = new Map(this.state);
      try {
        const refreshed = await this.#refresh(devicesFor, isAnything);
        const failed = refreshed.flatMap(({ urn, error }) => (error ? [{ urn, what: error.message }] : []));
        const found: Preview[] = [];
        for (const [urn, declared] of program) {
          found.push(...(await this.#plan(devicesFor(declared), urn, declared)));
        }
        const dropped = [...this.state.keys()].filter((urn) => !program.has(urn));
        return [...failed, ...found, ...dropped.map((urn) => ({ urn, what: "delete" }))];
      } finally {
        this.state.clear();
        for (const [urn, held] of before) {
          this.state.set(urn, held);
        }
      }
    });
  }

  async #during<T>(work: (devicesFor: DevicesFor) => Promise<T>): Promise<T> {
    const processes = Array.from({ length: this.#adapter.processes }, () => this.#newDevices());
    const devicesFor: DevicesFor = ({ type, inputs }) =>
      processes[sumOf(modelOf(type).element?.(inputs) ?? "") % processes.length] as Devices;
    try {
      return await work(devicesFor);
    } finally {
      await Promise.all(processes.map((devices) => devices.close()));
    }
  }

  #refresh(devicesFor: DevicesFor, isTarget: (urn: string) => boolean): Promise<Operation[]> {
    const targeted = [...this.state].filter(([urn]) => isTarget(urn));
    return Promise.all(
      targeted.map(([urn, held]) =>
        this.#operation({ urn, kind: "refresh", before: held }, async () => {
          const devices = devicesFor(held);
          const declared = this.#adapter.tellsDeclared ? held.inputs : undefined;
          const read = await life(devices, held.type).read(held.id, held.state, declared);
          if (read) {
            await diff(devices, { ...held, state: read.state }, held.inputs);
          }
          return (
            read && { type: held.type, id: held.id, inputs: read.inputs, state: read.state, attempted: held.attempted }
          );
        }),
      ),
    );
  }

  async #plan(devices: Devices, urn: string, declared: Declaration): Promise<Preview[]> {
    const { ignored = [] } = declared;
    const held = this.state.get(urn);
    const checked = check(devices, urn, declared, held);
    if (checked.failures.length > 0) {
      return [{ urn, what: JSON.stringify(checked.failures) }];
    }
    if (!held) {
      return [{ urn, what: "create" }];
    }
    const found = await diff(devices, held, checked.inputs, ignored);
    return found.length > 0 ? [{ urn, what: `change ${found.map(({ property }) => property).join(", ")}` }] : [];
  }

  async #apply(devicesFor: DevicesFor, program: Program): Promise<Operation[]> {
    const begun: Promise<Operation[]>[] = [];
    for (const [urn, declared] of program) {
      begun.push(this.#bring(devicesFor, urn, declared));
      await nextTurn();
    }
    return (await Promise.all(begun)).flat();
  }

  /** Checks one resource, then creates, updates or replaces it. A replacement deletes first, as the provider asks. */
  async #bring(devicesFor: DevicesFor, urn: string, declaration: Declaration): Promise<Operation[]> {
    const { type, ignored = [] } = declaration;
    const devices = devicesFor(declaration);
    const before = this.state.get(urn);
    const { inputs, failures } = check(devices, urn, declaration, before);
    const declared = { type, inputs, ignored };
    if (failures.length > 0) {
      return [{ urn, kind: "check", before, error: new CheckFailure(failures.map(({ reason }) => reason)) }];
    }
    const create = () =>
      this.#operation({ urn, kind: "create", declared }, async () => {
        const { id, state } = await life(devices, type).create(inputs);
        return { type, id, inputs, state };
      });
    if (!before) {
      return [await create()];
    }
    const found = await diff(devices, before, inputs, ignored);
    const planned = found.map(({ property }) => property);
    if (found.some(({ replaces }) => replaces)) {
      // By the provider that it had until now.
      const deleted = await this.#delete(devicesFor(before), urn, before);
      return deleted.error ? [deleted] : [deleted, await create()];
    }
    if (found.length === 0 && !before.unfinished) {
      this.state.set(urn, { ...before, inputs, attempted: undefined });
      return [];
    }
    const update = this.#operation({ urn, kind: "update", before, declared, planned }, async () => {
      const state = await life(devices, type).update(before.id, before.state, inputs, ignored);
      return { type, id: before.id, inputs, state };
    });
    return [await update];
  }

  #deleteAll(devicesFor: DevicesFor, dropped: [string, Held][]): Promise<Operation[]> {
    return Promise.all(dropped.reverse().map(([urn, held]) => this.#delete(devicesFor(held), urn, held)));
  }

  #delete(devices: Devices, urn: string, before: Held): Promise<Operation> {
    return this.#operation({ urn, kind: "delete", before }, async () => {
      await life(devices, before.type).delete(before.id, before.state);
      return undefined;
    });
  }

  /** Does one operation and keeps what the engine keeps: after a partial failure, the new state with the old inputs. */
  async #operation(
    what: Omit<Operation, "after" | "error">,
    work: () => Promise<Held | undefined>,
  ): Promise<Operation> {
    const { urn, kind, before, declared } = what;
    try {
      const after = await work();
      if (after) {
        this.state.set(urn, after);
      } else {
        this.state.delete(urn);
      }
      return { ...what, after };
    } catch (caught) {
      const error = caught as Error;
      if (!(error instanceof PartialFailure) || kind === "refresh" || kind === "delete") {
        return { ...what, after: before, error };
      }
      const { id, state } = error;
      const inputs = before?.inputs ?? (declared as Declaration).inputs;
      const after: Held = {
        type: (before ?? (declared as Declaration)).type,
        id,
        inputs,
        state,
        attempted: declared?.inputs,
        unfinished: true,
      };
      this.state.set(urn, after);
      return { ...what, after, error };
    }
  }
}

/** Checks a declaration, with ignored inputs as in the last operation. */
function check(devices: Devices, urn: string, { type, inputs, ignored = [] }: Declaration, held?: Held): Checked {
  const lifecycle = life(devices, type);
  const resolved = held ? withIgnored(inputs, held.inputs, ignored) : inputs;
  return lifecycle.declare(lifecycle.check(resolved), {
    name: nameOf(urn),
    ...(held && { before: held.inputs }),
  });
}

/** The logical name of a resource. */
export const nameOf = (urn: string): string => urn.slice(urn.indexOf("::") + 2);

/** A number that depends only on the text. */
function sumOf(text: string): number {
  return [...text].reduce((sum, character) => sum + character.charCodeAt(0), 0);
}

async function diff(
  devices: Devices,
  { type, id, state }: Held,
  inputs: Inputs,
  ignored: readonly string[] = [],
): Promise<Difference[]> {
  const lifecycle = life(devices, type);
  const contradiction = await lifecycle.recognise(state, inputs);
  if (contradiction) {
    throw contradiction;
  }
  const found = lifecycle.diff(state, inputs, ignored, id);
  if (found.length === 0) {
    lifecycle.dismiss(inputs);
  }
  return found;
}

function life(devices: Devices, type: string): Lifecycle {
  const definition = definitionOf(type);
  if (!definition) {
    throw new Error(`no resource ${type}`);
  }
  return lifecycleOf(definition, devices);
}
