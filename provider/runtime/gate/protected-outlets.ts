/**
 * Protected outlets: numbers of outlets that nothing this package sends may switch off, cycle, or leave without power
 * after a reboot. What the device's own scripts and people do is out of its reach.
 */
import { type Effect, effectsOn, type WriteRequest } from "./effect";

/** What the gate knows of the device where the request alone does not tell; read when it is asked for. */
export interface PowerAfterReboot {
  /** `relay/recovery_mode`; `undefined` where the device or the login does not show it. */
  readonly recoveryMode: number | undefined;
  /** Whether the outlet's persistent state is on. */
  readonly isOnByState: boolean;
}

/** How a request could take the power from an outlet, in a clause; `undefined` when it cannot. */
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
  const recovery = effectsOn(request, ["relay", "recovery_mode"]);
  const isKept = (effect: Effect) =>
    effect.kind === "set" && typeof effect.value === "number" && effect.value >= keepsState;
  return recovery.every(isKept) ? undefined : "would let a power failure or a reboot leave it off";
}

/** Whether a request could take the power from any outlet by itself, now. */
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

/** From this `recovery_mode` on no reading of it is "all off" (device.md section 11, unknown 13). */
const keepsState = 2;

/** Whether a request restarts the device, or may: an upgrade and a backup that is restored end in a restart. */
export function isReboot(request: WriteRequest): boolean {
  return effectsOn(request, ["system", /^(reboot|upgrade|restore_backup|apply_maintenance_\w+)$/]).some(
    ({ kind }) => !isTakenAway(kind),
  );
}

/** Why an outlet might be without power after a reboot, in a clause. */
export function powerLossByReboot({ recoveryMode, isOnByState }: PowerAfterReboot): string | undefined {
  if (!isOnByState) {
    return "its persistent state is off, which a reboot may restore";
  }
  if (recoveryMode === undefined) {
    return "the device does not show relay/recovery_mode, which may leave all outlets off";
  }
  return recoveryMode >= keepsState
    ? undefined
    : `relay/recovery_mode is ${recoveryMode}, which may leave all outlets off`;
}

/** A call that is no longer there calls nothing. */
function isTakenAway(kind: Effect["kind"]): boolean {
  return kind === "lost" || kind === "removed";
}

/** The call's one argument is a list of pairs of index and state. */
function switchesOff(effect: Effect, index: number): boolean {
  const pairs = effect.kind === "posted" && Array.isArray(effect.value) ? effect.value[0] : undefined;
  if (!Array.isArray(pairs)) {
    return !isTakenAway(effect.kind);
  }
  return pairs.some((pair) => !Array.isArray(pair) || (Number(pair[0]) === index && pair[1] !== true));
}
