/** The language in which inputs and outputs are described: a schema, a sentence, and what the value is for. */
import * as z from "zod";
import type { Json } from "../client";
import type { RandomBytes } from "../runtime/context";

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

/** The values of inputs after `check`: keys and everything with a default are there, the rest when it was declared. */
export type Desired<I> = { [K in RequiredKeys<I>]: ValueOf<I[K]> } & {
  [K in Exclude<keyof I, RequiredKeys<I>>]?: ValueOf<I[K]> | undefined;
};

/** What the device reported, under the names of inputs and outputs. A name is missing when the device has no such thing. */
export type Observed<I extends InputSpecs, O extends OutputSpecs> = {
  [K in keyof I]?: ValueOf<I[K]> | undefined;
} & { [K in keyof O]?: ValueOf<O[K]> | undefined };

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
    Record<string, Desired<M>>,
    true
  >;
}

/** An input that tells the provider how to work. */
export function instruction<T extends Json>(schema: z.ZodType<T>, fallback: NoInfer<T>, description: string) {
  return { role: "instruction", schema, description, required: true, default: fallback } as InputSpec<T, true>;
}

/** An input that tells the provider how to work, where the program says so. */
export function optionalInstruction<T>(schema: z.ZodType<T>, description: string) {
  return { role: "instruction", schema, description, required: false } as InputSpec<T, false>;
}

/** What an action works with; it has to be given. */
export function argument<T>(schema: z.ZodType<T>, description: string) {
  return { role: "instruction", schema, description, required: true } as InputSpec<T, true>;
}

/** An output that is not also an input. */
export function output<T>(schema: z.ZodType<T>, description: string, options: { secret?: boolean } = {}) {
  return { schema, description, ...options } as OutputSpec<T>;
}
