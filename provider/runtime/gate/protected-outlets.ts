/**
 * Protected outlets: numbers of outlets that nothing this package sends may switch off, cycle, or leave without power
 * after a reboot. What the device's own scripts and people do is out of its reach.
 */
import { isJsonObject, type Json } from "../../client";
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
  if (effectsOn(request, [...outlet, "cycle"]).some(({ kind }) => kind !== "lost")) {
    return "would cycle it";
  }
  if (effectsOn(request, ["relay", "set_outlet_transient_states"]).some((effect) => switchesOff(effect, number - 1))) {
    return "would switch it off";
  }
  return pingCycles(request, number - 1) ? "would let AutoPing cycle it" : undefined;
}

/** Whether a request restarts the device. */
export function isReboot(request: WriteRequest): boolean {
  return effectsOn(request, ["system", "reboot"]).some(({ kind }) => kind === "posted");
}

/**
 * Why an outlet might be without power after a reboot, in a clause. Which number of `recovery_mode` means what is not
 * known (device.md section 11, unknown 13): from 2 on, no reading of it is "all off".
 */
export function powerLossByReboot({ recoveryMode, isOnByState }: PowerAfterReboot): string | undefined {
  if (!isOnByState) {
    return "its persistent state is off, which a reboot may restore";
  }
  if (recoveryMode === undefined) {
    return "the device does not show relay/recovery_mode, which may leave all outlets off";
  }
  return recoveryMode >= 2 ? undefined : `relay/recovery_mode is ${recoveryMode}, which may leave all outlets off`;
}

/** The call's one argument is a list of pairs of index and state. */
function switchesOff(effect: Effect, index: number): boolean {
  const pairs = effect.kind === "posted" && Array.isArray(effect.value) ? effect.value[0] : undefined;
  if (!Array.isArray(pairs)) {
    return effect.kind !== "lost";
  }
  return pairs.some((pair) => !Array.isArray(pair) || (Number(pair[0]) === index && pair[1] !== true));
}

const items = ["autoping", "items"] as const;

/** Whether a request gives AutoPing an outlet to cycle. An item with a function of its own leaves it to that function. */
function pingCycles(request: WriteRequest, index: number): boolean {
  const added = effectsOn(request, items).flatMap((effect) => (effect.kind === "posted" ? [effect.value ?? null] : []));
  const whole = effectsOn(request, [...items, /^/]).flatMap((effect) => (effect.kind === "set" ? [effect.value] : []));
  if ([...added, ...whole].some((item) => cyclesOutlet(item, index))) {
    return true;
  }
  const parts = request.segments.length > items.length + 1 || request.method === "PATCH";
  return (
    parts &&
    effectsOn(request, [...items, /^/, "outlets"]).some(
      (effect) => effect.kind === "inside" || (effect.kind === "set" && mayHold(effect.value, index)),
    )
  );
}

function cyclesOutlet(item: Json, index: number): boolean {
  if (!isJsonObject(item)) {
    return false;
  }
  const script = item["script"];
  return !(typeof script === "string" && script !== "") && mayHold(item["outlets"] ?? [], index);
}

function mayHold(outlets: Json, index: number): boolean {
  return !Array.isArray(outlets) || outlets.some((outlet) => !Number.isInteger(outlet) || outlet === index);
}
