/** What is known of a resource that is imported by its id. */
import { InvalidInputError, isDliError } from "../client";
import { inputsOf } from "../schema/common-inputs";
import type { AnyDefinition, AnyThing, CheckContext } from "../schema/definition";
import { Properties } from "../schema/properties";
import { checkInputs, withDefaults, withoutDefaults } from "./check";
import type { Read } from "./lifecycle";
import { type Inputs, importMark, stateAfter } from "./state";

/**
 * The keys that an id names, and the defaults of the instructions.
 * @throws InvalidInputError when it is not an id of this resource.
 */
export function inputsFromId(definition: AnyThing, id: string, context: Omit<CheckContext, "device">): Properties {
  const cut = id.indexOf("/");
  const device = id.slice(0, Math.max(cut, 0));
  const keys = cut > 0 ? keysIn(definition, id.slice(cut + 1)) : undefined;
  const named = { ...keys, device };
  const wrong = checkInputs(definition, named, context).failures.find((failure) => failure.property in named);
  if (!keys || wrong) {
    throw new InvalidInputError({
      message: `\`${id}\` is not an id of ${definition.type}${keys && wrong ? `: ${wrong.reason}` : ""}`,
      remedy: `An id looks like \`${definition.idForm}\`.`,
    });
  }
  const instructions = Object.entries(inputsOf(definition)).filter(([, spec]) => spec.role === "instruction");
  return Properties.of(definition, withDefaults(Object.fromEntries(instructions), named));
}

/** The keys that an id names; none where it is no text in the encoding of a URL. */
function keysIn(definition: AnyThing, id: string): Inputs | undefined {
  try {
    return definition.keys(id) as Inputs | undefined;
  } catch (error) {
    if (error instanceof URIError || isDliError(error)) {
      return undefined;
    }
    throw error;
  }
}

/** What an import knows of a resource: everything is managed until the program says what it declares. */
export function imported(keys: Properties, observed: Properties): Omit<Read, "id"> {
  const inputs = importInputs(keys, observed);
  // What check fills in by itself would be noise in the program that Pulumi writes from this.
  const { definition } = keys;
  return {
    inputs: withoutDefaults(inputsOf(definition), inputs.toObject()),
    state: { ...stateAfter({ inputs, observed }), managed: [importMark] },
  };
}

/** The keys, everything managed that the device reports, and the defaults. */
function importInputs(keys: Properties, observed: Properties): Properties {
  const { definition, values } = keys;
  const found = observed.managed().toObject();
  return Properties.of(definition, withDefaults(inputsOf(definition), { ...values, ...found }));
}

/**
 * Why what was read is no use to an import: the device does not show what a program must declare. Pulumi would write an
 * empty value in its place and call that a mistake of the provider.
 */
export function importProblem(definition: AnyDefinition, id: string, inputs: Inputs): InvalidInputError | undefined {
  const hidden = Object.entries(inputsOf(definition)).filter(
    ([name, spec]) => spec.required && spec.default === undefined && !Object.hasOwn(inputs, name),
  );
  if (definition.family === "action" || hidden.length === 0) {
    return undefined;
  }
  const names = hidden.map(([name]) => name);
  const values = hidden.map(([name, { secret }]) => `${name}: ${secret ? `config.requireSecret("${name}")` : "..."}`);
  return new InvalidInputError({
    message: `${id} cannot be imported, because a device does not show its ${names.map((name) => `\`${name}\``).join(", ")}`,
    remedy: `Declare it without \`import\`, which takes over what is there: \`new dli.${definition.type}("...", { ${values.join(", ")} })\`.`,
  });
}
