/** What messages call a device: users who have only one never named it, and know it by its address. */

/** A text about the device of this name, with its address in place of the name `default`. */
export function calledByAddress(text: string, device: string, address: string | undefined): string {
  if (device !== "default") {
    return text;
  }
  const label = address === undefined ? "" : `device at ${address}`;
  return text
    .replaceAll(/device "default"(, |: )?/g, (_whole, end: string = "") => (label === "" ? "" : `${label}${end}`))
    .replace(/^default: /, label === "" ? "" : `${label}: `);
}
