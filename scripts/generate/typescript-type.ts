/** Prints the TypeScript types of zod schemas. */
import * as z from "zod";
import type { JsonSchema } from "../../provider/plugin/schema/schema-types";

interface Wrap {
  (type: string): string;
  /** Whether a program may use a word in place of null. */
  readonly hasWords?: boolean;
}

/** The type of an argument: every level may be a Pulumi output. */
export function inputType(schema: z.ZodType): string {
  const wrap: Wrap = Object.assign((type: string) => `pulumi.Input<${type}>`, { hasWords: true });
  return wrap(print(jsonSchema(schema), wrap));
}

/** The type of a value that is read. */
export function outputType(schema: z.ZodType): string {
  return print(jsonSchema(schema), (type) => type);
}

/** The type of a value that a program gives, without Pulumi's outputs. */
export function givenType(schema: z.ZodType): string {
  return print(
    jsonSchema(schema),
    Object.assign((type: string) => type, { hasWords: true }),
  );
}

function jsonSchema(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema, { io: "input" }) as JsonSchema;
}

function print(schema: JsonSchema, wrap: Wrap): string {
  // The only schema that refers to itself is that of any JSON value.
  if (schema.$ref !== undefined || schema.anyOf?.some(refersToItself)) {
    return "any";
  }
  if (schema.enum) {
    return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  }
  if (schema.const !== undefined) {
    return JSON.stringify(schema.const);
  }
  if (schema.anyOf) {
    const [first, ...others] = schema.anyOf.map((option) => print(option, wrap));
    const word = wrap.hasWords && schema.word !== undefined ? [JSON.stringify(schema.word)] : [];
    return [first, ...word, ...others].join(" | ");
  }
  if (typeof schema.type === "object") {
    return schema.type.map((type) => print({ ...schema, type }, wrap)).join(" | ");
  }
  switch (schema.type) {
    case "integer":
    case "number":
      return "number";
    case "array":
      return `${parenthesised(wrap(print(schema.items ?? {}, wrap)))}[]`;
    case "object":
      return object(schema, wrap);
    case undefined:
      return "any";
    default:
      return schema.type;
  }
}

function refersToItself({ items, additionalProperties }: JsonSchema): boolean {
  return (
    items?.$ref !== undefined || (typeof additionalProperties === "object" && additionalProperties.$ref !== undefined)
  );
}

function object(schema: JsonSchema, wrap: Wrap): string {
  if (!schema.properties) {
    const values = typeof schema.additionalProperties === "object" ? schema.additionalProperties : {};
    return `Record<string, ${wrap(print(values, wrap))}>`;
  }
  const members = Object.entries(schema.properties).map(
    ([name, value]) => `${name}${schema.required?.includes(name) ? "" : "?"}: ${wrap(print(value, wrap))}`,
  );
  return `{ ${members.join("; ")} }`;
}

function parenthesised(type: string): string {
  return type.includes(" | ") && !type.startsWith("pulumi.") ? `(${type})` : type;
}
