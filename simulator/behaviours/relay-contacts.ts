/** How the contacts of outlets move: one ON at a time, OFF at once. */
import type { ClockTimer } from "../clock";
import type { DeviceCore, RebootReason } from "../device/contract";
import type { OutletState } from "../subtrees/relay";

/**
 * The contacts behind relay/outlets. ON goes through a queue, one per sequence_delay, OFF happens at once, and every
 * move of a contact lags (device.md section 4.1). Outlets are counted from 0.
 */
export class Relays {
  readonly #device: DeviceCore;
  /** Outlets waiting for their turn to go ON. */
  #queue: number[] = [];
  /** When the next outlet may go ON, in milliseconds of the clock. */
  #nextOnAt = Number.NEGATIVE_INFINITY;
  #queueTimer: ClockTimer | undefined;
  /** Pending moves and cycles, by outlet. */
  readonly #pending = new Map<number, ClockTimer>();
  /** Outlets that will go ON by themselves: queued, moving, or in a cycle. */
  readonly #rising = new Set<number>();

  constructor(device: DeviceCore) {
    this.#device = device;
  }

  /** Switches for now; `state` stays as it is. */
  switch(index: number, on: boolean): void {
    const outlet = this.#outlet(index);
    outlet.transient_state = on;
    if (on && this.#rising.has(index)) {
      return;
    }
    this.#forget(index);
    if (!on) {
      this.#move(index, false);
    } else if (!outlet.physical_state) {
      this.#enqueue(index);
    }
  }

  /** Off, wait, on. */
  cycle(index: number): void {
    const outlet = this.#outlet(index);
    const { relay } = this.#device.tree;
    this.#forget(index);
    this.#rising.add(index);
    outlet.transient_state = this.#device.dialects.cycleTransient === "staysTrue";
    this.#move(index, false, () => {
      const seconds = outlet.cycle_delay ?? relay.cycle_delay;
      this.#after(index, seconds * 1000, () => {
        outlet.transient_state = true;
        this.#enqueue(index);
      });
    });
  }

  /** Brings the outlets to their states after a restart. */
  restart(reason: RebootReason): void {
    const { dialects, tree } = this.#device;
    for (const index of tree.relay.outlets.keys()) {
      this.#forget(index);
    }
    this.#queueTimer?.cancel();
    this.#queueTimer = undefined;
    this.#nextOnAt = Number.NEGATIVE_INFINITY;
    const mode = tree.relay.recovery_mode - (dialects.recoveryModeNumbers === "fromOne" ? 1 : 0);
    const isByMode = reason.powerLoss || dialects.recoveryAtReboot === "mode";
    for (const [index, outlet] of tree.relay.outlets.entries()) {
      const wanted = isByMode && mode < 2 ? mode === 1 : outlet.state;
      if (dialects.recoveryRewritesState === "yes") {
        outlet.state = wanted;
      }
      if (reason.powerLoss) {
        outlet.physical_state = false;
      }
      this.switch(index, wanted);
    }
  }

  #outlet(index: number): OutletState {
    const outlet = this.#device.tree.relay.outlets[index];
    if (outlet === undefined) {
      throw new RangeError(`There is no outlet ${index + 1}`);
    }
    return outlet;
  }

  #forget(index: number): void {
    this.#pending.get(index)?.cancel();
    this.#pending.delete(index);
    this.#rising.delete(index);
    this.#queue = this.#queue.filter((waiting) => waiting !== index);
  }

  #after(index: number, milliseconds: number, act: () => void): void {
    const timer = this.#device.clock.startTimer(milliseconds, () => {
      this.#pending.delete(index);
      act();
    });
    this.#pending.set(index, timer);
  }

  #move(index: number, on: boolean, then: () => void = () => {}): void {
    const act = (): void => {
      this.#outlet(index).physical_state = on;
      if (on) {
        this.#rising.delete(index);
      }
      then();
    };
    const lag = this.#device.dialects.physicalLagMilliseconds;
    if (lag === 0) {
      act();
    } else {
      this.#after(index, lag, act);
    }
  }

  #enqueue(index: number): void {
    this.#rising.add(index);
    this.#queue.push(index);
    this.#serveQueue();
  }

  #serveQueue(): void {
    const { clock, tree } = this.#device;
    while (this.#queueTimer === undefined && this.#queue.length > 0) {
      const wait = this.#nextOnAt - clock.now();
      if (wait > 0) {
        this.#queueTimer = clock.startTimer(wait, () => {
          this.#queueTimer = undefined;
          this.#serveQueue();
        });
        return;
      }
      const index = this.#queue.shift() as number;
      this.#nextOnAt = clock.now() + tree.relay.sequence_delay * 1000;
      this.#move(index, true);
    }
  }
}
