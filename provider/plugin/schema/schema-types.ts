/** The type of a value in the language of Pulumi's schema, from the zod schema that checks it. */
import * as z from "zod";
import { upperFirst } from "../../schema/word-case";

/** A type in Pulumi's schema language. */
export interface TypeSpec {
  type?: string;
  $ref?: string;
  items?: TypeSpec;
  additionalProperties?: TypeSpec;
  oneOf?: TypeSpec[];
  /** Known when the program is written: never an output of another resource. */
  plain?: boolean;
}

/** A named type: an enumeration or an object. */
export interface NamedType {
  description?: string;
  type: string;
  enum?: { value: string | number }[];
  properties?: Record<string, TypeSpec & { description?: string }>;
  required?: string[];
}

/** The parts of JSON schema that the definitions use. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly enum?: readonly (string | number)[];
  readonly const?: unknown;
  readonly anyOf?: readonly JsonSchema[];
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: JsonSchema | boolean;
  readonly $ref?: string;
  /** What programs may say in place of null. */
  readonly word?: string;
}

/** Any JSON value. */
export const anything: TypeSpec = { $ref: "pulumi.json#/Any" };

const plainTypes: readonly string[] = ["boolean", "integer", "number", "string"];

/** Collects the named types that a package needs. */
export class SchemaTypes {
  readonly named: Record<string, NamedType> = {};

  /** The type of a value; `name` is the name of its named type, if it needs one: `OutletOnDestroy`. */
  of(schema: z.ZodType, name: string): TypeSpec {
    return this.#from(z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as JsonSchema, name);
  }

  #from(schema: JsonSchema, name: string): TypeSpec {
    // Any JSON value is the only schema that refers to itself.
    if (schema.$ref !== undefined) {
      return anything;
    }
    if (schema.enum) {
      return this.#enumeration(schema.enum, name);
    }
    if (typeof schema.const === "string") {
      return { type: "string" };
    }
    if (schema.anyOf) {
      return this.#orWord(schema.word, this.#union(schema.anyOf, name));
    }
    if (typeof schema.type === "object") {
      return this.#union(
        schema.type.map((type) => ({ ...schema, type })),
        name,
      );
    }
    switch (schema.type) {
      case "boolean":
      case "integer":
      case "number":
      case "string":
        return { type: schema.type };
      case "array":
        return { type: "array", items: this.#from(schema.items ?? {}, `${name}Item`) };
      case "object":
        return this.#object(schema, name);
      default:
        return anything;
    }
  }

  /**
   * Null is not a separate type: every optional value may be null. Pulumi's Python SDK refuses a list if the type is a
   * choice (`all` or a list of numbers), so the schema allows any type for such a value; the provider checks it.
   */
  #union(options: readonly JsonSchema[], name: string): TypeSpec {
    const types = options.filter(({ type }) => type !== "null").map((option) => this.#from(option, name));
    const different = [...new Map(types.map((type) => [JSON.stringify(type), type])).values()];
    if (different.length > 1 && !different.every((type) => plainTypes.includes(type.type ?? ""))) {
      return anything;
    }
    const [only, ...others] = different;
    return only && others.length === 0 ? only : { oneOf: different };
  }

  /**
   * A type that may be a word in place of null. From a text in place of a number, Pulumi's TypeScript generator makes a
   * program that does not compile, so the schema allows any type for such a value.
   */
  #orWord(word: string | undefined, type: TypeSpec): TypeSpec {
    return word === undefined || type.type === "string" ? type : anything;
  }

  #enumeration(values: readonly (string | number)[], name: string): TypeSpec {
    this.named[`dli:index:${name}`] = {
      type: typeof values[0] === "string" ? "string" : "number",
      enum: values.map((value) => ({ value })),
    };
    return { $ref: `#/types/dli:index:${name}` };
  }

  #object(schema: JsonSchema, name: string): TypeSpec {
    if (!schema.properties) {
      const values = typeof schema.additionalProperties === "object" ? schema.additionalProperties : {};
      return { type: "object", additionalProperties: this.#from(values, `${name}Value`) };
    }
    const properties = Object.entries(schema.properties).map(([member, value]) => [
      member,
      {
        ...this.#from(value, `${name}${upperFirst(member)}`),
        ...(value.description !== undefined && { description: value.description }),
      },
    ]);
    this.named[`dli:index:${name}`] = {
      type: "object",
      properties: Object.fromEntries(properties),
      required: [...(schema.required ?? [])],
    };
    return { type: "object", $ref: `#/types/dli:index:${name}` };
  }
}
