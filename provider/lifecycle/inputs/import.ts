/** What is known about a resource that is imported by its id. */
import { InvalidInputError } from "../../client";
import { deviceIn, thingIn } from "../../runtime/resource-id";
import { inputsOf } from "../../schema/common-inputs";
import type { AnyDefinition, AnyThing, CheckContext } from "../../schema/definition";
import { Properties } from "../../schema/properties";
import { parsePath } from "../../schema/property-path";
import type { Values } from "../../schema/values";
import type { Read } from "../lifecycle";
import { importMark, stateAfter } from "../state/state";
import { checkInputs, failureText } from "./check";
import { withDefaults, withoutDefaults } from "./defaults";
import { keysIn } from "./id";

/**
 * The keys that an id names, and the defaults of the instructions.
 * @throws InvalidInputError if it is not an id of this type.
 */
export function inputsFromId(definition: AnyThing, id: string, context: Omit<CheckContext, "device">): Properties {
  const device = deviceIn(id);
  const keys = device === "" ? undefined : keysIn(definition, thingIn(id));
  const named = { ...keys, device };
  const { failures } = checkInputs(definition, named, context);
  const wrong = failures.find(({ property }) => Object.hasOwn(named, String(parsePath(property)[0])));
  if (!keys || wrong) {
    throw new InvalidInputError({
      message: `\`${id}\` is not an id of ${definition.type}${keys && wrong ? `: ${failureText(wrong)}` : ""}`,
      remedy: `An id looks like \`${definition.idForm}\`.`,
    });
  }
  const instructions = Object.entries(inputsOf(definition)).filter(([, spec]) => spec.role === "instruction");
  return Properties.of(definition, withDefaults(Object.fromEntries(instructions), named));
}

/** What an import knows about a resource: everything is managed until the program says what it declares. */
export function imported(keys: Properties, observed: Properties): Omit<Read, "id"> {
  const inputs = importInputs(keys, observed);
  const { definition } = keys;
  const all = inputs.toObject();
  // Defaults would be noise in the program that Pulumi writes from this. If a required input is missing they stay,
  // because the engine's check of exactly these values has to be recognised as part of an import.
  const shown = hiddenInputs(definition, all).length > 0 ? all : withoutDefaults(inputsOf(definition), all);
  return { inputs: shown, state: { ...stateAfter({ inputs, observed }), managed: [importMark] } };
}

/** The keys, everything managed that the device reports, and the defaults. */
function importInputs(keys: Properties, observed: Properties): Properties {
  const { definition, values } = keys;
  const found = observed.managed().toObject();
  return Properties.of(definition, withDefaults(inputsOf(definition), { ...values, ...found }));
}

/** Names of the required inputs that an import could not read. */
export function hiddenInputs(definition: AnyDefinition, inputs: Values): string[] {
  const all = Object.entries(inputsOf(definition));
  return all.flatMap(([name, spec]) => (spec.required && inputs[name] === undefined ? [name] : []));
}
