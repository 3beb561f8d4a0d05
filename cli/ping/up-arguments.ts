/** Arguments for `pulumi up` that leave out what it would only fail on: each trouble of a device would stop the others. */
import { deviceOf, type EngineResource, ownDefinition, providerOf } from "../engine-resource";
import type { Answer } from "./probe";

/** `--exclude URN` for all that is on devices that have not answered as they should. */
export function excludes(resources: readonly EngineResource[], answers: readonly Answer[]): string[] {
  return argumentsFor("--exclude", resources, devicesAmong(answers, false));
}

/** `--target URN` for all that is on the others. */
export function targets(resources: readonly EngineResource[], answers: readonly Answer[]): string[] {
  return argumentsFor("--target", resources, devicesAmong(answers, true));
}

function devicesAmong(answers: readonly Answer[], isOk: boolean): ReadonlySet<string> {
  const found = answers.filter(({ status }) => (status === "ok") === isOk);
  return new Set(found.map(({ device }) => device));
}

function argumentsFor(flag: string, resources: readonly EngineResource[], devices: ReadonlySet<string>): string[] {
  // A provider of the program has its own address, which is no configuration of the stack.
  const chosen = resources.filter(
    (one) => ownDefinition(one.type) && providerOf(one) === undefined && devices.has(deviceOf(one) ?? ""),
  );
  return chosen.map(({ urn }) => `${flag} ${quoted(urn)}`);
}

/** As `xargs` takes it; what needs no quotes there has none, so that `$(...)` takes it as well. */
function quoted(urn: string): string {
  return /^[\w:@%+=,./$~-]+$/.test(urn) ? urn : `'${urn.replaceAll("'", `'"'"'`)}'`;
}
