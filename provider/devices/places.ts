/** Which configured names belong to the same device: those that share an address or a configured serial number. */

/** A device's place is its configured serial number, or else its address, or else its name. */
export interface Places {
  /** Places by name. */
  readonly places: ReadonlyMap<string, string>;
  /** Names by place. */
  readonly names: ReadonlyMap<string, readonly string[]>;
}

export function placesOf(
  names: readonly string[],
  addressOf: (name: string) => string | undefined,
  serialOf: (name: string) => string | undefined,
): Places {
  const serialAt = new Map<string, string>();
  const known = names.map((name) => {
    const [address, serial] = [addressOf(name) ?? name, serialOf(name)];
    if (serial !== undefined) {
      serialAt.set(address, serial);
    }
    return [name, address] as const;
  });
  const places = known.map(([name, address]) => [name, serialAt.get(address) ?? address] as const);
  const namesAt = new Map<string, string[]>();
  for (const [name, place] of places) {
    namesAt.set(place, [...(namesAt.get(place) ?? []), name]);
  }
  return { places: new Map(places), names: namesAt };
}
