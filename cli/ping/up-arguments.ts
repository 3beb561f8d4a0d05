/** Arguments for `pulumi up` that leave out what it would only fail on: each trouble of a device would stop the others. */
import { printable } from "../../provider/client";
import { deviceOf, type EngineResource, ownDefinition, providerOf, resourceLabel } from "../engine-resource";
import { CommandFailure } from "../exit-codes";
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
  return chosen.map(({ urn }) => `${flag} ${quoted(nothingElse(urn, flag))}`);
}

/** @throws CommandFailure where Pulumi would take the URN for a pattern, or `xargs` its line for two. */
function nothingElse(urn: string, flag: string): string {
  const [, what] = [
    [/\*/, "a `*`, which would stand for other resources, too"],
    [/[\r\n]/, "a line break, where an argument would end"],
  ].find(([pattern]) => (pattern as RegExp).test(urn)) ?? [undefined, undefined];
  if (what === undefined) {
    return urn;
  }
  throw new CommandFailure(
    `There is no ${flag} for ${printable(resourceLabel(urn))}: its name holds ${what}. Give it another name in the program, with the old one in \`aliases\`, and update it while its device answers; until then name the others by hand.`,
    2,
  );
}

/** As `xargs` takes it; what needs no quotes there has none, so that `$(...)` takes it as well. */
function quoted(urn: string): string {
  return /^[\w:@%+=,./$~-]+$/.test(urn) ? urn : `'${urn.replaceAll("'", `'"'"'`)}'`;
}
