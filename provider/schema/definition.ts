/**
 * The language in which resources and actions are described: their inputs and outputs, how a thing is observed on the
 * device and how it is changed. A definition knows nothing of Pulumi; `provider/lifecycle` turns it into check, diff,
 * create, read, update and delete.
 */
import type { Json, PathLike } from "../client";
import type { Context } from "../runtime/context";
import type { Lockout } from "../runtime/gate/own-access";
import type { Run } from "../runtime/run";
import type { CommonInputs, Family } from "./common-inputs";
import type { Desired, EntryPath, InputSpecs, Observed, OutputSpecs } from "./inputs";

/** The managed inputs, or parts of them, that differ. */
export type Changes<I extends InputSpecs> = ReadonlySet<(keyof I & string) | EntryPath>;

/** A rejected input. */
export interface Failure {
  readonly property: string;
  readonly reason: string;
}

/** A thing on the device that a resource claims. */
export interface Claim {
  /** The part of the id after `<device>/`. */
  readonly id: string;
  /** The input, or part of one, that names it. */
  readonly property: string;
}

/** A place on the device that belongs to a resource. */
export interface OwnedPlace {
  /** Path below `/restapi/`. */
  readonly path: PathLike;
  /** The input, or part of one, that names it. */
  readonly property: string;
}

/** What `check` may use: it runs without the device, and changes nothing. */
export interface CheckContext {
  readonly device: string;
  readonly run: Run;
  readonly warn: (message: string) => void;
}

/** All inputs of a resource: its own, and those that its family has in common. */
type Inputs<I extends InputSpecs, F extends Family> = Desired<I & CommonInputs<F>>;

/** What resources and actions have in common. */
interface DefinitionBasics<I extends InputSpecs, O extends OutputSpecs, F extends Family> {
  /** Type name, `Outlet`. */
  readonly type: string;
  readonly family: F;
  /** What it is or does, in a sentence or two, for doc comments, schema and docs. */
  readonly description: string;
  readonly inputs: I;
  readonly outputs: O;
  /** The part of the id after `<device>/`, for example `outlets/3`. */
  readonly id: (inputs: Desired<I>) => string;
  /** Failures that the inputs alone reveal. `known` is false for values that a preview does not know yet. */
  readonly check?: (
    inputs: Partial<Inputs<I, F>>,
    known: (input: keyof I) => boolean,
    context: CheckContext,
  ) => Failure[];
}

/** A thing on the device, whatever its family. */
interface ThingDefinition<I extends InputSpecs, O extends OutputSpecs, F extends "adopted" | "created">
  extends DefinitionBasics<I, O, F> {
  /** The key inputs in that part of an id, for import; `undefined` if it does not have this resource's form. */
  readonly keys: (id: string) => Partial<Desired<I>> | undefined;
  /** The form of an id, for the error message of a malformed one: `<device>/outlets/<number>`. */
  readonly idForm: string;
  /**
   * Tells the run what the program declares with these inputs, before any operation begins. Values that a preview does
   * not know yet are left out, and `known` is false for them.
   */
  readonly declare?: (
    run: Run,
    inputs: Partial<Desired<I>>,
    device: string,
    known: (input: keyof I) => boolean,
  ) => void;
  /**
   * Numbers of the outlets that must not lose power, from their declaration on, even if other inputs are invalid.
   * Values that a preview does not know yet, or that are invalid by themselves, are left out.
   */
  readonly protects?: (inputs: Partial<Desired<I>>) => readonly number[];
  /** Things that the resource claims besides the one in its id: no other resource of the program may declare them. */
  readonly claims?: (inputs: Partial<Desired<I>>) => Claim[];
  /**
   * Places on the device that the resource keeps as declared: no other resource of the program may keep one of them,
   * its container or anything inside it. Values that a preview does not know yet are passed as `unknownValue`.
   */
  readonly owns?: (inputs: Partial<Desired<I>>) => OwnedPlace[];
  /**
   * Reads the device. `undefined` is a clean "not there"; anything less certain is thrown. A secret that the device
   * does not show is left out. `previous` is the state of the last operation, if there was one.
   */
  readonly observe: (
    context: Context,
    desired: Inputs<I, F>,
    previous?: Observed<I, O>,
  ) => Promise<Observed<I, O> | undefined>;
  /** The effective values where they are not the observed ones (an outlet whose relay must follow). */
  readonly view?: (observed: Observed<I, O>, desired: Partial<Inputs<I, F>>) => Observed<I, O>;
  /** Whether the device lacks the thing, although it is observed as declared: nothing was there before. */
  readonly isAbsent?: (observed: Observed<I, O>) => boolean;
  /** Rejects, before anything is written, what only the device's present state shows to be impossible. */
  readonly guard?: (
    context: Context,
    desired: Inputs<I, F>,
    observed: Observed<I, O> | undefined,
  ) => void | Promise<void>;
  /**
   * The parts of a change, or of the removal, that may end our own access to the device. Such a change needs
   * `allowLockout`, is made after everything else on the device and is verified with a fresh login.
   */
  readonly lockout?: (
    context: Context,
    desired: Inputs<I, F>,
    observed: Observed<I, O> | undefined,
    changes: Changes<I> | "removal",
  ) => Lockout[] | Promise<Lockout[]>;
  /**
   * Brings the device from the observed to the desired values, writing only what `changes` names. A created thing is
   * always observed here, since `make` has created it.
   */
  readonly apply: (
    context: Context,
    desired: Inputs<I, F>,
    observed: Observed<I, O> | undefined,
    changes: Changes<I>,
  ) => Promise<void>;
  /**
   * Outputs that follow from the inputs alone: what is known of them after a change that has ended our access, when nothing
   * can be observed.
   */
  readonly known?: (desired: Inputs<I, F>) => Partial<Observed<I, O>>;
  /** A clause about what the device has not finished after a write, or `undefined` when it has settled. */
  readonly pending?: (observed: Observed<I, O>, desired: Inputs<I, F>, changes: Changes<I>) => string | undefined;
  /** How long `pending` may last, in milliseconds. */
  readonly settleMilliseconds?: (context: Context, desired: Inputs<I, F>) => Promise<number>;
  /**
   * The ids, after `<device>/`, of all things of this type on the device, for import. Omitted if there is only one, or
   * if they cannot be counted.
   */
  readonly list?: (context: Context) => Promise<string[]>;
}

