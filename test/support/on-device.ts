/** A simulated device and an engine for each test of a file. */
import { manualClock, type SimulatedDevice, type SimulatorOptions, startSimulator } from "../../simulator";
import { MiniEngine } from "../lifecycle/mini-engine";

export interface Bench {
  readonly device: SimulatedDevice;
  readonly engine: MiniEngine;
}

type Config = Record<string, string>;

/** Runs a test on a device of its own, with further configuration. */
export async function onDevice(
  options: SimulatorOptions,
  work: (bench: Bench) => Promise<void>,
  config: Config | ((device: SimulatedDevice) => Config) = {},
): Promise<void> {
  const device = await startSimulator({ clock: manualClock(), ...options });
  try {
    const further = typeof config === "function" ? () => config(device) : config;
    await work({ device, engine: new MiniEngine({ device, config: further }) });
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

/** Every write so far that the device has accepted, as `PUT relay/outlets/2/state/`. */
export const acceptedWrites = (device: SimulatedDevice) =>
  device.journal
    .writes()
    .filter(({ status }) => status < 400)
    .map(line);

/** Every write so far, as `PUT relay/outlets/2/state/`. */
export const writes = (device: SimulatedDevice) => device.journal.writes().map(line);

const line = ({ method, path }: { readonly method: string; readonly path: string }) =>
  `${method} ${path.replace("/restapi/", "")}`;
