/** How AutoPing reacts to answers and silence: trials, actions, and items that the device gives up on. */
import { invoke } from "../device/assign";
import type { DeviceCore } from "../device/contract";
import { byHand } from "../device/requester";
import { Resolver } from "../device/resolve";
import { rootPlace } from "../device/root";
import { contextOf } from "../device/tree-access";
import { firmwareHas } from "../profile/firmware";
import type { Json } from "../schema/nodes";
import { Refusal } from "../schema/refusal";
import type { AutopingItemState } from "../subtrees/autoping";

/** What the device remembers about an item besides its counters. */
interface Progress {
  answersInTrial: number;
  failuresInARow: number;
  failures: number;
}

/** Watches the items of one device, and is told the outcome of each ping (device.md section 4.4). */
export class AutopingWatch {
  readonly #device: DeviceCore;
  readonly #progress = new WeakMap<AutopingItemState, Progress>();

  constructor(device: DeviceCore) {
    this.#device = device;
  }

  /** Called when all addresses of an item, counted from 0, have answered or were silent for longer than the timeout. */
  heard(index: number, isAnswered: boolean): void {
    const { autoping } = this.#device.tree;
    const item = autoping.items[index];
    if (item === undefined) {
      throw new RangeError(`There is no AutoPing item ${index}, counted from 0`);
    }
    if (!autoping.enabled || !item.enabled) {
      return;
    }
    for (const host of item.status.hosts) {
      host[isAnswered ? "success_count" : "failure_count"] += 1;
    }
    if (isAnswered) {
      this.#answered(item, index);
    } else {
      this.#silent(item, index);
    }
  }

  /** Puts an item on trial if it is enabled: until the trial is over, failures do not count. */
  startTrial(item: AutopingItemState): void {
    this.#progress.delete(item);
    setStates(item, item.enabled ? "trial" : "idle");
  }

  /** Whether failures of an item do not count yet. */
  isInTrial(item: AutopingItemState): boolean {
    return this.#pingsBeforeEnabling(item) > 0 && item.status.hosts.some(({ state }) => state === "trial");
  }

  /** Ends the trial of an item that is switched off; a real device logs "enable cancelled" then, this one nothing. */
  cancelTrial(item: AutopingItemState): void {
    for (const host of item.status.hosts.filter(({ state }) => state === "trial")) {
      host.state = "idle";
    }
  }

  /** Applies a restart of the device to trials and counters. */
  restart(): void {
    const { tree, dialects } = this.#device;
    for (const item of tree.autoping.items) {
      if (dialects.autopingCountersAtReboot === "cleared") {
        this.resetCounters(item);
      }
      if (!tree.autoping.resume_without_retrial && item.resumption_trial) {
        this.startTrial(item);
      }
    }
  }

  /** Sets the counters of an item to 0. */
  resetCounters(item: AutopingItemState): void {
    for (const host of item.status.hosts) {
      host.success_count = 0;
      host.failure_count = 0;
    }
  }

  #answered(item: AutopingItemState, index: number): void {
    const progress = this.#progressOf(item);
    progress.failuresInARow = 0;
    if (this.isInTrial(item)) {
      progress.answersInTrial += 1;
      if (progress.answersInTrial < this.#pingsBeforeEnabling(item)) {
        return;
      }
      this.#note(item, index, "enable approved");
    }
    setStates(item, "ok");
  }

  #silent(item: AutopingItemState, index: number): void {
    const progress = this.#progressOf(item);
    if (this.isInTrial(item)) {
      progress.answersInTrial = 0;
      return;
    }
    setStates(item, "failed");
    const { inARow, inTotal } = this.#limits();
    if (progress.failuresInARow >= inARow) {
      this.#giveUp(item, index, `failed over ${inARow} times in a row, disabling`);
      return;
    }
    if (progress.failures >= inTotal) {
      this.#giveUp(item, index, `failed over ${inTotal} times, disabling`);
      return;
    }
    progress.failuresInARow += 1;
    progress.failures += 1;
    this.#note(item, index, `failed [${progress.failuresInARow}/${Number.isFinite(inARow) ? inARow : "-"}]`);
    this.#act(item);
  }

  #giveUp(item: AutopingItemState, index: number, text: string): void {
    item.enabled = false;
    this.#note(item, index, text);
  }

  /** Older firmware has one limit, which counts failures in a row. */
  #limits(): { inARow: number; inTotal: number } {
    const { firmware, tree } = this.#device;
    const { max_reboot_count: total, max_consecutive_reboot_count: consecutive } = tree.autoping;
    const none = Number.POSITIVE_INFINITY;
    return firmwareHas(firmware, "autopingLimits")
      ? { inARow: consecutive ?? none, inTotal: total ?? none }
      : { inARow: total ?? none, inTotal: none };
  }

  #act({ script, outlets }: AutopingItemState): void {
    if (script !== "") {
      const numbers = outlets.map((index) => index + 1).join(", ");
      this.#call(["script", "start"], [{ user_function: script, source: `${script}({${numbers}})` }]);
      return;
    }
    for (const index of outlets.filter((outlet) => this.#device.tree.relay.outlets[outlet]?.locked === false)) {
      this.#call(["relay", "outlets", String(index), "cycle"], []);
    }
  }

  /** Calls something as the device itself, which notes a refusal in its log. */
  #call(keys: readonly string[], args: Json[]): void {
    const device = this.#device;
    const [place] = new Resolver(device, byHand, rootPlace).places(keys);
    try {
      if (place !== undefined) {
        invoke(contextOf(device, byHand, place), args);
      }
    } catch (error) {
      if (!(error instanceof Refusal)) {
        throw error;
      }
      device.log.add({ time: device.clock.now(), severity: "warning", text: `autoping: ${error.message}` });
    }
  }

  #pingsBeforeEnabling(item: AutopingItemState): number {
    return item.pings_before_enabling ?? this.#device.tree.autoping.pings_before_enabling;
  }

  #progressOf(item: AutopingItemState): Progress {
    const progress = this.#progress.get(item) ?? { answersInTrial: 0, failuresInARow: 0, failures: 0 };
    this.#progress.set(item, progress);
    return progress;
  }

  #note(item: AutopingItemState, index: number, text: string): void {
    const { clock, log } = this.#device;
    const name = `item ${index + 1} (${item.addresses.join(", ")})`;
    log.add({ time: clock.now(), severity: "notice", text: `autoping: ${name} ${text}` });
  }
}

function setStates(item: AutopingItemState, state: string): void {
  for (const host of item.status.hosts) {
    host.state = state;
  }
}
