/** Ctrl-C and other signals that end this command early: handled once, passed on, and checked between steps. */
import { setMaxListeners } from "node:events";
import { CommandFailure } from "./exit-codes";

/** As in a shell: 128 plus the signal's number. */
const exitCodes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

const signals = Object.keys(exitCodes) as (keyof typeof exitCodes)[];

/** The command was interrupted by a signal. */
export class InterruptedError extends CommandFailure {}

const controller = new AbortController();
let holders = 0;

/** Aborted by the first signal, with an {@link InterruptedError} as its reason; further signals are ignored. */
export const interruption: AbortSignal = controller.signal;
// Everything under way listens to it, so any number of listeners is fine.
setMaxListeners(0, interruption);

/**
 * Does work that a signal must not kill; the work has to heed {@link interruption} instead. At any other time, a signal
 * ends the process as usual.
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
