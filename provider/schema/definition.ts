/**
 * The language in which a resource is described: which inputs it has, what it can observe on the device and how it
 * brings the device from what was observed to what is wanted. A definition knows nothing of Pulumi; `lifecycle.ts`
 * turns it into check, diff, create, read, update and delete.
 */
import * as z from "zod";
import type { Json } from "../client";
import type { Context, RandomBytes } from "../runtime/context";
import type { Lockout } from "../runtime/lockout";
import type { Run } from "../runtime/run";

/**
 * What an input is for.
 * - `key`: says which thing on the device is meant; changing it replaces the resource.
 * - `managed`: compared with the device, written when it differs. Left out = not compared, not written.
 * - `instruction`: tells the provider how to work; never written to the device.
 */
export type Role = "key" | "managed" | "instruction";

/** One input of a resource. */
export interface InputSpec<T = unknown, R extends boolean = boolean> {
  readonly role: Role;
  readonly schema: z.ZodType<T>;
  readonly description: string;
  readonly required: R;
  /** Filled in by `check` when the program leaves the input out. */
  readonly default?: Json;
  readonly secret?: boolean;
  /** Name of the instruction that makes this input a secret when it is true. */
  readonly secretWhen?: string;
  /** Makes a value when the program gives none and the device has none. The input is then managed all the same. */
  generate?(random: RandomBytes): T;
  /** The value is a map of things with these inputs, each of which is managed by itself. Paths: {@link EntryPath}. */
  readonly entries?: InputSpecs;
  /** Whether two values mean the same to the device; the default is deep equality, numbers by value. */
  same?(left: T, right: T): boolean;
}

/** What an input of an entry of a map is called, `outlets["3"].name`. */
export type EntryPath = `${string}["${string}"].${string}`;

/** The managed inputs, or parts of them, that differ. */
export type Changes<I extends InputSpecs> = ReadonlySet<(keyof I & string) | EntryPath>;

/** One output that is not also an input. */
export interface OutputSpec<T = unknown> {
  readonly schema: z.ZodType<T>;
  readonly description: string;
  readonly secret?: boolean;
}

export type InputSpecs = Record<string, InputSpec>;
export type OutputSpecs = Record<string, OutputSpec>;

type ValueOf<S> = S extends { schema: z.ZodType<infer T> } ? T : never;
type RequiredKeys<I> = { [K in keyof I]: I[K] extends { required: true } ? K : never }[keyof I];

/** The inputs after `check`: keys and everything with a default are there, the rest when it was declared. */
export type Wanted<I extends InputSpecs> = { [K in RequiredKeys<I>]: ValueOf<I[K]> } & {
  [K in Exclude<keyof I, RequiredKeys<I>>]?: ValueOf<I[K]> | undefined;
};

/** What the device reported, under the names of inputs and outputs. A name is missing when the device has no such thing. */
export type Observed<I extends InputSpecs, O extends OutputSpecs> = {
  [K in keyof I]?: ValueOf<I[K]> | undefined;
} & { [K in keyof O]?: ValueOf<O[K]> | undefined };

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

/**
 * - `adopted`: the thing always exists on the device. Creating takes it over, destroying leaves it or restores it.
 * - `created`: creating makes it, destroying removes it.
 */
export type Family = "adopted" | "created";

export interface Definition<I extends InputSpecs = InputSpecs, O extends OutputSpecs = OutputSpecs> {
  /** Type name, `Outlet`. */
  readonly type: string;
  readonly family: Family;
  /** What it is, in a sentence or two, for doc comments, schema and docs. */
  readonly description: string;
  readonly inputs: I;
  readonly outputs: O;
  /** The part of the id behind `<device>/`, for example `outlets/3`. */
  readonly id: (wanted: Wanted<I>) => string;
  /** The key inputs out of that part of an id, for import; `undefined` when it is not of this resource's form. */
  readonly keys: (id: string) => Partial<Wanted<I>> | undefined;
  /** How an id looks, for the error message of a malformed one: `<device>/outlets/<number>`. */
  readonly idForm: string;
  /** What the inputs alone already show to be wrong. `known` is false for values that preview does not know yet. */
  readonly check?: (inputs: Partial<Wanted<I>>, known: (input: keyof I) => boolean, context: CheckContext) => Failure[];
  /**
   * Reads the device. `undefined` = a clean "not there"; everything that is not clean is thrown. A secret that the device
   * does not give back is left out. `previous` is the state of the last operation, when there was one.
   */
  readonly observe: (
    context: Context,
    wanted: Wanted<I>,
    previous?: Observed<I, O>,
  ) => Promise<Observed<I, O> | undefined>;
  /**
   * What of a change, or of the removal, may end our own access to the device. Such a change takes `allowLockout`, is made
   * after everything else on the device and is verified by a fresh login.
   */
  readonly lockout?: (
    context: Context,
    wanted: Wanted<I>,
    observed: Observed<I, O> | undefined,
    changes: Changes<I> | "removal",
  ) => Lockout[] | Promise<Lockout[]>;
  /**
   * Things that a resource takes for itself, where that is more than the one of its id: other resources of the program
   * may not declare them too.
   */
  readonly claims?: (inputs: Partial<Wanted<I>>) => Claim[];
  /** Refuses before anything is written what only the device's present state shows to be impossible. */
  readonly guard?: (context: Context, wanted: Wanted<I>, observed: Observed<I, O> | undefined) => void | Promise<void>;
  /** Brings the device from what was observed to what is wanted, writing only what is named in `changes`. */
  readonly apply: (
    context: Context,
    wanted: Wanted<I>,
    observed: Observed<I, O> | undefined,
    changes: Changes<I>,
  ) => Promise<void>;
  /** Removes a created thing; removing what is gone is success. */
  readonly release?: (context: Context, wanted: Wanted<I>) => Promise<void>;
  /**
   * How an input stands on the device, where that is more than the observed value of the same name (an outlet whose
   * relay must follow, a password that cannot be read back).
   */
  readonly view?: (observed: Observed<I, O>, wanted: Partial<Wanted<I>>) => Observed<I, O>;
  /** A sentence about what the device has yet to finish after a write, or `undefined` when it has settled. */
  readonly pending?: (observed: Observed<I, O>, wanted: Wanted<I>, changes: Changes<I>) => string | undefined;
  /**
   * The ids, behind `<device>/`, of all such things on the device, for whoever wants to import them. Left out where there
   * is one thing of the type, and where they cannot be counted.
   */
  readonly list?: (context: Context) => Promise<string[]>;
  /** How long `pending` may last, in milliseconds. */
  readonly settleMilliseconds?: (context: Context, wanted: Wanted<I>) => Promise<number>;
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
  readonly id: (wanted: Wanted<I>) => string;
  /** What the inputs alone already show to be wrong. */
  readonly check?: Definition<I, O>["check"];
  /**
   * Does it, once, and waits as far as the inputs ask for. When an answer is lost and the device cannot tell whether it
   * happened, the error's outcome stays `unknown`, and the lifecycle neither repeats it nor forgets it. `report` takes
   * results that are to be kept even when what follows fails.
   */
  readonly run: (context: Context, wanted: Wanted<I>, report: (results: Results<O>) => void) => Promise<Results<O>>;
}

