/** Prints the SDK class of a resource from its definition. */
import { inputsOf, outputsOf } from "../../provider/schema/common-inputs";
import type { AnyDefinition } from "../../provider/schema/definition";
import { type InputSpec, mustBeGiven, type OutputSpec } from "../../provider/schema/inputs";
import { kebabCase } from "../../provider/schema/word-case";
import { docComment } from "./doc-comment";
import { inputType, outputType } from "./typescript-type";

/** The complete file with the resource's class and arguments. */
export function sdkClass(definition: AnyDefinition): string {
  const { type, description } = definition;
  const inputs = inputsOf(definition);
  const outputs = outputsOf(definition);
  const idForm = definition.family === "action" ? undefined : definition.idForm;
  const source = `provider/${definition.family === "action" ? "actions" : "resources"}/${kebabCase(type)}.ts`;
  const optional = Object.values(inputs).every((spec) => !mustBeGiven(spec));
  return `/** The class ${type}. Generated from ${source} by \`npm run generate\`. Do not edit. */
import type * as pulumi from "@pulumi/pulumi";
import { DliResource, isOfType, type Shape } from "../resource";

${docComment([`Arguments of {@link ${type}}.`], "")}export interface ${type}Args {
${Object.entries(inputs)
  .map(([name, spec]) => argument(name, spec))
  .join("\n")}
}

const shape: Shape = ${shape(definition)};

${docComment([description, ...(idForm ? [`Id, for \`get\` and import: \`${idForm}\`.`] : [])], "")}export class ${type} extends DliResource {
${Object.entries({ ...inputs, ...outputs })
  .map(([name, spec]) => property(name, spec))
  .join("\n")}

${docComment(["@param name - Name of the resource in the program.", "@param args - Its inputs.", "@param options - Pulumi's options."], "  ")}  constructor(name: string, args${optional ? "?" : ""}: ${type}Args, options?: pulumi.CustomResourceOptions) {
    super(shape, name, args, options);
  }

${docComment([`Whether a value is one, through whichever provider, also for policies: \`validateResourceOfType(dli.${type}, ...)\`.`], "  ")}  static override isInstance(value: unknown): value is ${type} {
    return isOfType(value, shape.type);
  }
${idForm ? getMethod(type, idForm) : ""}}
`;
}

function getMethod(type: string, idForm: string): string {
  return `
${docComment([`Reads one that exists on the device, without managing it. The id is \`${idForm}\`.`], "  ")}  static get(name: string, id: pulumi.Input<pulumi.ID>, options?: pulumi.CustomResourceOptions): ${type} {
    return new ${type}(name, {} as ${type}Args, { ...options, id });
  }
`;
}

function argument(name: string, spec: InputSpec): string {
  const notes = [
    spec.description,
    ...(spec.default !== undefined ? [`@default ${JSON.stringify(spec.default)}`] : []),
    ...(spec.role === "key" ? ["Changing this replaces the resource."] : []),
    ...(spec.role === "managed" && !spec.required ? ["If omitted, it is not managed."] : []),
    ...(spec.secret ? ["Encrypted in the state."] : []),
  ];
  const ordered = [...notes.filter((note) => !note.startsWith("@")), ...notes.filter((note) => note.startsWith("@"))];
  return `${docComment(ordered, "  ")}  ${name}${mustBeGiven(spec) ? "" : "?"}: ${inputType(spec.schema)};`;
}

/** A property of the class: an input with its value in the state, or another output. */
function property(name: string, spec: InputSpec | OutputSpec): string {
  return `${docComment([spec.description], "  ")}  declare readonly ${name}: pulumi.Output<${outputType(spec.schema)}>;`;
}

function shape(definition: AnyDefinition): string {
  const inputs = Object.entries(inputsOf(definition));
  const outputs = Object.entries(outputsOf(definition));
  return JSON.stringify({
    type: definition.type,
    keys: inputs.flatMap(([name, { role }]) => (role === "key" && name !== "device" ? [name] : [])),
    isOwner: definition.family !== "action",
    isMade: definition.family === "created",
    properties: [...inputs, ...outputs].map(([name]) => name),
    secrets: [...inputs, ...outputs].filter(([, spec]) => spec.secret).map(([name]) => name),
    defaults: Object.fromEntries(
      inputs.flatMap(([name, spec]) =>
        spec.role === "instruction" && spec.default !== undefined ? [[name, spec.default]] : [],
      ),
    ),
    secretWhen: Object.fromEntries(
      inputs.flatMap(([name, spec]) => (spec.secretWhen ? [[name, spec.secretWhen]] : [])),
    ),
  });
}
