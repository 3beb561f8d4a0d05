/** The time of a simulated device as the time of the provider. */
import type { Clock } from "../../provider/client";
import type { ManualClock, SimulatedDevice } from "../../simulator";

/** The clock for a simulated device with a manual one: waiting moves its time. */
export function clockOf(device: SimulatedDevice): Clock {
  const { clock } = device;
  if (!("advance" in clock)) {
    throw new Error("the simulated device needs a manual clock");
  }
  const { advance } = clock as ManualClock;
  return {
    now: () => clock.now(),
    sleep: async (milliseconds) => {
      advance(milliseconds);
      // Lets requests that are on their way finish before the next look at the clock.
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}
