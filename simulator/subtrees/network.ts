/** `network/`: addresses, WiFi, and who may reach the device. */
import { boolean, object, type StateOf, string, type Traits, variant } from "../schema/nodes";

/** The MAC address of the wired port; the SNMP engine id is made from it. */
export const wiredMac = "02:00:00:00:00:01";

/** Members known only from the read-only view that scripts have; REST has them under one dialect. */
const alsoInScripts: Traits = {
  wireName: (key, { dialects }) => (dialects.networkMembers === "asInScripts" ? key : undefined),
};
const found = { ...alsoInScripts, readonly: true };

const protocol = (traits: Traits = {}) => variant(["dhcp", "static"], traits);

/** network/ (device.md section 3.4): the paths that were seen in use. The static alternative's name is inferred. */
export const networkSchema = object(
  {
    wired: object({
      online: boolean(found),
      protocol: protocol(),
      ip_address: string(),
      netmask: string(),
      gateway: string(),
      mac_address: string(found),
    }),
    wireless: object({
      enabled: boolean(),
      online: boolean(found),
      protocol: protocol(alsoInScripts),
      ip_address: string(alsoInScripts),
      netmask: string(alsoInScripts),
      gateway: string(alsoInScripts),
      mac_address: string(found),
      mode: string(alsoInScripts),
      ssid: string(alsoInScripts),
      channel: string(alsoInScripts),
      encryption: variant(["none", "psk", "psk-mixed", "psk2"], alsoInScripts),
    }),
    same_subnet_only: boolean(),
  },
  { adminRead: true, protectedBy: "network" },
);

/** The state of network/. It changes nothing about where the simulator listens. */
export type NetworkState = StateOf<typeof networkSchema>;

/** The factory's addresses; WiFi off. */
export function initialNetwork(): NetworkState {
  return {
    wired: {
      online: true,
      protocol: "static",
      ip_address: "192.168.0.100",
      netmask: "255.255.255.0",
      gateway: "192.168.0.1",
      mac_address: wiredMac,
    },
    wireless: {
      enabled: false,
      online: false,
      protocol: "dhcp",
      ip_address: "",
      netmask: "",
      gateway: "",
      mac_address: "02:00:00:00:00:02",
      mode: "client",
      ssid: "",
      channel: "auto",
      encryption: "none",
    },
    same_subnet_only: true,
  };
}
