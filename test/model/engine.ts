/**
 * What the engine does with a whole program, in the order in which it does it: `up` refreshes what is in the state,
 * creates and updates side by side as the program declares, and deletes at the end. Measured on the real engine:
 * reference/pulumi.md; the real engine itself is in test/engine.
 */
import type { Devices } from "../../provider/devices/devices";
import { lifecycleOf } from "../../provider/lifecycle";
import type { Checked } from "../../provider/lifecycle/check";
import type { Difference } from "../../provider/lifecycle/diff";
import { PartialFailure } from "../../provider/lifecycle/errors";
import type { Lifecycle } from "../../provider/lifecycle/lifecycle";
import type { State } from "../../provider/lifecycle/state";
import { definitionOf } from "../../provider/registry";
import { withIgnored } from "./ignoring";
import type { Declaration, Program } from "./program";
import type { Inputs } from "./resource-model";

/** A resource as the engine's state holds it. */
export interface Held {
  readonly type: string;
  readonly id: string;
  /** The inputs of the last operation that succeeded, or what a refresh made of them. */
  readonly inputs: Inputs;
  readonly state: State;
  /** What the last operation attempted when it ended halfway; the provider's state has it too. */
  readonly attempted?: Inputs | undefined;
  /** The last operation ended halfway: the next one updates, even if the comparison finds no difference. */
  readonly unfinished?: boolean;
}

/** One operation on one resource, and how it ended. */
export interface Operation {
  readonly urn: string;
  readonly kind: "refresh" | "create" | "update" | "delete";
  readonly before?: Held | undefined;
  readonly after?: Held | undefined;
  readonly declared?: Declaration | undefined;
  /** Paths of the inputs that the plan of an update changes. */
  readonly planned?: readonly string[];
  readonly error?: Error;
}

/** An operation that has failed. */
export interface FailedOperation extends Operation {
  readonly error: Error;
}

export const isFailed = (operation: Operation): operation is FailedOperation => operation.error !== undefined;

export interface Preview {
  readonly urn: string;
  readonly what: string;
}

/** The other work of this process gets its turn, as it does between two messages of the engine. */
const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

export class Engine {
  readonly state = new Map<string, Held>();

  readonly #newDevices: () => Devices;
  readonly #tellsDeclared: boolean;

  constructor(
    newDevices: () => Devices,
    /** Whether reads are told the declared inputs, as by the native plugin, or not, as by dynamic providers. */
    tellsDeclared: boolean,
  ) {
    this.#newDevices = newDevices;
    this.#tellsDeclared = tellsDeclared;
  }

  /** `pulumi up`, with or without `--refresh`. */
  up(program: Program, refresh: boolean): Promise<Operation[]> {
    return this.#during(async (devices) => {
      const refreshed = refresh ? await this.#refresh(devices) : [];
      if (refreshed.some(isFailed)) {
        return refreshed;
      }
      const changes = await this.#apply(devices, program);
      const deletes = changes.some(isFailed) ? [] : await this.#deleteAllBut(devices, program);
      return [...refreshed, ...changes, ...deletes];
    });
  }

  /** `pulumi preview --refresh`: what would be done. The state stays as it is. */
  preview(program: Program): Promise<Preview[]> {
    return this.#during(async (devices) => {
      const before = new Map(this.state);
      try {
        const refreshed = await this.#refresh(devices);
        const failed = refreshed.flatMap(({ urn, error }) => (error ? [{ urn, what: error.message }] : []));
        const found: Preview[] = [];
        for (const [urn, declared] of program) {
          found.push(...(await this.#plan(devices, urn, declared)));
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

  async #during<T>(work: (devices: Devices) => Promise<T>): Promise<T> {
    const devices = this.#newDevices();
    try {
      return await work(devices);
    } finally {
      await devices.close();
    }
  }

  #refresh(devices: Devices): Promise<Operation[]> {
    return Promise.all(
      [...this.state].map(([urn, held]) =>
        this.#operation({ urn, kind: "refresh", before: held }, async () => {
          const declared = this.#tellsDeclared ? held.inputs : undefined;
          const read = await life(devices, held.type).read(held.id, held.state, declared);
          if (read) {
            await diff(devices, held.type, read.state, held.inputs);
          }
          return (
            read && { type: held.type, id: held.id, inputs: read.inputs, state: read.state, attempted: held.attempted }
          );
        }),
      ),
    );
  }

  async #plan(devices: Devices, urn: string, declared: Declaration): Promise<Preview[]> {
    const { type, ignored = [] } = declared;
    const held = this.state.get(urn);
    const checked = check(devices, type, resolved(declared, held));
    if (checked.failures.length > 0) {
      return [{ urn, what: JSON.stringify(checked.failures) }];
    }
    if (!held) {
      return [{ urn, what: "create" }];
    }
    const found = await diff(devices, type, held.state, checked.inputs, ignored);
    return found.length > 0 ? [{ urn, what: `change ${found.map(({ property }) => property).join(", ")}` }] : [];
  }

  async #apply(devices: Devices, program: Program): Promise<Operation[]> {
    const begun: Promise<Operation[]>[] = [];
    for (const [urn, declared] of program) {
      begun.push(this.#bring(devices, urn, declared));
      await nextTurn();
    }
    return (await Promise.all(begun)).flat();
  }

  /** Brings one resource to what is declared. Replacing deletes first, as the provider asks for. */
  async #bring(devices: Devices, urn: string, declaration: Declaration): Promise<Operation[]> {
    const { type, ignored = [] } = declaration;
    const before = this.state.get(urn);
    const { inputs, failures } = check(devices, type, resolved(declaration, before));
    const declared = { type, inputs, ignored };
    if (failures.length > 0) {
      throw new Error(`check refuses ${urn}: ${JSON.stringify(failures)}`);
    }
    const create = () =>
      this.#operation({ urn, kind: "create", declared }, async () => {
        const { id, state } = await life(devices, type).create(inputs);
        return { type, id, inputs, state };
      });
    if (!before) {
      return [await create()];
    }
    const found = await diff(devices, type, before.state, inputs, ignored);
    const planned = found.map(({ property }) => property);
    if (found.some(({ replaces }) => replaces)) {
      const deleted = await this.#delete(devices, urn, before);
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

  #deleteAllBut(devices: Devices, program: Program): Promise<Operation[]> {
    const dropped = [...this.state].filter(([urn]) => !program.has(urn));
    return Promise.all(dropped.reverse().map(([urn, held]) => this.#delete(devices, urn, held)));
  }

  #delete(devices: Devices, urn: string, before: Held): Promise<Operation> {
    return this.#operation({ urn, kind: "delete", before }, async () => {
      await life(devices, before.type).delete(before.id, before.state);
      return undefined;
    });
  }

  /** Does it and keeps what the engine keeps: after half a success the new state with the old inputs. */
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

function check(devices: Devices, type: string, inputs: Record<string, unknown>): Checked {
  const lifecycle = life(devices, type);
  return lifecycle.declare(lifecycle.check(inputs));
}

/** The inputs with which a resource is checked: what is ignored is as in the last operation. */
function resolved({ inputs, ignored = [] }: Declaration, held: Held | undefined): Inputs {
  return held ? withIgnored(inputs, held.inputs, ignored) : inputs;
}

async function diff(
  devices: Devices,
  type: string,
  state: State,
  inputs: Inputs,
  ignored: readonly string[] = [],
): Promise<Difference[]> {
  const lifecycle = life(devices, type);
  const contradiction = await lifecycle.recognise(state, inputs);
  if (contradiction) {
    throw contradiction;
  }
  const found = lifecycle.diff(state, inputs, ignored);
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
