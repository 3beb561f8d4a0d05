/**
 * What requests do to the power of a device's outlets. Whether a request can take it away is judged by the gate's own
 * rules, so that a plan never calls harmless what the gate would refuse for a protected outlet; only that a device keeps
 * the function of an AutoPing item is taken for granted until it shows otherwise.
 */
import { isDliError, isJsonObject, type Json, memberOf } from "../../client";
import { concernsAutoPing, letsPingCycle } from "../gate/auto-ping";
import { effectsOn, type WriteRequest } from "../gate/effect";
import { isLeftOff, isReboot, powerLoss, powerLossByReboot } from "../gate/protected-outlets";
import { isEmptyTable, mostOutlets } from "../tree/known";
import type { ReadPath } from "../tree/read";

/**
 * What happens to an outlet.
 * - `loses`, `gains`: the power goes off or on, and stays that way.
 * - `cycles`: off, and on again.
 * - `mayLose`: what the request does is up to the device, or the outlet's present state is unknown.
 * - `mayCycle`: AutoPing may cycle it later.
 * - `mayLoseLater`: a power failure, or a reboot, may leave it off.
 */
export type PowerEffect = "loses" | "gains" | "cycles" | "mayLose" | "mayCycle" | "mayLoseLater";

/** What requests do to one outlet. */
export interface OutletChange {
  readonly number: number;
  /** Its present name, if the device shows it. */
  readonly name?: string | undefined;
  /** Its new name, if it changes. */
  readonly renamed?: string | undefined;
  readonly effect?: PowerEffect | undefined;
}

/** An outlet as the device shows it. */
interface OutletNow {
  readonly name?: string | undefined;
  /** Whether it is switched on; `undefined` if that is not known. The relay may not have followed yet. */
  readonly isOn?: boolean | undefined;
  /** Whether it is known to have power, or to be about to. */
  readonly hasPower: boolean;
  readonly isOnByState: boolean;
  /** Whether a reboot takes nothing from it. */
  readonly isLeftOff: boolean;
}

const anyOutlet = /^\d+$/;

/** Whether a request starts a function of the device's script, which may switch any outlet. */
export function startsScript(request: WriteRequest): boolean {
  return effectsOn(request, ["script", "start"]).some(({ kind }) => kind === "posted");
}

/**
 * What a request does to each outlet that it affects.
 * @param read Shows the device as it is beforehand.
 * @param seesAll Whether the login is shown everything at a path; if not, a list may leave some out and move later ones
 *   up.
 */
export async function powerChanges(
  request: WriteRequest,
  read: ReadPath,
  seesAll: (path: string) => Promise<boolean>,
): Promise<OutletChange[]> {
  const isPing = concernsAutoPing(request);
  const reboots = isReboot(request);
  if (!isPing && !reboots && effectsOn(request, ["relay"]).length === 0) {
    return [];
  }
  const outlets = await outletsNow(request, read, await seesAll("relay/outlets/"));
  const autoPing = isPing ? await read("autoping/").catch(() => undefined) : undefined;
  const isPingWhole = !isPing || (await seesAll("autoping/items/"));
  const recoveryMode = reboots ? await read("relay/recovery_mode/").catch(() => undefined) : undefined;
  return [...outlets].flatMap(([number, now]) => {
    const effect =
      switched(request, number, now) ??
      (reboots ? rebooted(recoveryMode, now) : undefined) ??
      (isPing && letsPingCycle(request, number - 1, { autoPing, isWhole: isPingWhole, isKept: true })
        ? "mayCycle"
        : undefined);
    const renamed = nameAfter(request, number, now.name);
    return effect === undefined && renamed === undefined ? [] : [{ number, name: now.name, renamed, effect }];
  });
}

function placeOf(number: number): string[] {
  return ["relay", "outlets", String(number - 1)];
}

function switched(request: WriteRequest, number: number, { isOn, hasPower }: OutletNow): PowerEffect | undefined {
  const posted = effectsOn(request, [...placeOf(number), "cycle"]).some(({ kind }) => kind === "posted");
  if (powerLoss(request, number) === undefined) {
    return isOn !== true && switchesOn(request, number) ? "gains" : undefined;
  }
  if (posted) {
    return isOn === false ? "gains" : "cycles";
  }
  if (!touchesSwitch(request, number)) {
    return "mayLoseLater";
  }
  if (isOn === false && !hasPower) {
    return undefined;
  }
  return hasPower && switchesOff(request, number) ? "loses" : "mayLose";
}

