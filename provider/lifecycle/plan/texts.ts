/** The sentences of a plan. */
import { quotedText } from "../../client";
import { effectsOn } from "../../runtime/gate/effect";
import { isReboot } from "../../runtime/gate/protected-outlets";
import { type PowerEffect, startsScript } from "../../runtime/rehearsal/power";
import type { PlannedChange, Rehearsal } from "../../runtime/rehearsal/rehearsal";
import type { AnyDefinition } from "../../schema/definition";
import { parsePath } from "../../schema/property-path";
import type { PlannedOutlet } from "./found";

const happens: Readonly<Record<PowerEffect, string>> = {
  loses: "will lose power: on -> off",
  gains: "off -> on",
  cycles: "will be cycled: on -> off -> on",
  mayLose: "may lose power",
  mayCycle: "may be cycled by AutoPing later",
  mayLoseLater: "may be left off by a power failure or a reboot later",
};

/** `outlet 7 "Outlet 7" -> "dome": off -> on`. */
export function outletLine({ number, name, renamed, effects }: PlannedOutlet): string {
  const names = [name, renamed].filter((text) => text !== undefined).map((text) => `"${quotedText(text)}"`);
  const who = [`outlet ${number}`, ...(names.length > 0 ? [names.join(" -> ")] : [])].join(" ");
  if (effects.length === 0) {
    return who;
  }
  const [first] = effects;
  return `${who}${first === "gains" ? ":" : ""} ${effects.map((effect) => happens[effect]).join(", then ")}`;
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
  const isTold = ({ path }: PlannedChange) => outlets.length > 0 && isOutletText(path);
  const changes = (rehearsal.changes ?? []).filter((change) => !isTold(change));
  return changes.length === 0 ? [] : [`${id}: ${changes.map(changeText).join(", ")}`];
}

/** The line of the outlet itself says this. */
function isOutletText(path: string): boolean {
  const last = parsePath(path).at(-1);
  return last === "name" || last === "state";
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

export function waitingLine(name: string): string {
  return `${name}: what it does depends on what the device is doing now, so this plan does not show it`;
}