/** A thing that always exists on the device. Creating takes it over, destroying leaves it or restores it. */
export interface AdoptedDefinition<I extends InputSpecs, O extends OutputSpecs>
  extends ThingDefinition<I, O, "adopted"> {
  /** Why a deleted resource cannot restore what was there, in a clause: it is then left as it is, with a warning. */
  readonly cannotRestore?: (context: Context, desired: Inputs<I, "adopted">) => Promise<string | undefined>;
  readonly make?: undefined;
  readonly release?: undefined;
}

/** Asks the device for the key of what it says it has created, if that is not found as declared. */
export type Trace = () => Promise<Json | undefined>;

/** A thing that is created and removed together with the resource. */
export interface CreatedDefinition<I extends InputSpecs, O extends OutputSpecs>
  extends ThingDefinition<I, O, "created"> {
  /**
   * The keys of all things of this type on the device, as it spells them: a key that appears after a request to create
   * a thing may be that thing under another spelling.
   */
  readonly keysOnDevice: (context: Context, desired: Inputs<I, "created">) => Promise<Json[]>;
  /** The values with which it is created for inputs that the program does not declare. */
  readonly madeWith?: Partial<Desired<I>>;
  readonly cannotRestore?: undefined;
  /**
   * Creates the thing in one request. The lifecycle never repeats an answered one, regardless of what the next read
   * shows.
   */
  readonly make: (context: Context, desired: Inputs<I, "created">) => Promise<Trace | undefined>;
  /** Removes the thing; one that is already gone is a success. */
  readonly release: (context: Context, desired: Inputs<I, "created">, observed: Observed<I, O>) => Promise<void>;
}

/**
 * Something that happens when the resource is created and whenever its `triggers` change. It is never repeated
 * otherwise, not at a refresh and not when the response was lost.
 */
export interface ActionDefinition<I extends InputSpecs, O extends OutputSpecs>
  extends DefinitionBasics<I, O, "action"> {
  /** The beginning of every id after `<device>/`, which tells it apart from those of other types. */
  readonly idBegin: string;
  /**
   * Runs the action once and waits if the inputs say so. When a response is lost and the device cannot tell whether it
   * happened, the error's outcome stays `unknown`, and the lifecycle neither repeats it nor forgets it. `report`
   * records results that are kept even if a later step fails.
   */
  readonly run: (
    context: Context,
    desired: Inputs<I, "action">,
    report: (results: Results<O>) => void,
  ) => Promise<Results<O>>;
}

/** What an action returns, under the names of its outputs. */
export type Results<O extends OutputSpecs> = Observed<Record<never, never>, O>;

/** Any definition of a thing on the device. */
// biome-ignore lint/suspicious/noExplicitAny: the inputs of different resources have nothing in common.
export type AnyThing = AdoptedDefinition<any, any> | CreatedDefinition<any, any>;

/** Any definition of an action. */
// biome-ignore lint/suspicious/noExplicitAny: as above.
export type AnyAction = ActionDefinition<any, any>;

/** Any definition, for code that works on all of them. */
export type AnyDefinition = AnyThing | AnyAction;

/** Checks a definition's types where it is written, and returns it. */
export function defineAdopted<I extends InputSpecs, O extends OutputSpecs>(
  definition: Omit<AdoptedDefinition<I, O>, "family" | "make" | "release">,
): AdoptedDefinition<I, O> {
  return { ...definition, family: "adopted" };
}

/** Checks a definition's types where it is written, and returns it. */
export function defineCreated<I extends InputSpecs, O extends OutputSpecs>(
  definition: Omit<CreatedDefinition<I, O>, "family">,
): CreatedDefinition<I, O> {
  return { ...definition, family: "created" };
}

/** Checks an action's types where it is written, and returns it. */
export function defineAction<I extends InputSpecs, O extends OutputSpecs>(
  definition: Omit<ActionDefinition<I, O>, "family">,
): ActionDefinition<I, O> {
  return { ...definition, family: "action" };
}
