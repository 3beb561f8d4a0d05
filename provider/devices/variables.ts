/** Environment variables of devices. */

/** `caCert` of device `lab-1` is `DLI_LAB_1_CA_CERT` in the environment. */
export function variableOf(device: string, key: string): string {
  return `DLI_${device === "default" ? "" : `${environmentName(device)}_`}${environmentName(key)}`;
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

/** The first variable of a device that another device would have, too. */
export function collisionOf(device: string, others: Iterable<string>, keys: readonly string[]): Collision | undefined {
  const own = new Set(keys.map((key) => variableOf(device, key)));
  for (const other of others) {
    const variable =
      other === device ? undefined : keys.map((key) => variableOf(other, key)).find((one) => own.has(one));
    if (variable !== undefined) {
      return { variable, other };
    }
  }
  return undefined;
}
