/**
 * Words that a program may use in place of null. Pulumi omits null from the programs that it writes, and YAML programs
 * cannot give an input as null at all. The lifecycle and states know only null.
 */
import type * as z from "zod";

/** A value of this schema, or null, which programs may also spell with this word. */
export function orWord<T>(schema: z.ZodType<T>, word: string): z.ZodType<T | null> {
  return schema.nullable().meta({ word });
}

/** The word for null; `undefined` if the schema has none. */
export function wordOf(schema: z.ZodType): string | undefined {
  const word = schema.meta()?.["word"];
  return typeof word === "string" ? word : undefined;
}
