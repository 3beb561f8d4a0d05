/** Environment variables of devices. */

/** Kept because every device has the same keys. */
const keyParts = new Map<string, string>();

/** `caCert` of device `lab-1` is `DLI_LAB_1_CA_CERT` in the environment. */
export function variableOf(device: string, key: string): string {
  const keyPart = keyParts.get(key) ?? environmentName(key);
  keyParts.set(key, keyPart);
  return `DLI_${device === "default" ? "" : `${environmentName(device)}_`}${keyPart}`;
}

/** A name as a part of an environment variable's name. */
export function environmentName(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/[^A-Za-z0-9]+/g, "_")
    .toUpperCase();
}

/** A variable that would belong to two devices. */
export interface Collision {
  readonly variable: string;
  /** The other device. */
  readonly other: string;
}

/** For each device that would share a variable with another one, the first such variable. */
export function collisionsOf(devices: readonly string[], keys: readonly string[]): Map<string, Collision> {
  const owners = new Map<string, Set<string>>();
  const variables = new Map(devices.map((device) => [device, keys.map((key) => variableOf(device, key))] as const));
  for (const [device, own] of variables) {
    for (const variable of own) {
      owners.set(variable, (owners.get(variable) ?? new Set()).add(device));
    }
  }
  const collisions = new Map<string, Collision>();
  for (const [device, own] of variables) {
    for (const variable of own) {
      const other = [...(owners.get(variable) ?? [])].find((owner) => owner !== device);
      if (other !== undefined) {
        collisions.set(device, { variable, other });
        break;
      }
    }
  }
  return collisions;
}
