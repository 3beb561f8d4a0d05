/** Waiting for what another process does. */
import { setTimeout as pause } from "node:timers/promises";

/** Resolves when the condition holds, and leaves the processor to others until then. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) {
    await pause(10);
  }
}
