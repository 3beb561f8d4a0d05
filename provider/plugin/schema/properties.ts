/** One input or output in Pulumi's schema language. */
import type { Json } from "../../client";
import { definitionOf } from "../../registry";
import type { InputSpec, InputSpecs, OutputSpec } from "../../schema/inputs";
import { upperFirst } from "../../schema/word-case";
import type { SchemaTypes, TypeSpec } from "./schema-types";

/** A type with what the schema says of its value. */
export interface Property extends TypeSpec {
  description?: string;
  default?: Json;
  secret?: boolean;
  replaceOnChanges?: boolean;
  willReplaceOnChanges?: boolean;
}

/** An input of a resource or function; `owner` begins the names of its types. */
export function inputProperty(owner: string, name: string, spec: InputSpec, types: SchemaTypes): Property {
  const isOfResource = definitionOf(owner) !== undefined;
  const notes = [
    spec.description,
    ...(spec.role === "key" && isOfResource ? ["Changing this replaces the resource."] : []),
    ...(spec.role === "managed" && !spec.required && isOfResource ? ["If omitted, it is not managed."] : []),
    // The schema can hold only defaults of simple types.
    ...(typeof spec.default === "object" ? [`Default: \`${JSON.stringify(spec.default)}\`.`] : []),
  ];
  return {
    ...types.of(spec.schema, owner + upperFirst(name)),
    description: notes.join(" "),
    ...(spec.default !== undefined && typeof spec.default !== "object" && { default: spec.default }),
    ...(spec.secret && { secret: true }),
    // Not `replaceOnChanges`: SDKs make a resource option of it, by which a key not known yet would replace in a preview.
    ...(spec.role === "key" && isOfResource && { willReplaceOnChanges: true }),
  };
}

/** An output of a resource or function. */
export function outputProperty(owner: string, name: string, spec: OutputSpec, types: SchemaTypes): Property {
  return {
    ...types.of(spec.schema, owner + upperFirst(name)),
    description: spec.description,
    ...(spec.secret && { secret: true }),
  };
}

/** A property for each of these inputs or outputs. */
export function propertiesOf<S>(
  specs: Readonly<Record<string, S>>,
  make: (name: string, spec: S) => Property,
): Record<string, Property> {
  return Object.fromEntries(Object.entries(specs).map(([name, spec]) => [name, make(name, spec)]));
}

/** The names of the inputs that are accepted. */
export function namesWhere(inputs: InputSpecs, accept: (spec: InputSpec) => boolean): string[] {
  return Object.entries(inputs).flatMap(([name, spec]) => (accept(spec) ? [name] : []));
}
