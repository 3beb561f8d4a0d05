/**
 * Protected outlets: outlets that nothing this package sends may switch off, cycle, or leave without power after a
 * reboot. What people and the device's own scripts do is beyond its reach.
 */
import { type Json, memberOf } from "../../client";
import { concernsAutoPing } from "./auto-ping";
import { type Effect, effectsOn, type Place, type WriteRequest } from "./effect";

/** What decides whether an outlet has power after a reboot, read from the device when needed. */
export interface PowerAfterReboot {
  /** `relay/recovery_mode`; `undefined` if the device does not show it to this login. */
  readonly recoveryMode: number | undefined;
  /** Whether the outlet's persistent state is on; `undefined` if the device does not show it to this login. */
  readonly isOnByState: boolean | undefined;
}

/** How a request could take power from an outlet, as a clause; `undefined` if it cannot. */
export function powerLoss(request: WriteRequest, number: number): string | undefined {
  const outlet = ["relay", "outlets", String(number - 1)];
  const switching = ["state", "transient_state"].flatMap((member) => effectsOn(request, [...outlet, member]));
  if (switching.some((effect) => !(effect.kind === "set" && effect.value === true))) {
    return "would switch it off";
  }
  if (effectsOn(request, [...outlet, "cycle"]).some(({ kind }) => !isTakenAway(kind))) {
    return "would cycle it";
  }
  if (effectsOn(request, ["relay", "set_outlet_transient_states"]).some((effect) => switchesOff(effect, number - 1))) {
    return "would switch it off";
  }
  return laterLosses.find(({ place, isHarmless }) => !effectsOn(request, place).every(isHarmless))?.reason;
}

/** Whether a request could take power from any outlet, now or later, so that it matters which ones are protected. */
export function concernsPower(request: WriteRequest): boolean {
  return mayTakePower(request) || concernsAutoPing(request) || powerLoss(request, 1) !== undefined;
}

/** Whether a request could, by itself and at once, take power from any outlet. */
export function mayTakePower(request: WriteRequest): boolean {
  const anyOutlet = ["relay", "outlets", /^\d+$/] as const;
  const switching = [
    [...anyOutlet, /^(transient_)?state$/],
    ["relay", "set_outlet_transient_states"],
  ];
  return (
    isReboot(request) ||
    effectsOn(request, [...anyOutlet, "cycle"]).some(({ kind }) => !isTakenAway(kind)) ||
    switching.some((place) =>
      effectsOn(request, place).some((effect) => !(effect.kind === "set" && effect.value === true)),
    )
  );
}

/**
 * Whether a `recovery_mode` cannot mean "all off", whether the numbers of the three modes begin at 0 or at 1 (device.md
 * section 11, unknown 13). A device may reduce any other number to one that does.
 */
const keepsPower = (mode: unknown): boolean => mode === 2 || mode === 3;

const byMeasurement = "would let what the device measures switch it off";
const gives = (value: Json) => (effect: Effect) => effect.kind === "set" && effect.value === value;

/** Settings with which the device itself may later take power from outlets. */
const laterLosses: readonly { place: Place; reason: string; isHarmless: (effect: Effect) => boolean }[] = [
  {
    place: ["relay", "recovery_mode"],
    reason: "would let a power failure or a reboot leave it off",
    isHarmless: (effect) => effect.kind === "set" && keepsPower(effect.value),
  },
  // Control of outlets by measurement, and voltage limits (device.md sections 3.1 and 3.7).
  { place: ["relay", "fuses_enabled"], reason: byMeasurement, isHarmless: gives(false) },
  { place: ["relay", "min_relay_voltage"], reason: byMeasurement, isHarmless: gives(null) },
  { place: ["relay", "buses", /^/, /^(minimum|maximum)_voltage$/], reason: byMeasurement, isHarmless: isNoLimit },
  { place: ["meter", "emergency_off_status"], reason: byMeasurement, isHarmless: gives(false) },
];

/** A bus without a value of its own has no limit. */
function isNoLimit(effect: Effect): boolean {
  return isTakenAway(effect.kind) || gives(null)(effect);
}

/** Whether a request restarts the device, or may: an upgrade or the restoration of a backup ends in a restart. */
export function isReboot(request: WriteRequest): boolean {
  return effectsOn(request, ["system", /^(reboot|upgrade|restore_backup|apply_maintenance_\w+)$/]).some(
    ({ kind }) => !isTakenAway(kind),
  );
}

/** Whether an outlet, as the device shows it, is off and will stay so: in a cycle, or in its turn, only its relay is. */
export function isLeftOff(outlet: unknown): boolean {
  const [relay, ...meant] = ["physical_state", "transient_state", "state"].map((member) => memberOf(outlet, member));
  return relay === false && !meant.includes(true);
}

/** Why an outlet might be without power after a reboot, as a clause; `undefined` if it should not be. */
export function powerLossByReboot({ recoveryMode, isOnByState }: PowerAfterReboot): string | undefined {
  if (!isOnByState) {
    const shown = isOnByState === false ? "its persistent state is off" : "its persistent state is not shown";
    return `${shown}, which a reboot may restore`;
  }
  if (recoveryMode === undefined) {
    return "the device does not show relay/recovery_mode, which may leave all outlets off";
  }
  return keepsPower(recoveryMode)
    ? undefined
    : `relay/recovery_mode is ${recoveryMode}, which may leave all outlets off`;
}

/** Removing a call from the tree does not call it. */
function isTakenAway(kind: Effect["kind"]): boolean {
  return kind === "lost" || kind === "removed";
}

/** The call's only argument is a list of pairs of index and state. */
function switchesOff(effect: Effect, index: number): boolean {
  const pairs = effect.kind === "posted" && Array.isArray(effect.value) ? effect.value[0] : undefined;
  if (!Array.isArray(pairs)) {
    return !isTakenAway(effect.kind);
  }
  return pairs.some((pair) => !Array.isArray(pair) || (Number(pair[0]) === index && pair[1] !== true));
}
