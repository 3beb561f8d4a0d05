import { boolean, object, type StateOf, string, variant } from "../schema/nodes";

/** network/ (device.md 3.4): the paths that were seen in use. The static alternative's name is inferred. */
export const networkSchema = object(
  {
    wired: object({
      protocol: variant(["dhcp", "static"]),
      ip_address: string(),
      netmask: string(),
      gateway: string(),
    }),
    wireless: object({ enabled: boolean() }),
    same_subnet_only: boolean(),
  },
  { adminRead: true, protectedBy: "network" },
);

/** The state of network/. It changes nothing about where the simulator listens. */
export type NetworkState = StateOf<typeof networkSchema>;

/** The factory's addresses. */
export function initialNetwork(): NetworkState {
  return {
    wired: { protocol: "static", ip_address: "192.168.0.100", netmask: "255.255.255.0", gateway: "192.168.0.1" },
    wireless: { enabled: false },
    same_subnet_only: true,
  };
}
