/** Waits for something that another process does. */
import { setTimeout as pause } from "node:timers/promises";

/** Resolves when the condition holds; other processes get the processor until then. */
export async function until(condition: () => boolean, everyMilliseconds = 10): Promise<void> {
  while (!condition()) {
    await pause(everyMilliseconds);
  }
}
