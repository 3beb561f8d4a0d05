/** One input or output in Pulumi's schema language. */
import { resources } from "../../registry";
import type { AnyDefinition } from "../../schema/definition";
import type { InputSpec, InputSpecs, OutputSpec } from "../../schema/inputs";
import { upperFirst } from "../../schema/word-case";
import type { SchemaTypes, TypeSpec } from "./schema-types";

export type Property = TypeSpec & Record<string, unknown>;

const byType: Readonly<Record<string, AnyDefinition>> = Object.fromEntries(
  resources.map((definition) => [definition.type, definition]),
);

export function inputProperty(owner: string, name: string, spec: InputSpec, types: SchemaTypes): Property {
  const notes = [
    spec.description,
    ...(spec.role === "key" && owner in byType ? ["Changing this replaces the resource."] : []),
    ...(spec.role === "managed" && !spec.required && owner in byType ? ["If omitted, it is not managed."] : []),
    // The schema can hold only defaults of simple types.
    ...(typeof spec.default === "object" ? [`Default: \`${JSON.stringify(spec.default)}\`.`] : []),
  ];
  return {
    ...types.of(spec.schema, owner + upperFirst(name)),
    description: notes.join(" "),
    ...(spec.default !== undefined && typeof spec.default !== "object" && { default: spec.default }),
    ...(spec.secret && { secret: true }),
    ...(spec.role === "key" && owner in byType && { replaceOnChanges: true, willReplaceOnChanges: true }),
  };
}

export function outputProperty(owner: string, name: string, spec: OutputSpec, types: SchemaTypes): Property {
  return {
    ...types.of(spec.schema, owner + upperFirst(name)),
    description: spec.description,
    ...(spec.secret && { secret: true }),
  };
}

export function specs<S>(all: Record<string, S>, print: (name: string, spec: S) => Property): Record<string, Property> {
  return Object.fromEntries(Object.entries(all).map(([name, spec]) => [name, print(name, spec)]));
}

export function named(inputs: InputSpecs, accept: (spec: InputSpec) => boolean): string[] {
  return Object.entries(inputs).flatMap(([name, spec]) => (accept(spec) ? [name] : []));
}
