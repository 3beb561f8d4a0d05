/** Starts simulated devices for tests and closes them after each test. */
import {
  type ManualClock,
  manualClock,
  type SimulatedDevice,
  type SimulatorOptions,
  startSimulator,
} from "../../simulator";

const running: SimulatedDevice[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((device) => device.close()));
});

/** A device with a manual clock, closed after the test. */
export async function startDevice(options: SimulatorOptions = {}): Promise<SimulatedDevice & { clock: ManualClock }> {
  const device = await startSimulator({ clock: manualClock(), ...options });
  running.push(device);
  return device as SimulatedDevice & { clock: ManualClock };
}
