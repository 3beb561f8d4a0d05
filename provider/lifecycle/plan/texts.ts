/** The sentences of a plan. */
import { quotedText } from "../../client";
import { effectsOn } from "../../runtime/gate/effect";
import { isReboot } from "../../runtime/gate/protected-outlets";
import { type PowerEffect, startsScript } from "../../runtime/rehearsal/power";
import type { PlannedChange, Rehearsal } from "../../runtime/rehearsal/rehearsal";
import type { AnyDefinition } from "../../schema/definition";
import { parsePath } from "../../schema/property-path";
import type { PlannedOutlet } from "./resource-plan";

const happens: Readonly<Record<PowerEffect, string>> = {
  loses: "will lose power: on -> off",
  gains: "off -> on",
  cycles: "will be cycled: on -> off -> on",
  mayLose: "may lose power",
  mayCycle: "may be cycled by AutoPing later",
  mayLoseLater: "may be left off by a power failure or a reboot later",
};

/** If the same happens to more outlets than this, they share a line. */
const mostLines = 3;

/** `outlet 7 "Outlet 7" -> "dome": off -> on`. */
export function outletLines(outlets: readonly PlannedOutlet[]): string[] {
  const alike = new Map<string, PlannedOutlet[]>();
  for (const outlet of outlets) {
    const isAlike = outlet.renamed === undefined && outlet.isRenamed !== true;
    const kind = isAlike ? outlet.effects.join() : String(outlet.number);
    alike.set(kind, [...(alike.get(kind) ?? []), outlet]);
  }
  return [...alike.values()].flatMap((group) => {
    const [{ effects }] = group as [PlannedOutlet];
    const names = group.map((outlet) => namesOf(outlet));
    return group.length > mostLines
      ? [sentence(`outlets ${names.join(", ")}`, effects)]
      : names.map((name) => sentence(`outlet ${name}`, effects));
  });
}

function namesOf({ number, name, renamed, isRenamed }: PlannedOutlet): string {
  if (isRenamed) {
    return `${number} with another name`;
  }
  const names = [name, renamed].filter((text) => text !== undefined).map((text) => `"${quotedText(text)}"`);
  return [`${number}`, ...(names.length > 0 ? [names.join(" -> ")] : [])].join(" ");
}

function sentence(who: string, effects: readonly PowerEffect[]): string {
  if (effects.length === 0) {
    return who;
  }
  const colon = effects[0] === "gains" ? ":" : "";
  return `${who}${colon} ${effects.map((effect) => happens[effect]).join(", then ")}`;
}

/** What an operation changes besides outlets' names and power. */
export function changeLines(
  id: string,
  definition: AnyDefinition,
  rehearsal: Rehearsal,
  outlets: readonly PlannedOutlet[],
): string[] {
  if (definition.family === "action") {
    return actionLines(id, rehearsal, outlets);
  }
  if (rehearsal.isMade && definition.family === "created") {
    return [`${id} will be created`];
  }
  const changes = (rehearsal.changes ?? []).filter((change) => !isTold(change, outlets));
  return changes.length === 0 ? [] : [`${id}: ${changes.map(changeText).join(", ")}`];
}

/** What deleting a resource changes besides outlets' names and power. */
export function removalLines(
  id: string,
  definition: AnyDefinition,
  rehearsal: Rehearsal,
  outlets: readonly PlannedOutlet[],
): string[] {
  const isRemoved = definition.family === "created" && rehearsal.requests.length > 0;
  return isRemoved ? [`${id} will be removed`] : changeLines(id, definition, rehearsal, outlets);
}

/** `when it is deleted, outlet 3 "web" will lose power: on -> off`. */
export function laterLines(outlets: readonly PlannedOutlet[]): string[] {
  return outletLines(outlets).map((line) => `when it is deleted, ${line}`);
}

/** Whether the outlet's own line already says this. */
function isTold({ path, after }: PlannedChange, outlets: readonly PlannedOutlet[]): boolean {
  const steps = parsePath(path);
  const number = steps.length > 1 ? Number(steps[1]) : undefined;
  const own = outlets.filter((outlet) => number === undefined || outlet.number === number);
  if (steps.at(-1) === "name") {
    return own.some(({ renamed }) => renamed === after);
  }
  return steps.at(-1) === "state" && own.some(({ effects }) => effects.length > 0);
}

function changeText({ path, before, after, isShown }: PlannedChange): string {
  if (!isShown) {
    return `${path} ${before === undefined ? "is set" : "changes"}`;
  }
  const [old, now] = [before, after].map((value) =>
    typeof value === "string" ? `"${quotedText(value)}"` : String(value),
  );
  return `${path} ${old} -> ${now}`;
}

function actionLines(id: string, { requests }: Rehearsal, outlets: readonly PlannedOutlet[]): string[] {
  const all = requests.map(({ request }) => request);
  if (all.some(startsScript)) {
    return [`${id}: a function of the device's script will run, which may switch any outlet`];
  }
  if (all.some(isReboot)) {
    return [`${id}: the device will restart`];
  }
  if (all.some((request) => effectsOn(request, ["relay"]).length > 0)) {
    return outlets.length > 0 ? [] : [`${id}: no outlet changes`];
  }
  return [all.length > 0 ? `${id}: the action will run` : `${id}: there is nothing to do`];
}

export function notKnownLine(name: string, missing: readonly string[]): string {
  const isOrAre = missing.length > 1 ? "are" : "is";
  return `${name}: ${missing.join(", ")} ${isOrAre} known only in the update, so this plan does not show what comes of it`;
}

export function uncertainFunctionLine(name: string): string {
  return `${name}: whether the program's Script brings the function that it names is known only in the update, which fails if not`;
}

export function waitingLine(name: string): string {
  return `${name}: what it does depends on what the device is doing now, so this plan does not show it`;
}

/** For a resource whose device cannot be reached, if that must not stop anything else. */
export function unreachableLine(name: string): string {
  return `${name}: its device cannot be reached, so the update of it will fail`;
}