function statesAfter(request: WriteRequest, number: number) {
  return ["state", "transient_state"].flatMap((member) => effectsOn(request, [...placeOf(number), member]));
}

/** Whether the request says "off", rather than only that something happens to the switch. */
function switchesOff(request: WriteRequest, number: number): boolean {
  const isOff = statesAfter(request, number).some((effect) => effect.kind === "set" && effect.value === false);
  return isOff || calledStates(request, number).includes(false);
}

function switchesOn(request: WriteRequest, number: number): boolean {
  return statesAfter(request, number).length > 0 || calledStates(request, number).includes(true);
}

function touchesSwitch(request: WriteRequest, number: number): boolean {
  return statesAfter(request, number).length > 0 || effectsOn(request, callPlace).length > 0;
}

const callPlace = ["relay", "set_outlet_transient_states"];

/** The states that a call switching several outlets gives to one of them. */
function calledStates(request: WriteRequest, number: number): Json[] {
  return effectsOn(request, callPlace).flatMap((effect) => {
    const pairs = effect.kind === "posted" && Array.isArray(effect.value) ? effect.value[0] : undefined;
    return (Array.isArray(pairs) ? pairs : []).flatMap((pair) => {
      const [index, on] = Array.isArray(pair) ? pair : [];
      return Number(index) === number - 1 && on !== undefined ? [on] : [];
    });
  });
}

function rebooted(recoveryMode: Json | undefined, { isLeftOff, isOnByState }: OutletNow): PowerEffect | undefined {
  const mode = typeof recoveryMode === "number" ? recoveryMode : undefined;
  return !isLeftOff && powerLossByReboot({ recoveryMode: mode, isOnByState }) !== undefined ? "mayLose" : undefined;
}

function nameAfter(request: WriteRequest, number: number, name: string | undefined): string | undefined {
  const names = effectsOn(request, [...placeOf(number), "name"]);
  const last = names.flatMap((effect) => (effect.kind === "set" ? [effect.value] : [])).at(-1);
  return typeof last === "string" && last !== name ? last : undefined;
}

/**
 * The device's outlets by number. Those that the list does not show are read one by one: as many as it has, if their
 * places in it may not be their numbers, and those that the request names.
 */
async function outletsNow(request: WriteRequest, read: ReadPath, isWhole: boolean): Promise<Map<number, OutletNow>> {
  const list = await orNothing(read("relay/outlets/"));
  const entries = Object.entries(Array.isArray(list) || isJsonObject(list) ? list : {});
  const isNumbered = isWhole || !Array.isArray(list) || list.some((entry) => entry === null || isEmptyTable(entry));
  const found = new Map<number, OutletNow>(
    entries.flatMap(([index, entry]) =>
      isNumbered && anyOutlet.test(index) ? [[Number(index) + 1, outletIn(entry)] as const] : [],
    ),
  );
  for (let number = 1; number <= mostOutlets; number++) {
    const now = found.get(number);
    const isUnseen = now === undefined ? found.size === 0 || !isWhole : now.isOn === undefined;
    const isSought = !isNumbered && found.size < entries.length;
    if (isSought || (isUnseen && effectsOn(request, placeOf(number)).length > 0)) {
      const alone = await orNothing(read(`relay/outlets/${number - 1}/`));
      if (alone !== undefined || now !== undefined) {
        found.set(number, outletIn(alone ?? null));
      }
    }
  }
  return found;
}

async function orNothing(read: Promise<Json>): Promise<Json | undefined> {
  try {
    return await read;
  } catch (error) {
    if (isDliError(error)) {
      return undefined;
    }
    throw error;
  }
}

function outletIn(entry: Json): OutletNow {
  const [name, state, transient, physical] = ["name", "state", "transient_state", "physical_state"].map((member) =>
    memberOf(entry, member),
  );
  const isOn = [transient, physical, state].find((on) => typeof on === "boolean");
  return {
    ...(typeof name === "string" && { name }),
    isOn,
    hasPower: isOn === true || physical === true,
    isOnByState: state === true,
    isLeftOff: isLeftOff(entry),
  };
}
