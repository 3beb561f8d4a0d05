/** The names under which a device keeps what is created: as given, or in its own spelling. */
import type { Context, DeviceCore } from "./contract";

/** A name as the device keeps it. */
export function keptName(device: Pick<DeviceCore, "dialects">, name: string): string {
  return device.dialects.keySpelling === "lowerCase" ? name.toLowerCase() : name;
}

/** The key under which a map keeps an element that was put under this key. */
export function keptKey({ device, keys }: Context, key: string): string {
  return ["auth/clients", "script/snippets"].includes(keys.join("/")) ? keptName(device, key) : key;
}
