/** Waiting for what another process does. */
import { setTimeout as pause } from "node:timers/promises";

/** Resolves when the condition holds, and leaves the processor to others until then. */
export async function until(condition: () => boolean, everyMilliseconds = 10): Promise<void> {
  while (!condition()) {
    await pause(everyMilliseconds);
  }
}
