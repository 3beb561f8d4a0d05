/**
 * Brings a thing on the device from what is observed to what is desired, or removes it: plan, write, verify.
 *
 * - Nothing is written that was not observed to differ, and every write is verified by a read after it.
 * - An update writes only what its plan showed; see `plan-limit.ts`.
 * - A write whose response was lost is not repeated blindly: the device is observed, and that decides.
 * - When something has, or may have, changed and the operation still fails, `PartialFailure` carries the truth.
 */
import type { DliError } from "../../client";
import type { Context } from "../../runtime/context";
import { lostResponse, orGone } from "../../runtime/write-outcome";
import type { AnyThing } from "../../schema/definition";
import { Properties } from "../../schema/properties";
import type { Values } from "../../schema/values";
import { changesToWrite, effective } from "../diff/diff";
import type { PlanLimit } from "../diff/plan-limit";
import { goneError, notRemovedError, PartialFailure, writeNotTakenError } from "../errors/errors";
import { desiredInputs, withGenerated } from "../inputs/desired";
import { idOf } from "../inputs/id";
import { madeBesideIn, type State, secretsIn, stateAfter } from "../state/state";
import { type Access, AccessChange } from "./access-change";
import { type AnyCreated, Making, type Sighting } from "./make";
import { observedLater, settled } from "./settle";
import { noteSpelling } from "./take-over";

/**
 * How often a write is tried in total. One that the device accepts without effect is made once more, since another
 * client may have written at the same moment; a third attempt would only fight with it. A lost response says nothing
 * about the write, so it allows a third attempt.
 */
const triesWhenAccepted = 2;
const triesWhenLost = 3;

/** What an operation is about. */
interface Task {
  readonly id: string;
  readonly inputs: Properties;
  readonly desired: Properties;
  /** The state before the operation. */
  readonly previous: Properties | undefined;
  /** What was observed before the first write. */
  readonly first: Properties | undefined;
  /** What the plan of an update showed; without it everything declared is brought about. */
  readonly planned: PlanLimit | undefined;
}

/** What is known about the thing at one moment. */
interface Known {
  readonly observed: Properties | undefined;
  /** Declared secrets that are assumed to be on the device, which does not show them. */
  readonly assumed: Properties | undefined;
  /** Paths of everything written so far. */
  readonly written: ReadonlySet<string>;
}

/** What has to be written, given what is known. */
interface WritePlan extends Known {
  /** What the device is to be brought to. */
  readonly desired: Properties;
  readonly changes: ReadonlySet<string>;
  /** Set if a change may end our own access to the device. */
  readonly access: AccessChange | undefined;
}

/** What a write led to. */
interface Written extends Omit<Known, "observed"> {
  /** The error of a request whose response was lost. */
  readonly lost: DliError | undefined;
  readonly access: Access<Values | undefined>;
  /** Set if the thing was created, not changed. */
  readonly making?: Making;
}

/** What is known after a write, and what remains to be written. */
interface Verified extends Known {
  readonly left: ReadonlySet<string>;
}

/** One operation on one thing. */
export class Reconciler {
  readonly #definition: AnyThing;
  readonly #context: Context;
  /** Set once the thing has been created: later reads use it in place of the previous state. */
  #made: Sighting | undefined;
  #making: Making | undefined;

  constructor(definition: AnyThing, context: Context) {
    this.#definition = definition;
    this.#context = context;
  }

