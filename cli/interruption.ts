/** Ctrl-C, and whatever else ends this command early: heard once, passed on, and seen between the steps of what is under way. */
import { setMaxListeners } from "node:events";
import { CommandFailure } from "./exit-codes";

/** What a shell makes of each: 128 and the number of the signal. */
const exitCodes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

const signals = Object.keys(exitCodes) as (keyof typeof exitCodes)[];

/** It was ended early. */
export class InterruptedError extends CommandFailure {}

const controller = new AbortController();
let holders = 0;

/** Aborted by the first signal, with an {@link InterruptedError} as its reason; further ones change nothing. */
export const interruption: AbortSignal = controller.signal;
// Everything that runs at the time listens to it.
setMaxListeners(0, interruption);

/**
 * Does work that a signal must not end without more: it has to notice {@link interruption}. Without any, a signal ends the
 * process as usual.
 */
export async function heedingSignals<T>(work: () => Promise<T>): Promise<T> {
  hold(1);
  try {
    return await work();
  } finally {
    hold(-1);
  }
}

function hold(more: 1 | -1): void {
  const before = holders;
  holders += more;
  if (Math.min(before, holders) === 0) {
    for (const signal of signals) {
      process[more === 1 ? "on" : "off"](signal, interrupt);
    }
  }
}

function interrupt(signal: NodeJS.Signals): void {
  controller.abort(new InterruptedError("Interrupted.", exitCodes[signal as keyof typeof exitCodes]));
}
