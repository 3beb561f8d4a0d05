/** The language in which inputs and outputs are described: a schema, a sentence, and what the value is for. */
import * as z from "zod";
import type { Json } from "../client";
import type { RandomBytes } from "../runtime/context";

/** What every input has. */
interface InputBasics<T, R extends boolean> {
  readonly schema: z.ZodType<T>;
  readonly description: string;
  readonly required: R;
  /** Filled in by `check` when the program omits the input. */
  readonly default?: Json;
}

interface Comparison<T> {
  /** Whether two values mean the same to the device; the default is deep equality, numbers by value. */
  same?(left: T, right: T): boolean;
}

interface Folding<T> {
  /** The value without what a device may normalise away; the default treats it as a name. */
  fold?(value: T): T;
}

interface Secrecy {
  readonly secret?: boolean;
  /** Name of the instruction that makes this input a secret when it is true. */
  readonly secretWhen?: string;
  /** Kept in the state only if the program declares it: a value put there by others may be none of its business. */
  readonly isConfidential?: boolean;
  /** Whether errors may show a text of the device or of the program; numbers and booleans may always be shown. */
  readonly isShownInErrors?: boolean;
}

interface Generation<T> {
  /** Generates a value when neither the program nor the device has one; the input is then managed. */
  generate?(random: RandomBytes): T;
}

interface Entries<M extends InputSpecs> {
  /** The value is a map of things with these inputs, each of which is managed by itself. Paths: {@link EntryPath}. */
  readonly entries: M;
}

/** Options that only inputs of other roles have. */
type None<Options> = { readonly [Name in keyof Options]?: undefined };

/** Says which thing on the device is meant; changing it replaces the resource. */
export interface KeyInput<T>
  extends InputBasics<T, true>,
    Comparison<T>,
    Folding<T>,
    None<Secrecy & Generation<T> & Entries<InputSpecs>> {
  readonly role: "key";
}

/** Compared with the device and written when it differs. If omitted, it is neither compared nor written. */
export interface ManagedInput<T, R extends boolean>
  extends InputBasics<T, R>,
    Comparison<T>,
    Secrecy,
    Generation<T>,
    None<Entries<InputSpecs>> {
  readonly role: "managed";
}

/** A managed map of things, each of which has its own inputs. */
export interface ManagedMapInput<M extends InputSpecs>
  extends InputBasics<Record<string, Desired<M>>, true>,
    Entries<M>,
    None<Comparison<unknown> & Secrecy & Generation<unknown>> {
  readonly role: "managed";
}

/** Tells the provider how to work; never written to the device. */
export interface InstructionInput<T, R extends boolean>
  extends InputBasics<T, R>,
    None<Comparison<T> & Secrecy & Generation<T> & Entries<InputSpecs>> {
  readonly role: "instruction";
}

/** One input of a resource. */
export type InputSpec<T = unknown, R extends boolean = boolean> =
  | KeyInput<T>
  | ManagedInput<T, R>
  | ManagedMapInput<InputSpecs>
  | InstructionInput<T, R>;

/** The path of an input in a map entry, `outlets["3"].name`. */
export type EntryPath = `${string}["${string}"].${string}`;

/** One output that is not also an input. */
export interface OutputSpec<T = unknown> {
  readonly schema: z.ZodType<T>;
  readonly description: string;
  readonly secret?: boolean;
  /** Paths of the inputs that it gives away, `outlets[*].state`: it is a secret if one of them is. */
  readonly derivedFrom?: readonly string[];
}

/** Whether a program has to give the input. */
export function mustBeGiven({ required, default: fallback }: InputSpec): boolean {
  return required && fallback === undefined;
}

export type InputSpecs = { readonly [name: string]: InputSpec };
export type OutputSpecs = { readonly [name: string]: OutputSpec };

type ValueOf<S> = S extends { schema: z.ZodType<infer T> } ? T : never;
type RequiredKeys<I> = { [K in keyof I]: I[K] extends { required: true } ? K : never }[keyof I];

/**
 * The values of inputs after `check`: required ones, including keys and those with a default, are there, the others if
 * they were declared.
 */
export type Desired<I> = { [K in RequiredKeys<I>]: ValueOf<I[K]> } & {
  [K in Exclude<keyof I, RequiredKeys<I>>]?: ValueOf<I[K]> | undefined;
};

/** What the device reported, by the names of inputs and outputs. A name is missing if the device has no such thing. */
export type Observed<I extends InputSpecs, O extends OutputSpecs> = {
  [K in keyof I]?: ValueOf<I[K]> | undefined;
} & { [K in keyof O]?: ValueOf<O[K]> | undefined };

type ManagedOptions<T> = Comparison<T> & Secrecy & Generation<T>;

/** An input that says which thing on the device is meant. */
export function key<T>(
  schema: z.ZodType<T>,
  description: string,
  options: Comparison<NoInfer<T>> & Folding<NoInfer<T>> = {},
): KeyInput<T> {
  return { role: "key", schema, description, required: true, ...options };
}

/** An input that is compared with the device. */
export function managed<T>(
  schema: z.ZodType<T>,
  description: string,
  options: ManagedOptions<NoInfer<T>> = {},
): ManagedInput<T, false> {
  return { role: "managed", schema, description, required: false, ...options };
}

/** A managed input that must be given. */
export function required<T>(
  schema: z.ZodType<T>,
  description: string,
  options: ManagedOptions<NoInfer<T>> = {},
): ManagedInput<T, true> {
  return { role: "managed", schema, description, required: true, ...options };
}

/** A managed input that is declared with this value even when the program omits it. */
export function defaulted<T extends Json>(
  schema: z.ZodType<T>,
  fallback: NoInfer<T>,
  description: string,
  options: ManagedOptions<NoInfer<T>> = {},
): ManagedInput<T, true> {
  return { role: "managed", schema, description, required: true, default: fallback, ...options };
}

/** An input that maps names to things with these inputs, each of which is managed by itself. */
export function managedMap<M extends InputSpecs>(
  keys: z.ZodType<string>,
  entries: M,
  description: string,
): ManagedMapInput<M> {
  const members = Object.entries(entries).map(
    ([name, spec]) => [name, spec.schema.describe(spec.description).optional()] as const,
  );
  const entry = z.strictObject(Object.fromEntries(members)) as unknown as z.ZodType<Desired<M>>;
  const schema = z.record(keys, entry).refine((map) => Object.keys(map).length > 0, "must name at least one");
  return { role: "managed", schema, description, required: true, entries };
}

/** An input that tells the provider how to work. */
export function instruction<T extends Json>(
  schema: z.ZodType<T>,
  fallback: NoInfer<T>,
  description: string,
): InstructionInput<T, true> {
  return { role: "instruction", schema, description, required: true, default: fallback };
}

/** An optional input that tells the provider how to work. */
export function optionalInstruction<T>(schema: z.ZodType<T>, description: string): InstructionInput<T, false> {
  return { role: "instruction", schema, description, required: false };
}

/** An input that an action works with; it must be given. */
export function argument<T>(schema: z.ZodType<T>, description: string): InstructionInput<T, true> {
  return { role: "instruction", schema, description, required: true };
}

/** An output that is not also an input. */
export function output<T>(
  schema: z.ZodType<T>,
  description: string,
  options: Pick<OutputSpec, "secret" | "derivedFrom"> = {},
): OutputSpec<T> {
  return { schema, description, ...options };
}
