/** Which configured names belong to the same device: those that share an address or a configured serial number. */

/** A device's key is its configured serial number, or else its address, or else its name. */
export interface DeviceNames {
  /** Keys by name. */
  readonly keys: ReadonlyMap<string, string>;
  /** Names by key. */
  readonly names: ReadonlyMap<string, readonly string[]>;
}

export function deviceNames(
  names: readonly string[],
  addressOf: (name: string) => string | undefined,
  serialOf: (name: string) => string | undefined,
): DeviceNames {
  const serialAt = new Map<string, string>();
  const addresses = names.map((name) => {
    const [address, serial] = [addressOf(name) ?? name, serialOf(name)];
    if (serial !== undefined) {
      serialAt.set(address, serial);
    }
    return [name, address] as const;
  });
  const keys = addresses.map(([name, address]) => [name, serialAt.get(address) ?? address] as const);
  const namesOf = new Map<string, string[]>();
  for (const [name, key] of keys) {
    namesOf.set(key, [...(namesOf.get(key) ?? []), name]);
  }
  return { keys: new Map(keys), names: namesOf };
}