/** What an action gives back, under the names of its outputs. */
export type Results<O extends OutputSpecs> = Observed<Record<never, never>, O>;

/** Any definition of a thing on the device. */
// biome-ignore lint/suspicious/noExplicitAny: the inputs of different resources have nothing in common.
export type AnyThing = Definition<any, any>;

/** Any definition of an action. */
// biome-ignore lint/suspicious/noExplicitAny: as above.
export type AnyAction = ActionDefinition<any, any>;

/** Any definition, for code that works on all of them. */
export type AnyDefinition = AnyThing | AnyAction;

interface InputOptions<T> {
  readonly secret?: boolean;
  readonly secretWhen?: string;
  readonly generate?: (random: RandomBytes) => T;
  readonly same?: (left: T, right: T) => boolean;
}

/** An input that says which thing on the device is meant. */
export function key<T>(schema: z.ZodType<T>, description: string, same?: (left: T, right: T) => boolean) {
  return { role: "key", schema, description, required: true, ...(same && { same }) } as InputSpec<T, true>;
}

/** An input that is compared with the device. */
export function managed<T>(schema: z.ZodType<T>, description: string, options: InputOptions<T> = {}) {
  return { role: "managed", schema, description, required: false, ...options } as InputSpec<T, false>;
}

/** A managed input that has to be given. */
export function required<T>(schema: z.ZodType<T>, description: string, options: InputOptions<T> = {}) {
  return { role: "managed", schema, description, required: true, ...options } as InputSpec<T, true>;
}

/** A managed input that is declared with this value even when the program leaves it out. */
export function defaulted<T extends Json>(
  schema: z.ZodType<T>,
  fallback: NoInfer<T>,
  description: string,
  options: InputOptions<T> = {},
) {
  return { role: "managed", schema, description, required: true, default: fallback, ...options } as InputSpec<T, true>;
}

/** An input that maps names to things with these inputs, each of which is managed by itself. */
export function managedMap<M extends InputSpecs>(keys: z.ZodType<string>, entries: M, description: string) {
  const members = Object.entries(entries).map(
    ([name, spec]) => [name, spec.schema.describe(spec.description).optional()] as const,
  );
  const schema = z
    .record(keys, z.strictObject(Object.fromEntries(members)))
    .refine((map) => Object.keys(map).length > 0, "has to name at least one");
  return { role: "managed", schema, description, required: true, entries } as unknown as InputSpec<
    Record<string, Wanted<M>>,
    true
  >;
}

/** An input that tells the provider how to work. */
export function instruction<T extends Json>(schema: z.ZodType<T>, fallback: NoInfer<T>, description: string) {
  return { role: "instruction", schema, description, required: true, default: fallback } as InputSpec<T, true>;
}

/** What an action works with; it has to be given. */
export function argument<T>(schema: z.ZodType<T>, description: string) {
  return { role: "instruction", schema, description, required: true } as InputSpec<T, true>;
}

/** An output that is not also an input. */
export function output<T>(schema: z.ZodType<T>, description: string, options: { secret?: boolean } = {}) {
  return { schema, description, ...options } as OutputSpec<T>;
}

/** Checks an action's types where it is written, and gives it back. */
export function defineAction<I extends InputSpecs, O extends OutputSpecs>(
  definition: ActionDefinition<I, O>,
): ActionDefinition<I, O> {
  return definition;
}

/** Checks a definition's types where it is written, and gives it back. */
export function define<I extends InputSpecs, O extends OutputSpecs>(definition: Definition<I, O>): Definition<I, O> {
  return definition;
}
