/** What a create finds on the device: what an interrupted run created, what the program adopts, or somebody else's. */
import type { Json } from "../../client";
import type { Context } from "../../runtime/context";
import { inputsOf } from "../../schema/common-inputs";
import type { Properties } from "../../schema/properties";
import { effective, isAsDeclared } from "../diff/diff";
import { alreadyExistsError, spelled } from "../errors/errors";

/**
 * Lets a create take over what is there, with a warning if the program does not ask for that.
 * @throws InvalidInputError if it may be somebody else's.
 */
export function takeOver(
  { device, warn }: Context,
  id: string,
  { desired, observed, isMeant }: { desired: Properties; observed: Properties; isMeant: boolean },
): void {
  const { keptAs } = observed.values;
  // Under another name it may be somebody else's, whose unreadable values would be overwritten.
  const isCertain = isMeant || keptAs === undefined || isAllRead(desired, observed);
  if (!isMeant && !(isCertain && isAsDeclared(desired, observed))) {
    throw alreadyExistsError(device.name, id, keptAs);
  }
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

/** Whether the device shows everything that is declared, and nothing has to be generated. */
function isAllRead(inputs: Properties, observed: Properties): boolean {
  const present = effective(observed, inputs);
  const isShown = inputs.managed().paths.every((path) => present.get(path) !== undefined);
  return (
    isShown && Object.entries(inputsOf(inputs.definition)).every(([name, spec]) => !spec.generate || inputs.has(name))
  );
}

/** Tells the user how the device spells a thing. */
export function noteSpelling(warn: Context["warn"], id: string, keptAs: Json): void {
  warn(`${id}: the device keeps it as \`${spelled(keptAs)}\`, which is taken for the same from now on`);
}
