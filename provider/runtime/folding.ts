/** Names and addresses without what a device may normalise away, for telling whether two of them may be one. */

/** A name without what a device may normalise away. */
export function folded(name: string): string {
  return name.normalize("NFKC").trim().toLowerCase();
}

/** An address without what a device may normalise away: `icmp://host` is the host alone (device.md section 3.5). */
export function foldedAddress(address: string): string {
  return folded(address).replace(/^icmp:\/\//, "");
}
