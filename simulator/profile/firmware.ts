/** Firmware versions, and the features that came with each. */

/** The simulator's default firmware; seen on a device in July 2025 (device.md section 0.5). */
export const defaultFirmware = "1.12.14.0";

/**
 * The first firmware with each feature (device.md section 6). Where only a date or a range is known, the number is
 * inferred: MQTT came with 1.7.2x, the settings for users other than the admin after 2017, and both limits of AutoPing
 * and the argument of the boot handler between 1.7.24.0 and 1.9.16.0.
 */
const featureFirmware = {
  mqtt: "1.7.20",
  nonAdminSettings: "1.8.0",
  autopingLimits: "1.9.0",
  bootHandlerArgument: "1.9.0",
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
