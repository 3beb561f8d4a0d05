/** The time of a simulated device as the time of the provider. */
import type { Clock } from "../../provider/client";
import type { ManualClock, SimulatedDevice } from "../../simulator";

/** The provider's clock for a device with a manual clock: waiting moves the device's time. */
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
      // Lets pending requests finish before the clock is read again.
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}
