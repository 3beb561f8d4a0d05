/** The names that a device gives to what was made: as it was asked to, or in its own spelling. */
import type { Context, DeviceCore } from "./contract";

/** A name as the device keeps it. */
export function keptName(device: Pick<DeviceCore, "dialects">, name: string): string {
  return device.dialects.keySpelling === "lowerCase" ? name.toLowerCase() : name;
}

/** The key under which a map keeps what is put there under this one. */
export function keptKey({ device, keys }: Context, key: string): string {
  return ["auth/clients", "script/snippets"].includes(keys.join("/")) ? keptName(device, key) : key;
}
