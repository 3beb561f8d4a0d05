/** Checks that a program declares everything found on the device; an empty preview does not show what is left out. */
import { isJsonObject, type Json } from "../../provider/client";
import type { NamedResource } from "../../provider/converter/inventory";
import { withDefaults } from "../../provider/lifecycle/inputs/defaults";
import { withWords } from "../../provider/lifecycle/state/engine-form";
import { inputsOf } from "../../provider/schema/common-inputs";
import type { AnyThing } from "../../provider/schema/definition";
import { Properties } from "../../provider/schema/properties";
import type { Values } from "../../provider/schema/values";
import { parseUrn } from "../engine-resource";
import { previewIn } from "../preview";

/** What is on the device and not in the program, one line per resource or property. */
export function missingIn(output: string, found: readonly NamedResource[]): string[] {
  const steps = previewIn(output)?.steps ?? [];
  const programs = new Map(
    steps.flatMap(({ op, urn, newState }) =>
      op === "same" && newState?.inputs ? [[`${newState.type}::${parseUrn(urn).name}`, newState.inputs] as const] : [],
    ),
  );
  return found.flatMap(({ definition, id, logical, inputs }) => {
    const declared = programs.get(`dli:index:${definition.type}::${logical}`);
    if (declared === undefined) {
      return [`${id} is not in the program`];
    }
    const [wanted, present] = [inputs, declared].map((values) => onDevice(definition, values)) as [
      Properties,
      Properties,
    ];
    const missing = wanted.paths.filter((path) => !wanted.agrees(path, present.get(path)));
    return missing.map((path) => `${id}: \`${path}\` of the program is not what the device has`);
  });
}

/** The properties that concern the device, without instructions for the provider. */
function onDevice(definition: AnyThing, values: Values): Properties {
  const filled = withDefaults(
    inputsOf(definition),
    withoutNulls(withWords(definition, values as Record<string, Json>)) as Values,
  );
  return Properties.of(definition, filled).only(({ spec }) => spec.role !== "instruction");
}

/** Removes nulls as Pulumi does in a program: from objects at every level, but not from lists. */
export function withoutNulls(value: Json): Json {
  if (!isJsonObject(value)) {
    return Array.isArray(value) ? value.map(withoutNulls) : value;
  }
  const members = Object.entries(value).filter(([, member]) => member !== null && member !== undefined);
  return Object.fromEntries(members.map(([name, member]) => [name, withoutNulls(member)]));
}
