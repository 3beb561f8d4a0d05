/** Arguments for `pulumi up` that leave out devices on which it would fail, since one failure stops all the others. */
import { printable } from "../../provider/client";
import { deviceOf, type EngineResource, ownDefinition, providerOf, resourceLabel } from "../engine-resource";
import { UsageError } from "../exit-codes";
import type { Answer } from "./probe";

/** `--exclude=URN` for each resource on a device whose answer is not ok. */
export function excludes(resources: readonly EngineResource[], answers: readonly Answer[]): string[] {
  return argumentsFor("--exclude", resources, devicesAmong(answers, false));
}

/** `--target=URN` for each resource on a device whose answer is ok. */
export function targets(resources: readonly EngineResource[], answers: readonly Answer[]): string[] {
  return argumentsFor("--target", resources, devicesAmong(answers, true));
}

function devicesAmong(answers: readonly Answer[], isOk: boolean): ReadonlySet<string> {
  const found = answers.filter(({ status }) => (status === "ok") === isOk);
  return new Set(found.map(({ device }) => device));
}

function argumentsFor(flag: string, resources: readonly EngineResource[], devices: ReadonlySet<string>): string[] {
  // A provider declared in the program has its own address, which the stack's configuration does not know.
  const chosen = resources.filter(
    (one) => ownDefinition(one.type) && providerOf(one) === undefined && devices.has(deviceOf(one) ?? ""),
  );
  // One word each: fish and PowerShell make one argument of every line, and xargs ends a list between any two words.
  return chosen.map(({ urn }) => `${flag}=${quoted(nothingElse(urn, flag))}`);
}

/** @throws UsageError if Pulumi would read the URN as a pattern, or `xargs` as two arguments. */
function nothingElse(urn: string, flag: string): string {
  const [, what] = [
    [/\*/, "a `*`, which would stand for other resources, too"],
    [/[\r\n]/, "a line break, where an argument would end"],
  ].find(([pattern]) => (pattern as RegExp).test(urn)) ?? [undefined, undefined];
  if (what === undefined) {
    return urn;
  }
  throw new UsageError(
    `There is no ${flag} for ${printable(resourceLabel(urn))}: its name holds ${what}. Give it another name in the program, with the old one in \`aliases\`, and update it while its device answers; until then name the others by hand.`,
  );
}

/** Quoted only where `xargs` would take it apart: a shell keeps quotes that come from `$(...)` as part of the argument. */
function quoted(urn: string): string {
  return !/[\s'"\\]/.test(urn) ? urn : `'${urn.replaceAll("'", `'"'"'`)}'`;
}
