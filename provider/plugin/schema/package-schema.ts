/** The package's schema, from which Pulumi generates SDKs for other languages and checks programs in YAML. */
import { type ConfigKey, deviceKeys } from "../../devices/configuration/keys";
import { functionInputsOf } from "../../lifecycle/invoke";
import { isListable } from "../../lifecycle/list";
import { functions, resources } from "../../registry";
import { inputsOf, outputsOf } from "../../schema/common-inputs";
import type { AnyDefinition } from "../../schema/definition";
import type { AnyFunction } from "../../schema/function";
import { type InputSpec, type InputSpecs, mustBeGiven, type OutputSpec } from "../../schema/inputs";
import { wordOf } from "../../schema/null-word";
import { upperFirst } from "../../schema/word-case";
import { version } from "../../version";
import { componentSpecs } from "./component-specs";
import { type ComponentSpecs, componentSchemas } from "./components";
import { inputProperty, namesWhere, outputProperty, type Property, propertiesOf } from "./properties";
import { anything, SchemaTypes, type TypeSpec } from "./schema-types";

/** The whole schema, as in `schema.json`. `specs` are the components, as generated. */
export function packageSchema(specs: ComponentSpecs = componentSpecs): Record<string, unknown> {
  const types = new SchemaTypes();
  const configuration = configurationProperties(deviceKeys);
  const components = componentSchemas(specs, types);
  return {
    name: "dli",
    displayName: "Digital Loggers",
    version,
    description: "Digital Loggers power controllers as code: outlets, users, AutoPing, scripts and settings.",
    keywords: ["digital-loggers", "web-power-switch", "pdu", "power", "category/infrastructure", "kind/native"],
    license: "MIT",
    meta: { moduleFormat: "(.*)" },
    config: { variables: configuration },
    provider: {
      description:
        "One device, or several named ones. Its environment variables `DLI_<NAME>_PASSWORD` and so on win over the arguments.",
      inputProperties: configuration,
    },
    resources: {
      ...Object.fromEntries(
        resources.map((definition) => [`dli:index:${definition.type}`, resourceSpec(definition, types)]),
      ),
      ...components.resources,
    },
    functions: Object.fromEntries(
      functions.map((definition) => [`dli:index:${definition.name}`, functionSpec(definition, types)]),
    ),
    types: { ...types.named, ...components.types },
    language: {
      nodejs: { packageName: "pulumi-dli", respectSchemaVersion: true },
      python: { respectSchemaVersion: true, pyproject: { enabled: true } },
      go: { respectSchemaVersion: true, generateResourceContainerTypes: true },
      csharp: { respectSchemaVersion: true },
    },
  };
}

function resourceSpec(definition: AnyDefinition, types: SchemaTypes): Record<string, unknown> {
  const inputs = inputsOf(definition);
  const outputs = outputsOf(definition);
  const inputProperties = propertiesOf(inputs, (name, spec) => inputProperty(definition.type, name, spec, types));
  // An instruction with its default value is in no state.
  const always = namesWhere(
    inputs,
    (spec) => spec.required && (spec.role !== "instruction" || spec.default === undefined),
  );
  const id = definition.family === "action" ? "" : `\n\nId, for import: \`${definition.idForm}\`.`;
  return {
    description: definition.description + id,
    inputProperties,
    requiredInputs: namesWhere(inputs, mustBeGiven),
    properties: {
      ...Object.fromEntries(
        Object.entries(inputProperties).map(([name, property]) => [name, withoutWord(property, inputs[name])]),
      ),
      ...propertiesOf(outputs, (name, spec) => outputProperty(definition.type, name, spec, types)),
    },
    required: always,
    ...(isListable(definition) && { listInputs: { properties: { device: inputProperties["device"] } } }),
  };
}

/** An input as an output, in which no word stands for null. */
function withoutWord({ default: _default, oneOf, ...property }: Property, spec: InputSpec | undefined): Property {
  const isSpelt = spec !== undefined && wordOf(spec.schema) !== undefined;
  return { ...(isSpelt ? oneOf?.[0] : oneOf && { oneOf }), ...property };
}

function functionSpec(definition: AnyFunction, types: SchemaTypes): Record<string, unknown> {
  const title = upperFirst(definition.name);
  const inputs: InputSpecs = functionInputsOf(definition);
  const results = propertiesOf(definition.outputs as Record<string, OutputSpec>, (name, spec) =>
    outputProperty(`${title}Result`, name, spec, types),
  );
  return {
    description: definition.description,
    inputs: {
      properties: propertiesOf(inputs, (name, spec) => inputProperty(title, name, spec, types)),
      required: namesWhere(inputs, mustBeGiven),
    },
    outputs: soleAnything(results) ?? { properties: results },
  };
}

/** Pulumi's Python SDK accepts a value of any type only as the whole result of a function. */
function soleAnything(results: Record<string, Property>): TypeSpec | undefined {
  const [only, ...others] = Object.values(results);
  return others.length === 0 && only?.$ref === anything.$ref ? anything : undefined;
}

/** The configuration in Pulumi's schema language: these keys, and `devices`, which has them for several devices. */
export function configurationProperties(keys: readonly ConfigKey[]): Record<string, Property> {
  const entries = keys.map(({ name, type, description, isSecret }): [string, Property] => [
    name,
    { type, description, ...(isSecret && { secret: true }) },
  ]);
  const devices: Property = {
    type: "object",
    additionalProperties: { type: "object", additionalProperties: { $ref: "pulumi.json#/Any" } },
    description: "Several devices: for each name an object with the keys of this configuration.",
    secret: true,
  };
  return { ...Object.fromEntries(entries), devices };
}