  /** Reads the thing; `undefined` = proved not to exist. */
  async observe(inputs: Properties, previous?: Properties): Promise<Properties | undefined> {
    const observed = await this.#read(inputs, previous);
    return observed && Properties.of(this.#definition, observed);
  }

  /**
   * Reads the thing to create, also under a name cut off by the device: an earlier run may have created it unnoticed.
   */
  async observeForCreate(id: string, inputs: Properties, previous?: Properties): Promise<Properties | undefined> {
    const observed = await this.observe(inputs, previous);
    if (observed || this.#definition.family !== "created") {
      return observed;
    }
    this.#made = await this.#makingOf(this.#definition, id).findCut(inputs);
    return this.#made?.observed && Properties.of(this.#definition, this.#made.observed);
  }

  /** Creates or changes the thing; returns its state. `first` was observed before, `planned` limits an update. */
  async reconcile(
    id: string,
    inputs: Properties,
    first: Properties | undefined,
    previous: Properties | undefined,
    planned?: PlanLimit,
  ): Promise<State> {
    // A create generates again what is not known from a state, regardless of what the device has.
    const desired = withGenerated(desiredInputs(inputs, previous), planned && first, this.#context.random);
    const task: Task = { id, inputs, desired, previous, first, planned };
    let known: Known = { observed: first, assumed: secretsIn(previous, desired), written: new Set() };
    try {
      for (let tries = 1; ; tries++) {
        const plan = await this.#plan(task, known);
        known = plan;
        noteChanges(this.#context, plan);
        if (plan.observed && plan.changes.size === 0) {
          return this.#done(task, plan, plan.observed);
        }
        const written = await (plan.observed ? this.#write(task, plan) : this.#make(task, plan));
        if (written.access.isEnded) {
          return stateOf(task, written, this.#asDesired(plan));
        }
        const { left, ...after } = await this.#verify(task, plan.desired, written);
        known = after;
        if (after.observed && left.size === 0) {
          return this.#done(task, after, after.observed);
        }
        if (!after.observed) {
          written.making?.refuseAgain(written.lost);
        }
        if (isLastTry(tries, written.lost)) {
          throw written.lost ?? writeNotTakenError(this.#context.device.name, id, plan.desired, after.observed, left);
        }
      }
    } catch (error) {
      throw this.#context.device.hasWritten ? await this.#partialFailure(task, known, error) : error;
    }
  }

  /** What the device has after a change that has ended our access to it. */
  #asDesired({ observed, desired }: WritePlan): Properties {
    const { values } = desired;
    const known = this.#definition.known?.(values) as Values | undefined;
    return Properties.of(this.#definition, { ...observed?.values, ...values, ...known });
  }

  /** The state at the end of an operation, with a warning of drift that was not planned. */
  #done(task: Task, known: Known, observed: Properties): State {
    const drift = task.planned?.drift(observed, known.assumed) ?? [];
    if (drift.length > 0) {
      this.#context.warn(
        `${task.id}: ${drift.join(", ")} on the device ${drift.length > 1 ? "are" : "is"} not as declared. The plan did not show that, so nothing is changed there; the next plan shows it.`,
      );
    }
    return stateOf(task, known, observed);
  }

  /** Removes the thing; one that is already gone is a success. */
  async remove(id: string, inputs: Properties, state: Properties): Promise<void> {
    const context = this.#context;
    const read = () => this.#read(inputs, state);
    let observed = await read();
    for (let tries = 1; observed !== undefined; tries++) {
      const lockouts = await this.#definition.lockout?.(context, inputs.values, observed, "removal");
      const access = AccessChange.of(context, lockouts ?? []);
      await access?.prepare(inputs.values);
      const present = observed;
      const lost = await lostResponse(() =>
        orGone(async () => this.#definition.release?.(context, inputs.values, present)),
      );
      const after = await this.#observeAfter(lost, access, read);
      if (after.isEnded) {
        return;
      }
      observed = lost || after.observed === undefined ? after.observed : await observedLater(context, read, isGoneIn);
      if (observed !== undefined && isLastTry(tries, lost)) {
        throw lost ?? notRemovedError(context.device.name, id);
      }
    }
  }

  /** What has to be written. A change of access is planned again once everything else on the device is done. */
  async #plan(task: Task, known: Known): Promise<WritePlan> {
    const plan = await this.#compare(task, known);
    if (!plan.access) {
      return plan;
    }
    await plan.access.prepare(task.inputs.values);
    this.#context.device.readNow();
    return this.#compare(task, { ...known, observed: await this.observe(task.desired, task.previous) });
  }

  /** @throws if the definition refuses it because of what is on the device, or if the thing to update is gone. */
  async #compare(task: Task, known: Known): Promise<WritePlan> {
    const { observed, assumed } = known;
    if (!observed && task.planned?.mayCreate(task.desired) === false) {
      await this.#refuseLacking(task);
      throw goneError(this.#context.device.name, task.id);
    }
    const desired = (observed && task.planned?.desired(task.desired, observed)) ?? task.desired;
    const changes = withinPlan(task, changesToWrite(observed && effective(observed, desired), desired, assumed));
    if (observed && changes.size === 0) {
      return { ...known, desired, changes, access: undefined };
    }
    const [definition, context] = [this.#definition, this.#context];
    await definition.guard?.(context, desired.values, observed?.values);
    const lockouts = await definition.lockout?.(context, desired.values, observed?.values, changes);
    return { ...known, desired, changes, access: AccessChange.of(context, lockouts ?? []) };
  }

  /** @throws the error that refuses to create a missing adopted thing, which a refresh would not bring back either. */
  async #refuseLacking({ desired }: Task): Promise<void> {
    if (this.#definition.family === "adopted") {
      await this.#definition.guard?.(this.#context, desired.values, undefined);
    }
  }

  async #write({ previous }: Task, plan: WritePlan): Promise<Written> {
    const { desired, observed, changes } = plan;
    const lost = await lostResponse(() =>
      this.#definition.apply(this.#context, desired.values, observed?.values, changes),
    );
    return {
      lost,
      assumed: lost ? plan.assumed : secretsIn(desired, desired),
      written: new Set([...plan.written, ...changes]),
      access: await this.#observeAfter(lost, plan.access, () => this.#read(desired, previous)),
    };
  }

  /** Creates a thing that is not there and looks for it; an adopted one is only written. */
  async #make(task: Task, plan: WritePlan): Promise<Written> {
    const [definition, context] = [this.#definition, this.#context];
    if (definition.family !== "created") {
      return this.#write(task, plan);
    }
    const { desired } = plan;
    const making = this.#makingOf(definition, task.id);
    const lost = await making.request(desired);
    const look = async () => {
      this.#made = await making.find(desired, lost);
      const keptAs = this.#made.known?.["keptAs"];
      if (keptAs !== undefined) {
        noteSpelling(context.warn, task.id, keptAs);
      }
      return this.#made.observed;
    };
    return {
      making,
      lost,
      assumed: lost ? plan.assumed : secretsIn(desired, desired),
      written: new Set([...plan.written, ...plan.changes]),
      access: await this.#observeAfter(lost, plan.access, look),
    };
  }

  #makingOf(definition: AnyCreated, id: string): Making {
    this.#making ??= new Making(definition, this.#context, id, (inputs, known) => this.#ask(inputs, known));
    return this.#making;
  }

  /** Waits until the device has settled, and compares. */
  #verify(task: Task, desired: Properties, { access, assumed, written, lost }: Written): Promise<Verified> {
    const compare = (values: Values | undefined): Verified => {
      const observed = values && Properties.of(this.#definition, values);
      // What others have changed beside the plan in the meantime is not left to be written.
      const wanted = (observed && task.planned?.desired(task.desired, observed)) ?? desired;
      // As observed, not as in `view`: an effect that follows a write later was waited for if the inputs ask for it.
      return { observed, assumed, written, left: withinPlan(task, changesToWrite(observed, wanted, assumed)) };
    };
    return settled(this.#definition, this.#context, {
      desired: desired.values,
      written,
      first: compare(access.isEnded ? undefined : access.observed),
      observe: async () => compare(await this.#read(desired, task.previous)),
      isShown: ({ observed, left }) => lost !== undefined || observed === undefined || left.size === 0,
    });
  }

  /** Observes the device after a write, with a fresh login when the write may have ended our access. */
  async #observeAfter<T>(
    lost: DliError | undefined,
    access: AccessChange | undefined,
    read: () => Promise<T>,
  ): Promise<Access<T>> {
    this.#context.device.readAfterWrites();
    return access ? access.verify(lost, read) : { isEnded: false, observed: await read() };
  }

  async #read(inputs: Properties, previous: Properties | undefined): Promise<Values | undefined> {
    const observed = await this.#ask(inputs, this.#made ? this.#made.known : previous?.values);
    const madeBeside = previous && madeBesideIn(previous.values);
    if (observed !== undefined || this.#made || madeBeside === undefined || this.#definition.family !== "created") {
      return observed;
    }
    this.#made = await this.#makingOf(this.#definition, idOf(this.#definition, inputs.values)).account(
      inputs,
      madeBeside,
    );
    return this.#made?.observed;
  }

  #ask(inputs: Properties, known: Values | undefined): Promise<Values | undefined> {
    return this.#definition.observe(this.#context, inputs.values, known) as Promise<Values | undefined>;
  }

  /** The error of an operation, with what is true on the device afterwards. */
  async #partialFailure(task: Task, known: Known, error: unknown): Promise<Error> {
    const cause = error instanceof Error ? error : new Error(String(error));
    // The last read may have brought the very answer that was not understood.
    this.#context.device.readNow();
    const lastKnown = known.observed ?? Properties.of(this.#definition, {});
    const making = this.#making?.isOpen ? this.#making : undefined;
    const observed = await this.observe(task.desired, task.previous).catch(() => (making ? undefined : lastKnown));
    if (!observed && making) {
      // It is, or may be, somewhere on the device. With nothing in the state, the next run would create another one.
      const state = making.isUnaccounted
        ? stateOf(task, { assumed: secretsIn(task.desired, task.desired) }, task.desired)
        : stateOf(task, {}, lastKnown);
      return new PartialFailure(task.id, { ...state, ...making.mark }, cause);
    }
    // If it is proved not to exist, the write did not happen, and there is nothing for the state to hold.
    return observed ? new PartialFailure(task.id, stateOf(task, {}, observed), cause) : cause;
  }
}

/** Tells a plan what the first write will change. */
function noteChanges({ rehearsal }: Context, { observed, desired, changes }: WritePlan): void {
  if (rehearsal === undefined || rehearsal.changes !== undefined) {
    return;
  }
  const present = observed && effective(observed, desired);
  rehearsal.isMade = observed === undefined;
  rehearsal.changes = [...changes].map((path) => {
    const [before, after] = [present?.get(path), desired.get(path)];
    return { path, before, after, isShown: before !== undefined && desired.isShownInErrors(path, before, after) };
  });
}

function stateOf({ inputs, previous, first }: Task, { assumed }: Partial<Known>, observed: Properties): State {
  return stateAfter({ inputs, observed, previous, assumed, first });
}

/** The changes that the plan has shown. */
function withinPlan({ planned }: Task, changes: ReadonlySet<string>): ReadonlySet<string> {
  return planned ? new Set([...changes].filter((path) => planned.has(path))) : changes;
}

function isGoneIn(observed: Values | undefined): boolean {
  return observed === undefined;
}

function isLastTry(tries: number, lost: DliError | undefined): boolean {
  return tries >= (lost ? triesWhenLost : triesWhenAccepted);
}
