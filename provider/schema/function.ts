/** The language in which a function is described: its inputs, its outputs, and how it reads the device. */
import type { Context } from "../runtime/context";
import type { Desired, InputSpecs, Observed, OutputSpecs } from "./inputs";

/** Something to read from a device. A function never writes. */
export interface FunctionDefinition<I extends InputSpecs = InputSpecs, O extends OutputSpecs = OutputSpecs> {
  /** Its name, `getOutlets`. */
  readonly name: string;
  /** What it returns, in a sentence or two, for doc comments, schema and docs. */
  readonly description: string;
  readonly inputs: I;
  readonly outputs: O;
  /** Whether the result holds anything that must not be kept or shown in clear. Omitted if it never does. */
  readonly isConfidential?: (inputs: Desired<I>, outputs: Observed<Record<never, never>, O>) => boolean;
  readonly call: (context: Context, inputs: Desired<I>) => Promise<Observed<Record<never, never>, O>>;
}

/** Any function, for code that works on all of them. */
// biome-ignore lint/suspicious/noExplicitAny: the inputs of different functions have nothing in common.
export type AnyFunction = FunctionDefinition<any, any>;

/** Checks a function's types where it is written, and returns it. */
export function defineFunction<I extends InputSpecs, O extends OutputSpecs>(
  definition: FunctionDefinition<I, O>,
): FunctionDefinition<I, O> {
  return definition;
}
