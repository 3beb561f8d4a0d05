/** The components in Pulumi's schema language, from what is generated from their classes. */
import { definitionOf } from "../../registry";
import { inputsOf } from "../../schema/common-inputs";
import { mustBeGiven } from "../../schema/inputs";
import { inputProperty, namesWhere, type Property } from "./properties";
import type { SchemaTypes } from "./schema-types";

type ComponentProperties = Readonly<Record<string, Property>>;

/** A component as its class declares it. */
export interface ComponentSpec {
  readonly description: string;
  readonly inputs: ComponentProperties;
  readonly requiredInputs: readonly string[];
  readonly outputs: ComponentProperties;
}

/** An object in a component's arguments. */
export interface ComponentType {
  readonly description: string;
  readonly properties: ComponentProperties;
  readonly required: readonly string[];
  /** The resource or component whose inputs it has as well, and which of them it leaves out. */
  readonly takes?: { readonly from: string; readonly without: readonly string[] };
}

/** All components, and the objects in their arguments. */
export interface ComponentSpecs {
  readonly components: Readonly<Record<string, ComponentSpec>>;
  readonly types: Readonly<Record<string, ComponentType>>;
}

/** The components for the schema; `types` collects the named types that they share with the resources. */
export function componentSchemas(
  specs: ComponentSpecs,
  types: SchemaTypes,
): Record<"resources" | "types", Record<string, unknown>> {
  const resources = Object.entries(specs.components).map(([name, spec]) => [
    `dli:index:${name}`,
    {
      isComponent: true,
      description: spec.description,
      inputProperties: spec.inputs,
      requiredInputs: spec.requiredInputs,
      properties: spec.outputs,
      required: Object.keys(spec.outputs),
    },
  ]);
  const named = Object.entries(specs.types).map(([name, type]) => [`dli:index:${name}`, typeSpec(specs, type, types)]);
  return { resources: Object.fromEntries(resources), types: Object.fromEntries(named) };
}

function typeSpec(
  specs: ComponentSpecs,
  { description, properties, required, takes }: ComponentType,
  types: SchemaTypes,
) {
  const taken = takes === undefined ? { properties: {}, required: [] } : inputsFrom(specs, takes, types);
  return {
    type: "object",
    description,
    properties: { ...taken.properties, ...properties },
    required: [...taken.required, ...required],
  };
}

function inputsFrom(specs: ComponentSpecs, { from, without }: NonNullable<ComponentType["takes"]>, types: SchemaTypes) {
  const definition = definitionOf(from);
  const component = specs.components[from];
  if (definition === undefined) {
    const others = Object.entries(component?.inputs ?? {}).filter(([name]) => !without.includes(name));
    return { properties: Object.fromEntries(others), required: component?.requiredInputs ?? [] };
  }
  const inputs = Object.entries(inputsOf(definition)).filter(([name]) => !without.includes(name));
  const properties = inputs.map(([name, spec]) => {
    // Only a resource is replaced, not an object in arguments.
    const { willReplaceOnChanges: _replaces, ...property } = inputProperty(from, name, spec, types);
    return [name, property] as const;
  });
  return {
    properties: Object.fromEntries(properties),
    required: namesWhere(Object.fromEntries(inputs), mustBeGiven),
  };
}
