/** The firmware that the simulator has unless told otherwise; seen on a device in July 2025 (device.md 0). */
export const defaultFirmware = "1.12.14.0";

/** The first firmware with each feature (device.md 6); where only a date is known, the number is inferred. */
const featureFirmware = {
  clients: "1.10.0",
  setOutletTransientStates: "1.10.11",
  relayPolling: "1.10.11",
  modbus: "1.10.16",
  additionsOf2024: "1.12.0",
} as const;

/** A feature that depends on the firmware. */
export type Feature = keyof typeof featureFirmware;

function parts(version: string): number[] {
  return version.split(".").map(Number);
}

/** Whether `text` is a version such as 1.12.14.0. */
export function isFirmware(text: string): boolean {
  return /^\d+(\.\d+){1,3}$/.test(text);
}

/** Whether a firmware has a feature. */
export function firmwareHas(firmware: string, feature: Feature): boolean {
  const have = parts(firmware);
  const need = parts(featureFirmware[feature]);
  for (let index = 0; index < 4; index += 1) {
    const difference = (have[index] ?? 0) - (need[index] ?? 0);
    if (difference !== 0) {
      return difference > 0;
    }
  }
  return true;
}
