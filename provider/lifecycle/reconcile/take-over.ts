/** What a create finds on the device already: what an interrupted run has made, what the program adopts, or another's. */
import type { Context } from "../../runtime/context";
import { inputsOf } from "../../schema/common-inputs";
import type { Properties } from "../../schema/properties";
import { effective } from "../diff/diff";
import { alreadyExists } from "../errors/errors";
import { noteSpelling } from "./make";

/**
 * Lets a create take over what is there, and says so where the program does not.
 * @throws InvalidInputError when it may be somebody else's.
 */
export function takeOver(
  { device, warn }: Context,
  id: string,
  { desired, observed, isMeant }: { desired: Properties; observed: Properties; isMeant: boolean },
): void {
  if (!isMeant && !isAsDeclared(desired, observed)) {
    throw alreadyExists(device.name, id);
  }
  const { keptAs } = observed.values;
  if (keptAs !== undefined) {
    noteSpelling(warn, id, keptAs);
  }
  if (!isMeant) {
    warn(
      `${id} exists already, and all that the device shows of it is as declared: it is taken over, as what a run that was interrupted has made`,
    );
  }
  const generated = Object.entries(inputsOf(desired.definition)).filter(([, spec]) => spec.generate);
  for (const [name] of generated.filter(([name]) => !desired.has(name))) {
    warn(
      `${id}: its ${name} is not known, so a new one is made and takes its place; whatever uses the former one needs the new`,
    );
  }
}

/** Whether everything that can be read equals what is declared. A secret that the device does not show is not read. */
function isAsDeclared(inputs: Properties, observed: Properties): boolean {
  const present = effective(observed, inputs);
  return inputs.managed().paths.every((path) => {
    const found = present.get(path);
    return found === undefined ? inputs.isSecret(path) : inputs.agrees(path, found);
  });
}
