/** Prints the SDK's functions from their definitions. */
import { functionInputsOf } from "../../provider/lifecycle/invoke";
import type { AnyFunction } from "../../provider/schema/function";
import type { InputSpec, OutputSpec } from "../../provider/schema/inputs";
import { upperFirst } from "../../provider/schema/word-case";
import { docComment } from "./doc-comment";
import { inputType, outputType } from "./typescript-type";

/** The complete sdk/functions.ts. */
export function sdkFunctions(functions: readonly AnyFunction[]): string {
  return `/** The functions. Generated from provider/functions by \`npm run generate\`. Do not edit. */
import type * as pulumi from "@pulumi/pulumi";
import { call, callOutput } from "./invoke";

${functions.map(sdkFunction).join("\n")}`;
}

function sdkFunction(definition: AnyFunction): string {
  const { name, description } = definition;
  const Name = upperFirst(name);
  const inputs = Object.entries(functionInputsOf(definition) as Record<string, InputSpec>);
  const outputs = Object.entries(definition.outputs as Record<string, OutputSpec>);
  const args = (type: (spec: InputSpec) => string) =>
    inputs.map(([input, spec]) => `${docComment([spec.description], "  ")}  ${input}?: ${type(spec)};`).join("\n");
  const results = outputs.map(
    ([output, spec]) =>
      `${docComment([spec.description], "  ")}  ${output}${outputs.length > 1 ? "?" : ""}: ${outputType(spec.schema)};`,
  );
  return `/** Arguments of {@link ${name}}. */
export interface ${Name}Args {
${args((spec) => outputType(spec.schema))}
}

/** Arguments of {@link ${name}Output}. */
export interface ${Name}OutputArgs {
${args((spec) => inputType(spec.schema))}
}

/** Result of {@link ${name}}. */
export interface ${Name}Result {
${results.join("\n")}
}

${docComment([description, "Reads from the device at once, also in a preview."], "")}export function ${name}(args: ${Name}Args = {}, options?: pulumi.InvokeOptions): Promise<${Name}Result> {
  return call("${name}", args, options);
}

${docComment([description, "Reads from the device once the arguments are known, after everything in `dependsOn`."], "")}export function ${name}Output(
  args: ${Name}OutputArgs = {},
  options?: pulumi.InvokeOutputOptions,
): pulumi.Output<${Name}Result> {
  return callOutput("${name}", args, options${definition.isConfidential === undefined ? "" : ", true"});
}
`;
}
