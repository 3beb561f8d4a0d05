/** Arguments for `pulumi up` that leave out what is on devices that do not answer. */
import { deviceOf, type EngineResource, ownDefinition, providerOf } from "../engine-resource";
import type { Answer } from "./probe";

/** `--exclude URN` for all that is on the dead devices. */
export function excludes(resources: readonly EngineResource[], answers: readonly Answer[]): string[] {
  return argumentsFor("--exclude", resources, deadAmong(answers, true));
}

/** `--target URN` for all that is on the devices that answer. */
export function targets(resources: readonly EngineResource[], answers: readonly Answer[]): string[] {
  return argumentsFor("--target", resources, deadAmong(answers, false));
}

/** A refused login and another device are mistakes that an update has to stop at, so only the dead are left out. */
function deadAmong(answers: readonly Answer[], isDead: boolean): ReadonlySet<string> {
  const found = answers.filter(({ status }) => (status === "unreachable") === isDead);
  return new Set(found.map(({ device }) => device));
}

function argumentsFor(flag: string, resources: readonly EngineResource[], devices: ReadonlySet<string>): string[] {
  // A provider of the program has its own address, which is no configuration of the stack.
  const chosen = resources.filter(
    (one) => ownDefinition(one.type) && providerOf(one) === undefined && devices.has(deviceOf(one) ?? ""),
  );
  return chosen.map(({ urn }) => `${flag} ${quoted(urn)}`);
}

/** As `xargs` and `eval` take it; what needs no quotes has none, so that `$(...)` takes it as well. */
function quoted(urn: string): string {
  return /^[\w:@%+=,./$~-]+$/.test(urn) ? urn : `'${urn.replaceAll("'", `'"'"'`)}'`;
}
