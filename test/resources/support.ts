/** A simulated device and an engine for each test of a file. */
import { manualClock, type SimulatedDevice, type SimulatorOptions, startSimulator } from "../../simulator";
import { MiniEngine } from "../lifecycle/mini-engine";

export interface Bench {
  readonly device: SimulatedDevice;
  readonly engine: MiniEngine;
}

/** Runs a test on a device of its own, with further configuration. */
export async function onDevice(
  options: SimulatorOptions,
  work: (bench: Bench) => Promise<void>,
  config: Record<string, string> = {},
): Promise<void> {
  const device = await startSimulator({ clock: manualClock(), ...options });
  try {
    await work({ device, engine: new MiniEngine({ device, config }) });
  } finally {
    await device.close();
  }
}

/** Gives each test of the file that calls this a device of its own. */
export function eachOnDevice(options: SimulatorOptions, use: (bench: Bench) => void): void {
  let device: SimulatedDevice;
  beforeEach(async () => {
    device = await startSimulator({ clock: manualClock(), ...options });
    use({ device, engine: new MiniEngine({ device }) });
  });
  afterEach(() => device.close());
}

/** The properties that differ, sorted. */
export const names = (differences: readonly { property: string }[] | undefined) =>
  differences?.map(({ property }) => property).sort();

/** Every write so far, as `PUT relay/outlets/2/state/`. */
export const writes = (device: SimulatedDevice) =>
  device.journal.writes().map(({ method, path }) => `${method} ${path.replace("/restapi/", "")}`);
