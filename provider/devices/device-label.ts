/** What messages call a device: who has only one never gave it a name, and knows it by its address. */

/** A text about the device of this name, with its address in the place of the name `default`. */
export function calledByAddress(text: string, device: string, address: string | undefined): string {
  if (device !== "default") {
    return text;
  }
  const label = address === undefined ? "" : `device at ${address}`;
  return text
    .replaceAll(/device "default"(, |: )?/g, (_whole, end: string = "") => (label === "" ? "" : `${label}${end}`))
    .replace(/^default: /, label === "" ? "" : `${label}: `);
}
