/**
 * The language in which resources and actions are described: their inputs and outputs, how a thing is observed on the
 * device and how it is changed. A definition knows nothing of Pulumi; `provider/lifecycle` turns it into check, diff,
 * create, read, update and delete.
 */
import type { Context } from "../runtime/context";
import type { Lockout } from "../runtime/lockout";
import type { Run } from "../runtime/run";
import type { CommonInputs, Family } from "./common-inputs";
import type { Desired, EntryPath, InputSpecs, Observed, OutputSpecs } from "./inputs";

/** The managed inputs, or parts of them, that differ. */
export type Changes<I extends InputSpecs> = ReadonlySet<(keyof I & string) | EntryPath>;

/** A refused input. */
export interface Failure {
  readonly property: string;
  readonly reason: string;
}

/** A thing on the device that a resource takes for itself. */
export interface Claim {
  /** Behind `<device>/`. */
  readonly id: string;
  /** The input, or part of one, that names it. */
  readonly property: string;
}

/** What `check` may use: it runs without the device. */
export interface CheckContext {
  readonly device: string;
  readonly run: Run;
  readonly warn: (message: string) => void;
}

/** All inputs of a resource: its own, and those that its family has in common. */
type Inputs<I extends InputSpecs, F extends Family> = Desired<I & CommonInputs<F>>;

/** A thing on the device. */
export interface Definition<
  I extends InputSpecs = InputSpecs,
  O extends OutputSpecs = OutputSpecs,
  F extends "adopted" | "created" = "adopted" | "created",
> {
  /** Type name, `Outlet`. */
  readonly type: string;
  readonly family: F;
  /** What it is, in a sentence or two, for doc comments, schema and docs. */
  readonly description: string;
  readonly inputs: I;
  readonly outputs: O;
  /** The part of the id behind `<device>/`, for example `outlets/3`. */
  readonly id: (desired: Desired<I>) => string;
  /** The key inputs out of that part of an id, for import; `undefined` when it is not of this resource's form. */
  readonly keys: (id: string) => Partial<Desired<I>> | undefined;
  /** How an id looks, for the error message of a malformed one: `<device>/outlets/<number>`. */
  readonly idForm: string;
  /** What the inputs alone show to be wrong. Changes nothing. `known` is false for values that preview does not know yet. */
  readonly check?: (
    inputs: Partial<Inputs<I, F>>,
    known: (input: keyof I) => boolean,
    context: CheckContext,
  ) => Failure[];
  /**
   * Tells the run what the program declares with these inputs, before any operation begins. Values that preview does not
   * know yet are left out.
   */
  readonly declare?: (run: Run, inputs: Partial<Desired<I>>, device: string) => void;
  /**
   * Reads the device. `undefined` = a clean "not there"; everything that is not clean is thrown. A secret that the device
   * does not give back is left out. `previous` is the state of the last operation, when there was one.
   */
  readonly observe: (
    context: Context,
    wanted: Inputs<I, F>,
    previous?: Observed<I, O>,
  ) => Promise<Observed<I, O> | undefined>;
  /**
   * What of a change, or of the removal, may end our own access to the device. Such a change takes `allowLockout`, is made
   * after everything else on the device and is verified by a fresh login.
   */
  readonly lockout?: (
    context: Context,
    wanted: Inputs<I, F>,
    observed: Observed<I, O> | undefined,
    changes: Changes<I> | "removal",
  ) => Lockout[] | Promise<Lockout[]>;
  /**
   * Things that a resource takes for itself, where that is more than the one of its id: other resources of the program
   * may not declare them too.
   */
  readonly claims?: (inputs: Partial<Desired<I>>) => Claim[];
  /** Refuses before anything is written what only the device's present state shows to be impossible. */
  readonly guard?: (
    context: Context,
    wanted: Inputs<I, F>,
    observed: Observed<I, O> | undefined,
  ) => void | Promise<void>;
  /** Brings the device from what was observed to what is wanted, writing only what is named in `changes`. */
  readonly apply: (
    context: Context,
    wanted: Inputs<I, F>,
    observed: Observed<I, O> | undefined,
    changes: Changes<I>,
  ) => Promise<void>;
  /** Removes a created thing; removing what is gone is success. */
  readonly release?: (context: Context, wanted: Inputs<I, F>) => Promise<void>;
  /**
   * How an input stands on the device, where that is more than the observed value of the same name (an outlet whose
   * relay must follow, a password that cannot be read back).
   */
  readonly view?: (observed: Observed<I, O>, wanted: Partial<Inputs<I, F>>) => Observed<I, O>;
  /** A sentence about what the device has yet to finish after a write, or `undefined` when it has settled. */
  readonly pending?: (observed: Observed<I, O>, wanted: Inputs<I, F>, changes: Changes<I>) => string | undefined;
  /**
   * The ids, behind `<device>/`, of all such things on the device, for whoever wants to import them. Left out where there
   * is one thing of the type, and where they cannot be counted.
   */
  readonly list?: (context: Context) => Promise<string[]>;
  /** How long `pending` may last, in milliseconds. */
  readonly settleMilliseconds?: (context: Context, wanted: Inputs<I, F>) => Promise<number>;
}

/**
 * Something that happens once: when the resource is created and whenever its `triggers` change. It is never repeated
 * by itself, not at a refresh and not when its answer was lost.
 */
export interface ActionDefinition<I extends InputSpecs = InputSpecs, O extends OutputSpecs = OutputSpecs> {
  /** Type name, `OutletCycle`. */
  readonly type: string;
  readonly family: "action";
  /** What it does, in a sentence or two, for doc comments, schema and docs. */
  readonly description: string;
  readonly inputs: I;
  readonly outputs: O;
  /** The part of the id behind `<device>/`. */
  readonly id: (desired: Desired<I>) => string;
  /** What the inputs alone show to be wrong. Changes nothing. */
  readonly check?: (
    inputs: Partial<Inputs<I, "action">>,
    known: (input: keyof I) => boolean,
    context: CheckContext,
  ) => Failure[];
  /**
   * Does it, once, and waits as far as the inputs ask for. When an answer is lost and the device cannot tell whether it
   * happened, the error's outcome stays `unknown`, and the lifecycle neither repeats it nor forgets it. `report` takes
   * results that are to be kept even when what follows fails.
   */
  readonly run: (
    context: Context,
    desired: Inputs<I, "action">,
    report: (results: Results<O>) => void,
  ) => Promise<Results<O>>;
}

/** What an action gives back, under the names of its outputs. */
export type Results<O extends OutputSpecs> = Observed<Record<never, never>, O>;

/** Any definition of a thing on the device. */
// biome-ignore lint/suspicious/noExplicitAny: the inputs of different resources have nothing in common.
export type AnyThing = Definition<any, any, "adopted"> | Definition<any, any, "created">;

/** Any definition of an action. */
// biome-ignore lint/suspicious/noExplicitAny: as above.
export type AnyAction = ActionDefinition<any, any>;

/** Any definition, for code that works on all of them. */
export type AnyDefinition = AnyThing | AnyAction;

/** Checks an action's types where it is written, and gives it back. */
export function defineAction<I extends InputSpecs, O extends OutputSpecs>(
  definition: ActionDefinition<I, O>,
): ActionDefinition<I, O> {
  return definition;
}

/** Checks a definition's types where it is written, and gives it back. */
export function define<I extends InputSpecs, O extends OutputSpecs, F extends "adopted" | "created">(
  definition: Definition<I, O, F>,
): Definition<I, O, F> {
  return definition;
}
